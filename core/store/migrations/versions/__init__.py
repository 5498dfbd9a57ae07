"""The changes of the schema, oldest first; each has an old project in tests/data."""
