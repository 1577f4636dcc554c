"""Modules that are imported by names at which nothing lies any more: trainmon/__init__.py looks for them here."""
