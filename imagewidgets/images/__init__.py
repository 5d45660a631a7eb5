"""Pictures in and out: anything to PIL, PIL to what a service takes, and the recipe that travels inside a file.

=============  ======================================================================================
`pictures`     open, digest, write a picture
`recipes`      how a picture was made
`embedding`    recipes inside files, without touching a pixel
`foreign`      recipes of other programs
`modes`        pictures of any mode, and arrays, as what can be shown and sent
`fetching`     pictures at an address
`svg`          drawings
`selections`   masks in every form they are given in
`fitting`      the size that fits, and the part of a picture that a service is shown
`inputs`       pictures, mask and markup as files that a model takes
`feathering`   soft edges of a mask, on its inside
`pasting`      the original's pixels back outside the mask
=============  ======================================================================================
"""

from imagewidgets.images.pictures import (
    WIRE_FORMATS,
    ImageFile,
    decode_data_url,
    digest,
    load,
    open_image,
    opened,
    read_recipe,
    to_png,
    to_saved,
)
from imagewidgets.images.recipes import RECIPE_KEY, own_recipe, write_recipe

__all__ = [
    "RECIPE_KEY",
    "WIRE_FORMATS",
    "ImageFile",
    "decode_data_url",
    "digest",
    "load",
    "open_image",
    "opened",
    "own_recipe",
    "read_recipe",
    "to_png",
    "to_saved",
    "write_recipe",
]
