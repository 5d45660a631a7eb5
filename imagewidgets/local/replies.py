"""From pictures to the reply of the API: image files, base64 or addresses, the echoed settings, and the usage."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Callable
from typing import Any

import pybase64
from PIL import Image

from imagewidgets.images import digest, to_png, write_recipe
from imagewidgets.local.bodies import Received
from imagewidgets.local.engine import Job, Picture

BEST = 100  # output_compression: 100 keeps most

# Side of the square of px that one output token stands for. A row of such squares takes one token more. This gives the
# published figures exactly: 272, 1056 and 4160 tokens for 1024x1024 in low, medium and high, 408, 1584 and 6240 for
# 1024x1536, 400, 1568 and 6208 for 1536x1024. For the two qualities above high nothing is published.
_PX_PER_TOKEN = {"low": 64, "medium": 32, "high": 16, "xhigh": 16, "max": 16, "standard": 32, "hd": 16}
_AUTO_QUALITY = "high"  # what the API says of auto: the best for the model
# Input pictures, by the published rule: scaled to 512 px on the short side, then so many tokens per 512 px square.
_INPUT_SIDE, _INPUT_BASE, _INPUT_PER_SQUARE = 512, 65, 129
_CHARACTERS_PER_TOKEN = 4  # of text, as a rule of thumb


def reply(
    received: Received, job: Job, pictures: list[Picture], address: Callable[[bytes, str], str]
) -> dict[str, Any]:
    """Return the JSON value of the reply.

    Parameters
    ----------
    received, job, pictures
        What was asked, what the engine was told, what it made.
    address
        Keeps a file, given its bytes and its format, and returns the URL it can be fetched from.
    """
    model, request = received.model, received.request
    output_format = getattr(request, "output_format", None) or "png"
    compression = getattr(request, "output_compression", None)
    as_url = bool(model.response_formats) and (request.response_format or model.response_formats[0]) == "url"
    data = []
    for index, picture in enumerate(pictures):
        image = picture.image if picture.image.mode in ("RGB", "RGBA") else picture.image.convert("RGB")
        recipe = {"model": model.name, "index": index, "seed": job.seed, "engine": picture.recipe}
        write_recipe(image, {**recipe, "digest": digest(image)})
        file = encode(image, output_format, BEST if compression is None else compression)
        item = {"url": address(file, output_format)} if as_url else {"b64_json": pybase64.b64encode(file).decode()}
        if model.revises_prompt and (revised := picture.revised_prompt or job.prompt):
            item["revised_prompt"] = revised
        data.append(item)
    answer: dict[str, Any] = {"created": int(time.time()), "data": data}
    if model.output_formats:  # the models that answer in several formats also say what they did
        answer |= {
            "background": "transparent" if pictures[0].image.has_transparency_data else "opaque",
            "output_format": output_format,
            "quality": _quality(job),
            "size": f"{job.size[0]}x{job.size[1]}",
            "usage": usage(job),
        }
    return answer


def encode(image: Image.Image, output_format: str, compression: int) -> bytes:
    """Return the picture as a file.

    Parameters
    ----------
    image
        Any mode; what the format cannot hold is converted.
    output_format
        png (with the recipe inside), webp or jpeg (on white where the picture is transparent).
    compression
        0 to 100, 100 keeps most; png ignores it.
    """
    if output_format == "png":
        return to_png(image)
    if image.mode not in ("RGB", "RGBA"):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if output_format == "jpeg" and image.mode == "RGBA":
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image).convert("RGB")
    out = io.BytesIO()
    image.save(out, output_format.upper(), quality=max(1, compression))  # 0 would mean "choose" to PIL
    return out.getvalue()


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


def _quality(job: Job) -> str:
    return _AUTO_QUALITY if job.quality in (None, "auto") else str(job.quality)


def _input_tokens(width: int, height: int) -> int:
    scale = _INPUT_SIDE / min(width, height)
    squares = math.ceil(width * scale / _INPUT_SIDE) * math.ceil(height * scale / _INPUT_SIDE)
    return _INPUT_BASE + _INPUT_PER_SQUARE * squares
