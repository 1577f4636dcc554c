"""What the app costs a viewer and its server; `python -m benchmarks.app` prints the tables."""
