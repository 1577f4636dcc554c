"""What logging costs and what it survives, measured on this machine: `python -m benchmarks` prints the README's table."""
