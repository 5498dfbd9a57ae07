"""The face of Winnow: the window and the command line, two front ends on one engine."""
