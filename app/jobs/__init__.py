"""Work beside the window's thread: the bridge to the worker, the live head's end, short work in threads."""
