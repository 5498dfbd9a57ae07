"""Query strategies: which images to show next. NumPy in, NumPy out; no torch, no SQL, no Qt."""
