"""JPEG and WebP files with a recipe inside: they have no text chunks, so it stands in their EXIF data.

There it is the image description (ASCII), as JSON under our key: ``{"imagewidgets":{…}}``. It is found again as text,
without the EXIF data being parsed, so damaged data of other programs does no harm.
"""

from __future__ import annotations

import io
import json
from typing import Any, Literal

from PIL import ExifTags, Image

from imagewidgets.images.modes import plain
from imagewidgets.images.pictures import RECIPE_KEY, read_recipe

EXIF_BYTES = 65_000  # a JPEG file holds less than 64 KiB of EXIF data; a longer recipe is left out


def to_compressed(
    image: Image.Image, file_format: Literal["JPEG", "WEBP"], *, quality: int, recipe: bool = True
) -> bytes:
    """Return the bytes of a JPEG or WebP file of the picture, with its recipe in the EXIF data unless `recipe` is False.

    Parameters
    ----------
    image
        Any mode. In a JPEG file, what is transparent becomes white.
    file_format
        ``"JPEG"`` or ``"WEBP"``.
    quality
        1 to 100, 100 keeps most.
    """
    found = read_recipe(image) if recipe else None
    picture = plain(image)
    if file_format == "JPEG" and picture.has_transparency_data:
        paper = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    out = io.BytesIO()
    picture.save(out, file_format, quality=quality, exif=b"" if found is None else _exif(found))
    return out.getvalue()


def _exif(recipe: dict[str, Any]) -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = json.dumps({RECIPE_KEY: recipe}, separators=(",", ":"))
    data = exif.tobytes()
    return data if len(data) <= EXIF_BYTES else b""
