"""JPEG and WebP files of pictures, with their recipes inside (`embedding`)."""

from __future__ import annotations

import io
from typing import Literal

from PIL import Image

from imagewidgets.images.embedding import embed
from imagewidgets.images.modes import plain
from imagewidgets.images.pictures import digest, open_image
from imagewidgets.images.recipes import for_file, own_recipe


def to_compressed(
    image: Image.Image, file_format: Literal["JPEG", "WEBP"], *, quality: int, recipe: bool = True
) -> bytes:
    """Return the bytes of a JPEG or WebP file of the picture, with its recipe inside unless `recipe` is False.

    Where the recipe has the digest of the picture's pixels, the file has that of its own.

    Parameters
    ----------
    image
        Any mode. In a JPEG file, what is transparent becomes white.
    file_format
        ``"JPEG"`` or ``"WEBP"``.
    quality
        1 to 100, 100 keeps most.
    """
    found = own_recipe(image) if recipe else None
    picture = plain(image)
    if file_format == "JPEG" and picture.has_transparency_data:
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    out = io.BytesIO()
    picture.save(out, file_format, quality=quality, exif=b"")
    data = out.getvalue()
    if found is None:
        return data
    if "digest" in found and found["digest"] == digest(image):  # those of the file are others
        found = {**found, "digest": digest(open_image(data))}
    return embed(data, for_file(found))
