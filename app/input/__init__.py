"""From a key press to an act: chords by place, one dispatcher, and what each act does."""
