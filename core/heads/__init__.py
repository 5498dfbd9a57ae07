"""Heads: the small networks and kernel machines that answer one question of every image from its embedding."""
