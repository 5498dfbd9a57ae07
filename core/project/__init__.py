"""A project: the folder that holds everything about one collection, behind one object."""

from core.project.facade import Project

__all__ = ["Project"]
