"""Painting of cells: look-ups only."""
