"""What writer and readers agree on: formats, the restart rule, who writes, and files that grow."""
