"""Measurements that the README speaks of."""
