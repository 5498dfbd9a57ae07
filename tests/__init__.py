"""Tests mirror the source; flows/ are user stories, rules/ guard imports and documents."""
