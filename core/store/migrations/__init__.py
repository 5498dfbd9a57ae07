"""One module for each change of the schema, in `versions/`, run by Alembic."""
