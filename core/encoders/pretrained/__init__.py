"""Vision models in the `transformers` folder layout, from a local folder or the hub; safetensors weights only.

source      where a model lies, what kind it is, and every way in which it can be unusable
preprocess  picture -> pixels of the size that the network wants
network     loading, and which output is the vector
encoder     the three together
"""
