"""Thin doors for the guide's commands and imports; a package, so that no installed `scripts` is found before it."""
