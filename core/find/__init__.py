"""The query language: which images a line of text means. NumPy only; the project hands in what it holds of them."""
