"""Pictures in and out: anything to PIL, PIL to files, and the recipe that travels inside a file.

A picture's recipe is one JSON text under `RECIPE_KEY` in ``image.info``. PIL's own copies take it along (crop, resize,
convert), and `to_png` writes it into the file, so a picture still knows where it came from after a trip over the disk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import json
import os
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from imagewidgets.errors import InvalidRequestError
from imagewidgets.models import PIXELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

RECIPE_KEY = "imagewidgets"
"""Where the recipe stands: the key in ``image.info`` and the keyword of the text chunk in PNG files."""

WIRE_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""The file formats that the API takes, by PIL's names, with their MIME types."""

if TYPE_CHECKING:
    ImageLike = Image.Image | str | os.PathLike[str] | bytes | BinaryIO | NDArray[Any]


@dataclass(frozen=True)
class ImageFile:
    """A picture as a file: what goes over the wire, whole and unchanged.

    `content_type` is one of the values of `WIRE_FORMATS`.
    """

    data: bytes
    content_type: str

    @cached_property
    def image(self) -> Image.Image:
        """The picture itself, decoded on first use of its pixels."""
        return open_image(self.data)

    @cached_property
    def digest(self) -> str:
        """The digest of the pixels, whatever file they came in."""
        return digest(self.image)

    def filename(self, stem: str) -> str:
        """Return a file name whose suffix fits the type: services refuse parts without one."""
        return f"{stem}.{self.content_type.removeprefix('image/')}"


def load(source: ImageLike) -> Image.Image:
    """Open a picture, whatever it is given as, with its EXIF orientation applied.

    Parameters
    ----------
    source
        A PIL image of any mode, a path, the bytes of an image file, a binary file object, a ``data:`` URL, or a numpy
        array: H×W (grey, or a boolean mask), H×W×3 (RGB) or H×W×4 (RGBA), uint8 0–255, float 0–1, or bool.

    Raises
    ------
    InvalidRequestError
        `source` is no picture, or one of more than `models.PIXELS` pixels.
    FileNotFoundError
        The path does not exist.
    """
    if isinstance(source, Image.Image):
        return source
    if isinstance(source, bytes | bytearray | memoryview):
        return ImageOps.exif_transpose(open_image(bytes(source)))
    if isinstance(source, str) and source.startswith("data:"):
        return ImageOps.exif_transpose(open_image(decode_data_url(source)))
    if isinstance(source, str | os.PathLike):
        return ImageOps.exif_transpose(open_image(Path(source).read_bytes()))
    if hasattr(source, "__array_interface__"):
        return _from_array(cast("NDArray[Any]", source))
    if hasattr(source, "read"):
        return ImageOps.exif_transpose(open_image(source.read()))
    raise InvalidRequestError(
        f"A {type(source).__name__} is no picture. Give a PIL image, a path, the bytes of an image file, a file "
        "object, a data: URL or a numpy array.",
        param="image",
    )


def _from_array(array: NDArray[Any]) -> Image.Image:
    shape_ok = array.ndim == 2 or (array.ndim == 3 and array.shape[2] in (3, 4))
    if (
        not shape_ok
        or 0 in array.shape
        or array.dtype.kind not in "bfu"
        or (array.dtype.kind == "u" and array.itemsize > 1)
    ):
        raise InvalidRequestError(
            f"An array of shape {array.shape} and type {array.dtype} is no picture. It must be H×W, H×W×3 or H×W×4, of "
            "uint8 (0 to 255), float (0 to 1) or bool.",
            param="image",
        )
    if array.dtype.kind == "b":
        return Image.fromarray(array.astype("uint8") * 255)
    if array.dtype.kind == "f":
        low, high = float(array.min()), float(array.max())
        if not 0.0 <= low <= high <= 1.0:
            raise InvalidRequestError(
                f"A float array must hold values from 0 to 1, not from {low:g} to {high:g}. Divide it by 255, or give "
                "uint8.",
                param="image",
            )
        return Image.fromarray((array * 255 + 0.5).astype("uint8"))
    return Image.fromarray(array)


