"""One function per user act: calls the engine, then announces what changed, once."""
