"""Pictures and thumbnails, decoded beside the window's thread and held within a bound."""
