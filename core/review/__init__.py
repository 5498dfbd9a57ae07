"""Looking over what heads say and what people answered. NumPy in, NumPy out; no torch, no SQL, no Qt."""