def open_image(data: bytes) -> Image.Image:
    """Open the bytes of an image file; pixels are decoded when they are first asked for.

    Raises
    ------
    InvalidRequestError
        The bytes are no picture that PIL knows, or one of more than `models.PIXELS` pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the check below is the stricter one
            image = Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError) as error:
        raise InvalidRequestError(
            f"These {len(data):,} bytes are no picture that can be read. Give a PNG, JPEG or WebP file.",
            param="image",
            code="invalid_image_file",
        ) from error
    if image.width * image.height > PIXELS:
        raise InvalidRequestError(
            f"A picture of {image.width} × {image.height} px is too large: at most {PIXELS:,} pixels are handled.",
            param="image",
            code="invalid_image_file",
        )
    return image


def decode_data_url(url: str) -> bytes:
    """Return the bytes inside a base64 ``data:`` URL."""
    head, _, body = url.partition(",")
    try:
        if not head.endswith(";base64"):
            raise ValueError("not base64")
        return base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidRequestError(
            f"The data: URL {url[:40]!r}… cannot be read. It must be data:image/png;base64,… with whole base64 text.",
            param="image",
        ) from error


def to_png(image: Image.Image, *, recipe: bool = True) -> bytes:
    """Return the bytes of a PNG file of the picture, with its recipe inside unless `recipe` is False."""
    info = PngInfo()
    if recipe and RECIPE_KEY in image.info:
        info.add_itxt(RECIPE_KEY, str(image.info[RECIPE_KEY]))
    out = io.BytesIO()
    # The quickest zlib level: a 1024 × 1024 photo takes a third of the time for a tenth more bytes.
    image.save(out, "PNG", pnginfo=info, compress_level=1)
    return out.getvalue()


def to_file(source: ImageLike, *, png: bool = False, alpha: bool = False, recipe: bool = False) -> ImageFile:
    """Return a picture as a file that the API takes.

    A file that already is one goes out as it came, byte for byte; everything else becomes PNG.

    Parameters
    ----------
    source
        Anything that `load` opens.
    png
        Only PNG will do (masks, and the pictures of dall-e-2).
    alpha
        The picture must have an alpha channel; one without gets an opaque one.
    recipe
        Let the recipe travel along: only for a service on this machine, since it holds prompts.
    """
    image = load(source)
    original = _original_bytes(source)
    if original is not None and _fits(original, png=png, alpha=alpha):
        return ImageFile(original, WIRE_FORMATS[str(open_image(original).format)])
    if alpha and image.mode not in ("RGBA", "LA"):
        converted = image.convert("RGBA")
    elif image.mode not in ("RGB", "RGBA", "L", "LA", "1"):
        converted = image.convert("RGBA" if image.has_transparency_data else "RGB")
    else:
        converted = image
    return ImageFile(to_png(converted, recipe=recipe), "image/png")


def _original_bytes(source: ImageLike) -> bytes | None:
    if isinstance(source, bytes):
        return source
    if isinstance(source, str | os.PathLike) and not str(source).startswith("data:"):
        return Path(source).read_bytes()
    return None


def _fits(data: bytes, *, png: bool, alpha: bool) -> bool:
    """Tell whether these bytes can go out unchanged: they hold no orientation to apply and nothing private."""
    image = open_image(data)
    plain = not image.getexif() and RECIPE_KEY not in image.info
    return (
        plain
        and image.format in WIRE_FORMATS
        and (image.format == "PNG" or not png)
        and (not alpha or image.mode in ("RGBA", "LA"))
    )


def digest(image: Image.Image) -> str:
    """Return the SHA-256 of mode, size and pixels as 64 hex digits: equal for equal pictures, in whatever file."""
    head = f"{image.mode}:{image.width}x{image.height}:".encode()
    return hashlib.sha256(head + image.tobytes()).hexdigest()


def read_recipe(source: ImageLike) -> dict[str, Any] | None:
    """Return the recipe of a picture or a picture file, or None where it has none.

    The recipe holds ``request`` (all parameters that were set), ``model``, ``created`` (Unix time in s), ``index``
    (which picture of the reply), ``revised_prompt``, and ``digest`` of the pixels as they were made.
    """
    text = load(source).info.get(RECIPE_KEY)
    if not isinstance(text, str):
        return None
    try:
        recipe = json.loads(text)
    except ValueError:
        return None  # somebody else's text under our key
    return recipe if isinstance(recipe, dict) else None


def write_recipe(image: Image.Image, recipe: dict[str, Any]) -> None:
    """Give the picture a recipe (JSON values only)."""
    image.info[RECIPE_KEY] = json.dumps(recipe, ensure_ascii=False, separators=(",", ":"))


def mask_to_file(mask: ImageLike) -> ImageFile:
    """Return a mask as the PNG that the API takes: RGBA, fully transparent (alpha 0) where the picture may change.

    Parameters
    ----------
    mask
        A picture with alpha (RGBA, LA) is taken as the API defines it: alpha 0 = edit here. One without (L, 1, RGB, a
        boolean or grey array) is read as a selection: white = edit here, by halves (128 and above is white).
    """
    picture = load(mask)
    if picture.mode in ("RGBA", "LA", "PA") or picture.has_transparency_data:
        return to_file(picture.convert("RGBA"), png=True)
    keep = picture.convert("L").point([255] * 128 + [0] * 128)
    rgba = Image.new("RGBA", picture.size, "black")
    rgba.putalpha(keep)
    return to_file(rgba, png=True)
