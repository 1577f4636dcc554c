"""What a training printed, line by line."""
