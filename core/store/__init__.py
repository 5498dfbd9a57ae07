"""The project's memory in SQLite: images and where they lie, the log of annotations, heads and versions.

The log of annotations is append-only and holds the truth; `standing` is derived from it in the same transaction.
SQL is spoken in this package and nowhere else.
"""
