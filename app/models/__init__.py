"""Item models and the frozen values that the views draw."""
