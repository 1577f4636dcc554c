"""Something small and real to watch: a network that learns to spell, trained on the CPU in NumPy."""
