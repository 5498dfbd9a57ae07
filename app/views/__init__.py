"""Passive widgets: setters in, signals out; they know nothing of projects or of each other's parents."""
