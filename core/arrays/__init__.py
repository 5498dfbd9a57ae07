"""Arrays on disk: content hashes, embeddings and predictions, kept as safetensors files."""
