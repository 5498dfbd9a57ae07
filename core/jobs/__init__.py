"""The process border: frozen specs go down, frozen events come up, arrays travel as files."""
