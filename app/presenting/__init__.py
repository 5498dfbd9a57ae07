"""From what the workspace holds to what the views show: look-ups and words, no widgets."""
