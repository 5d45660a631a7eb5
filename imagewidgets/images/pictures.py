"""Pictures in and out: anything to PIL, PIL to files, and the recipe that travels inside a file.

A picture's recipe (`recipes`) goes along: `to_png` and `to_saved` write it into the file, so a picture still knows
where it came from after a trip over the disk.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import os
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.PngImagePlugin import PngInfo

from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.embedding import embed
from imagewidgets.images.foreign import foreign_recipe
from imagewidgets.images.modes import from_array, plain
from imagewidgets.images.recipes import RECIPE_KEY, for_file, own_recipe, recipe_in_file, write_recipe
from imagewidgets.images.sources import from_file, from_path, refusal
from imagewidgets.models import PIXELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

WIRE_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""The file formats that the API takes, by PIL's names, with their MIME types."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_PNG_MODES = ("1", "L", "LA", "I;16", "P", "RGB", "RGBA")
_MARGIN = 64  # bytes of white space and byte order mark that a text may begin with

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
        """The digest of the pixels, whatever file they came in; they are not kept for it."""
        return digest(open_image(self.data))

    def __getstate__(self) -> dict[str, object]:
        """Pickle the file, not the picture decoded from it."""
        return {name: value for name, value in vars(self).items() if name != "image"}

    def filename(self, stem: str) -> str:
        """Return a file name whose suffix fits the type: services refuse parts without one."""
        return f"{stem}.{self.content_type.removeprefix('image/')}"


def load(source: ImageLike) -> Image.Image:
    """Open a picture, whatever it is given as, decoded to its end and with its EXIF orientation applied.

    Parameters
    ----------
    source
        A PIL image of any mode, a path, the bytes of an image file (SVG too), a binary file object, a ``data:`` URL,
        an ``http:`` or ``https:`` URL (`fetching.fetch`: at most 50 MiB in at most 60 s), or a numpy array: H×W or
        H×W×1 (grey, or a boolean mask), H×W×3 (RGB) or H×W×4 (RGBA), uint8 0–255, uint16 0–65535, float 0–1, or bool.

    Returns
    -------
    PIL.Image.Image
        In the mode of the file; `modes.plain` makes RGB and the like of it. Of several frames, the first is current. A
        PIL image without an orientation comes back itself.

    Raises
    ------
    InvalidRequestError
        `source` is no picture, one of more than `models.PIXELS` pixels or of none, cut short, a path where no file can
        be read, or an address that gives no picture.
    """
    return opened(source)[0]


def opened(source: ImageLike) -> tuple[Image.Image, bytes | None]:
    """Return what `load` returns, and the file that it was read from; None where there is no file."""
    if isinstance(source, Image.Image):
        if 0 in source.size:
            raise refusal(f"A picture of {source.width} × {source.height} px has nothing in it. Give another.")
        return _upright(source), None
    if hasattr(source, "__array__"):
        import numpy as np

        return from_array(np.asarray(source)), None
    data = _read(source)
    image = open_image(data)
    try:
        image.load()
        return _upright(image), data
    except Exception as error:  # decoders raise many kinds of errors at broken files
        raise InvalidRequestError(
            f"The picture cannot be read to its end ({error}). Give a whole file.",
            param="image",
            code="invalid_image_file",
        ) from error


def _upright(image: Image.Image) -> Image.Image:
    """Apply the EXIF orientation; the picture itself where there is none."""
    return image if image.getexif().get(ExifTags.Base.Orientation, 1) == 1 else ImageOps.exif_transpose(image)


def _read(source: ImageLike) -> bytes:
    """Return the bytes of an image file."""
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if isinstance(source, str) and source[:5].lower() == "data:":
        return decode_data_url(source)
    if isinstance(source, str) and _ADDRESS.match(source):
        return _fetched(source)
    if isinstance(source, str | os.PathLike):
        return from_path(os.fsdecode(source))
    data = from_file(source) if hasattr(source, "read") else None
    if isinstance(data, bytes):
        return data
    name = type(source).__name__
    what = "None" if source is None else f"{'An' if name[0] in 'AEIOUaeiou' else 'A'} {name}"
    if isinstance(source, Sequence):
        raise refusal(f"{what} is not one picture. Give one of those in it, such as response[0].")
    raise refusal(
        f"{what} is no picture. Give a PIL image, a path, the bytes of an image file, a file object opened in binary "
        "mode, a data: or http(s): URL, or a numpy array."
    )


def _fetched(url: str) -> bytes:
    from imagewidgets.images import fetching  # loads what only pictures from the web need

    data = fetching.fetch(url)
    try:
        open_image(data)
    except InvalidRequestError as error:
        raise InvalidRequestError(
            f"{fetching.name(url)} gives no picture. {error.message}", param="image", code=error.code
        ) from error
    return data


def open_image(data: bytes) -> Image.Image:
    """Open the bytes of an image file; pixels are decoded when they are first asked for.

    A GIF with several frames stays one: ``is_animated``, ``n_frames`` and ``seek`` work. An SVG drawing is rendered
    (`svg.open_svg`); its text is in ``info["svg"]``.

    Raises
    ------
    InvalidRequestError
        The bytes are no picture that PIL knows, or one of more than `models.PIXELS` pixels.
    """
    if data[:_MARGIN].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        from imagewidgets.images import svg  # loads an XML parser, which nearly no picture needs

        if svg.is_svg(data):
            return svg.open_svg(data)
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
    if RECIPE_KEY not in image.info and (recipe := recipe_in_file(image)) is not None:
        write_recipe(image, recipe)  # so that it is still there when the picture is written as PNG
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


def to_png(image: Image.Image, *, recipe: bool | Literal["whole"] = True) -> bytes:
    """Return the bytes of a PNG file of the picture, with its recipe inside unless `recipe` is False.

    ``"whole"`` writes all of a recipe that is to be kept out of files in part (`recipes.for_file`).

    What PNG has no form for (CMYK, HSV, float) is turned into what looks the same. Of several frames, the current one
    is written. EXIF data and other people's text stay out.
    """
    out = io.BytesIO()
    # The quickest zlib level: a 1024 × 1024 photo takes a third of the time for a tenth more bytes.
    (image if image.mode in _PNG_MODES else plain(image)).save(out, "PNG", pnginfo=PngInfo(), compress_level=1)
    found = own_recipe(image) if recipe else None
    if found is None:
        return out.getvalue()
    return embed(out.getvalue(), found if recipe == "whole" else for_file(found))


def to_saved(image: Image.Image, original: bytes | None = None) -> tuple[str, bytes]:
    """Return the suffix and the bytes of a file that keeps all of a picture.

    Parameters
    ----------
    image
        Opened by `open_image`. An SVG drawing is kept as its text, a GIF as the GIF it is, all else as PNG. The recipe
        is inside.
    original
        The file it came as, where it is known: a GIF is then not packed again.

    Returns
    -------
    tuple
        ``"png"``, ``"gif"`` or ``"svg"``, and the bytes.
    """
    if image.format not in ("SVG", "GIF"):
        return "png", to_png(image)
    if image.format == "SVG":
        original = str(image.info["svg"]).encode()
    elif original is None:
        out = io.BytesIO()
        image.save(out, "GIF", save_all=True)
        original = out.getvalue()
    recipe = own_recipe(image)
    return image.format.lower(), original if recipe is None else embed(original, for_file(recipe))


def digest(image: Image.Image) -> str:
    """Return the SHA-256 of mode, size and pixels as 64 hex digits: equal for equal pictures, in whatever file.

    A picture with a palette is taken for the colours that it shows; of several frames, the current one counts.
    """
    if image.mode in ("P", "PA"):
        image = plain(image)
    head = f"{image.mode}:{image.width}x{image.height}:".encode()
    return hashlib.sha256(head + image.tobytes()).hexdigest()


def read_recipe(source: ImageLike) -> dict[str, Any] | None:
    """Return the recipe of a picture or a picture file, or None where it has none.

    The recipe holds what is known of ``request`` (all parameters that were set, pictures by the digests of their
    pixels), ``model``, ``service``, ``engine``, ``created`` (Unix time in s), ``index`` (which picture of the reply),
    ``revised_prompt``, ``usage`` (tokens, of the whole reply), ``request_id``, ``parent`` (the digest of the picture
    that it was made from), ``mask_operations`` (what was drawn, for `MaskCanvas.from_operations`), and ``digest`` of
    the pixels as they were made. Recipes of A1111, ComfyUI and InvokeAI are read as far as they map (`foreign`).
    """
    picture = source if isinstance(source, Image.Image) else open_image(_read(source))
    own = own_recipe(picture)
    return foreign_recipe(picture) if own is None else own
