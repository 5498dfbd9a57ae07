"""Pictures: finding files, decoding them safely, thumbnails, tiles, synthetic defects, drawn demo pictures."""
