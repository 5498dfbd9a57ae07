"""Frozen encoders: batches of decoded images in, float16 vectors out; they know nothing of projects, files or SQL.

base        what every encoder is (protocol), and how an image is cut for it
devices     the one place where device and number format are decided
registry    ids -> encoders, and whether their weights are at hand
signal      built in, no weights: what coding, noise and lenses leave in the pixels
pretrained  vision models in the `transformers` folder layout, local or from the hub
pipeline    the embedding job: decode, prepare, encode, store
"""
