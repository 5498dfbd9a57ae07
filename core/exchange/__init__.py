"""Annotations, heads and images to and from the files of others.

heads_in, heads_out         released heads and ours, with equal answers
numbered                    the seed's folders named by a number, and what a number means
folders_in, vectors_in      such folders of images and of embeddings taken in; `reading` says how they were read
dataset                     which annotations go out; folders_out and tables_out write them
distribution                how they are spread
annotations_csv             annotations from a CSV file; answer_text is the way back
"""
