"""Findings: what is worth knowing about a training, with evidence. Arrays in, findings out: no files, no clock, no sentences."""
