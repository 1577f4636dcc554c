"""Statistics: arrays in, numbers out. No files, no clock, no printing; too little data gives NaN or None on purpose."""
