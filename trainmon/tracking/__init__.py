"""How MetricsTracker writes: attempts, rows, documents, and what it reads back of its own files with the standard library."""
