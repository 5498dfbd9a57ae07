"""The main window and its dialogs: they show, ask, and say what was asked for; nothing is decided here."""
