"""From files to a Run: the model, one reader a format, and the library that finds and follows runs."""
