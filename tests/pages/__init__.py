"""Tests of the five pages, without a browser."""
