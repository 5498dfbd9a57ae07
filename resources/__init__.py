"""Icons, styles, recipes and help texts."""
