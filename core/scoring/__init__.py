"""Judging files with heads, inside or outside any project: vectors found or made once, every head asked, files sorted.

`eyes` is the encoder, `shelf` the vectors that are at hand, `judging` the run, `choice` which images pass, and
`tables`, `sheet`, `bars`, `transfers` are what is done with them; `putting_back` undoes the last.
"""
