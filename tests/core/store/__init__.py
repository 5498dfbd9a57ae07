"""The store, on real files and real SQLite."""
