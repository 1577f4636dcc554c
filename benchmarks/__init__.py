"""Measurements that the README speaks of; `python -m benchmarks` prints what logging costs and survives."""
