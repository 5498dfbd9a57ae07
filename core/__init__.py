"""The engine of Winnow. No Qt; can be used from a notebook.

project    the facade: open, create, annotate, undo, queue, adopt results
store      SQLite: images, annotations, heads, versions, migrations
arrays     embeddings and predictions as safetensors files
media      scan, decode, hash, thumbnails, tiles, synthetic defects, drawn demo pictures
encoders   frozen networks and signal analysis that turn pictures into vectors
heads      live head, committee, release head, calibration, figures, recipes
find       the query language: which images a line of text means
query      utilities and orders of the pool
review     second looks at annotated images: conflicts, mistakes by label, twins, copies
scoring    files judged by heads: vectors found or made once, filters, tables, copies and their undoing
jobs       specs down, events up, the worker process
exchange   annotations and datasets in and out
model_folder   whether a folder holds a vision model
values, changes, errors   what all of them share
"""
