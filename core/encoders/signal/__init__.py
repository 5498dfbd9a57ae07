"""The built-in encoder: what coding, noise, lenses and scaling leave in the pixels, read at native resolution.

regions     which parts of a large image are read
lattice     do the colours lie where a JPEG or WebP decoder puts them
blocks      seams and emptiness of 4, 8 and 16 pixel blocks
noise       what is left in calm places, per channel and between channels
channels    misregistration of the colour channels
spectrum    energy by scale and direction, tone and colour
encoder     the vector
"""
