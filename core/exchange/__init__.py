"""Annotations, heads and images to and from the files of others.

heads_in, heads_out         released heads and ours, with equal answers
numbered, trees             the seed's folders named by a number, what a number means, and what lies in them
folder_names, folder_labels what folders are called, beside the labels and for a head to be made
folders_in, vectors_in      such folders of images and of embeddings taken in; `reading` says how they were read
annotations_csv, csv_rows   answers from a CSV file, and how one is read; answer_text is the way back
answers_in, preview         all three as one act, and what they would do
dataset, answers_out        which answers go out, in the forms that folders_out and tables_out write
exchanging, forms           the jobs of the worker behind all of it, and the names of the forms
distribution                how the answers are spread
"""
