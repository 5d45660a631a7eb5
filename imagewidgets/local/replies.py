"""From pictures to the reply of the API: image files, base64 or addresses, the echoed settings, and the usage."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Literal

import pybase64
from PIL import Image

from imagewidgets.images import digest, open_image, own_recipe, to_png, write_recipe
from imagewidgets.images.compressed import to_compressed
from imagewidgets.images.embedding import embed
from imagewidgets.images.recipes import for_file
from imagewidgets.local.bodies import Received
from imagewidgets.local.engine import Job, Picture
from imagewidgets.local.packing import COLOUR_TYPES, pack

Address = Callable[[bytes, str], str]

BEST = 100  # output_compression: 100 keeps most

# Side of the square of px that one output token stands for. A row of such squares takes one token more. This gives the
# published figures exactly: 272, 1056 and 4160 tokens for 1024x1024 in low, medium and high, 408, 1584 and 6240 for
# 1024x1536, 400, 1568 and 6208 for 1536x1024. For the two qualities above high nothing is published.
_PX_PER_TOKEN = {"low": 64, "medium": 32, "high": 16, "xhigh": 16, "max": 16, "standard": 32, "hd": 16}
_AUTO_QUALITY = "high"  # what the API says of auto: the best for the model
# Input pictures, by the published rule: scaled to 512 px on the short side, then so many tokens per 512 px square.
_INPUT_SIDE, _INPUT_BASE, _INPUT_PER_SQUARE = 512, 65, 129
_CHARACTERS_PER_TOKEN = 4  # of text, as a rule of thumb


def reply(received: Received, job: Job, pictures: list[Picture], address: Address) -> dict[str, Any]:
    """Return the JSON value of the reply.

    Parameters
    ----------
    received, job, pictures
        What was asked, what the engine was told, what it made.
    address
        Keeps a file, given its bytes and its format, and returns the URL it can be fetched from.
    """
    model = received.model
    as_url = bool(model.response_formats) and (received.request.response_format or model.response_formats[0]) == "url"
    data = [item(received, job, index, picture, address if as_url else None) for index, picture in enumerate(pictures)]
    answer: dict[str, Any] = {"created": int(time.time()), "data": data}
    if model.output_formats:  # the models that answer in several formats also say what they did
        answer |= {**settings(received, job, pictures[0].image), "usage": usage(job)}
    return answer


def item(received: Received, job: Job, index: int, picture: Picture, address: Address | None) -> dict[str, str]:
    """Return what a reply says of picture number `index`: its file, as base64 where there is no `address`."""
    image = picture.image if picture.image.mode in ("RGB", "RGBA") else picture.image.convert("RGB")
    write_recipe(image, {"model": received.model.name, "index": index, "seed": job.seed, "engine": picture.recipe})
    file = encode(image, _format(received), _compression(received))
    said = {"b64_json": _base64(file)} if address is None else {"url": address(file, _format(received))}
    if received.model.revises_prompt and (revised := picture.revised_prompt or job.prompt):
        said["revised_prompt"] = revised
    return said


def unfinished(received: Received, image: Image.Image) -> str:
    """Return an unfinished picture as base64 of a file; without a recipe, for what it has is that of its source."""
    return _base64(encode(image, _format(received), _compression(received), recipe=False))


def settings(received: Received, job: Job, image: Image.Image) -> dict[str, str]:
    """Return what the API says beside a picture: how it was made."""
    return {
        "background": "transparent" if image.has_transparency_data else "opaque",
        "output_format": _format(received),
        "quality": _quality(job),
        "size": f"{job.size[0]}x{job.size[1]}",
    }


def encode(image: Image.Image, output_format: str, compression: int, *, recipe: bool = True) -> bytes:
    """Return the picture as a file.

    Parameters
    ----------
    image
        Any mode; what the format cannot hold is converted.
    output_format
        png, webp or jpeg (on white where the picture is transparent).
    compression
        0 to 100, 100 keeps most; png ignores it.
    recipe
        Whether the file has the picture's recipe inside, with the digest of the pixels that are in the file.
    """
    pixels = None  # those of the file, where they may be others than those that were drawn
    if output_format != "png":
        kind: Literal["JPEG", "WEBP"] = "JPEG" if output_format == "jpeg" else "WEBP"
        file = to_compressed(image, kind, quality=max(1, compression), recipe=False)  # 0 would mean "choose" to PIL
    elif image.mode in COLOUR_TYPES:
        file, pixels = pack(image), image
    else:
        file = to_png(image, recipe=False)
    found = own_recipe(image) if recipe else None
    return file if found is None else embed(file, for_file({**found, "digest": digest(pixels or open_image(file))}))


def usage(job: Job) -> dict[str, Any]:
    """Return the tokens that a service would count, by the rules at the head of this module.

    Nothing is charged here; the figures let a program that budgets be written and tried.
    """
    text = math.ceil(len(job.prompt) / _CHARACTERS_PER_TOKEN)
    images = sum(_input_tokens(*image.size) for image in job.images)
    side = _PX_PER_TOKEN[_quality(job)]
    columns, rows = math.ceil(job.size[0] / side), math.ceil(job.size[1] / side)
    output = job.n * rows * (columns + 1)
    return {
        "input_tokens": text + images,
        "input_tokens_details": {"image_tokens": images, "text_tokens": text},
        "output_tokens": output,
        "output_tokens_details": {"image_tokens": output, "text_tokens": 0},
        "total_tokens": text + images + output,
    }


def _base64(file: bytes) -> str:
    return pybase64.b64encode(file).decode()


def _format(received: Received) -> str:
    return getattr(received.request, "output_format", None) or "png"


def _compression(received: Received) -> int:
    compression: int | None = getattr(received.request, "output_compression", None)
    return BEST if compression is None else compression


def _quality(job: Job) -> str:
    return _AUTO_QUALITY if job.quality in (None, "auto") else str(job.quality)


def _input_tokens(width: int, height: int) -> int:
    scale = _INPUT_SIDE / min(width, height)
    squares = math.ceil(width * scale / _INPUT_SIDE) * math.ceil(height * scale / _INPUT_SIDE)
    return _INPUT_BASE + _INPUT_PER_SQUARE * squares
