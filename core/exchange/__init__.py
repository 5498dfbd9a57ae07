"""Annotations, heads and images to and from the files of others."""
