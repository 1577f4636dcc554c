"""What is made of an Analysis for reading elsewhere: one module an output."""
