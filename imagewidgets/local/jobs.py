"""From a checked request to an engine's job, and the job run to its end or until nobody wants it any more."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Sequence
from typing import cast

from PIL import Image, ImageOps

from imagewidgets.images import ImageFile
from imagewidgets.local.bodies import Received
from imagewidgets.local.engine import Engine, Job, Operation, Picture, Step, UnsupportedError
from imagewidgets.local.refusals import CLIENT_CLOSED_REQUEST, UNPROCESSABLE, RefusedError
from imagewidgets.models import GENERATE, Model, accepts_size, parse_size

SEED_BITS = 63  # a fresh seed fits into a signed 64-bit number, which is what other programs keep seeds in
_16_BITS_TO_8 = 1 / 256


def make_job(received: Received) -> Job:
    """Return what the engine has to know: sizes chosen, pictures decoded, the mask turned round.

    Raises
    ------
    RefusedError
        The mask has no alpha channel, so it says nothing.
    """
    request = received.request
    files = request.files()
    images = tuple(_pixels(file) for file in files.get("image", ()))
    markups = files.get("markup", ())
    mask = None if markups else _mask(files.get("mask", ()), images, received.model)
    return Job(
        operation=cast(Operation, request.operation),
        prompt=getattr(request, "prompt", ""),
        n=request.n or 1,
        size=_size(received, images),
        seed=secrets.randbits(SEED_BITS) if received.seed is None else received.seed,
        images=images,
        mask=mask,
        markup=markups[0].image.convert("RGBA") if markups else None,
        quality=getattr(request, "quality", None),
        style=getattr(request, "style", None),
        background=getattr(request, "background", None),
        negative_prompt=received.negative_prompt,
    )


def steps(engine: Engine, job: Job, hung_up: Callable[[], bool]) -> Generator[Step, None, list[Picture]]:
    """Run the job step by step and return its pictures; stop it between two steps once `hung_up` is true.

    Closing this generator closes the engine's.

    Raises
    ------
    RefusedError
        499: the client has hung up or cancelled, and the engine was stopped. 422: the engine cannot do this job.
    RuntimeError
        The engine made pictures that the job did not ask for, or too few.
    """
    running = engine.run(job)
    announced = 0
    try:
        while not hung_up():
            step = next(running)
            announced += len(step.finished)
            _check(engine, job, step.finished, whole=announced <= job.n)
            yield step
    except StopIteration as done:
        pictures: list[Picture] = done.value
        _check(engine, job, pictures, whole=len(pictures) == job.n)
        return pictures
    except UnsupportedError as error:
        raise RefusedError(error.message, status=UNPROCESSABLE, param=error.param, code="unsupported_value") from error
    finally:
        running.close()
    raise RefusedError("The request was cancelled.", status=CLIENT_CLOSED_REQUEST, code="cancelled")


def _check(engine: Engine, job: Job, pictures: Sequence[Picture], *, whole: bool) -> None:
    """Refuse to send what the job did not ask for."""
    sizes = {picture.image.size for picture in pictures}
    if not whole or sizes - {job.size}:
        raise RuntimeError(
            f"The engine {engine.name!r} made {len(pictures)} pictures of the sizes {sizes}; the job asked for "
            f"{job.n} of {job.size}."
        )


def _pixels(file: ImageFile) -> Image.Image:
    """Return the picture upright, RGB or RGBA, with the metadata of its file."""
    image = ImageOps.exif_transpose(file.image)
    if image.mode.startswith("I"):  # 16-bit grey, which a plain conversion would clip to white
        image = image.point(lambda value: value * _16_BITS_TO_8).convert("L")
    wanted = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == wanted else image.convert(wanted)


def _mask(masks: tuple[ImageFile, ...], images: tuple[Image.Image, ...], model: Model) -> Image.Image | None:
    """Return the mask as engines want it: mode L, 255 where alpha is 0, which is where the picture may change."""
    if masks:
        mask = masks[0].image
        if not mask.has_transparency_data:
            raise RefusedError(
                "The mask has no alpha channel. Make it fully transparent (alpha 0) where the picture may change.",
                param="mask",
                code="invalid_image_file",
            )
    elif model.square_png and images and images[0].mode == "RGBA":
        mask = images[0]  # these models take a picture's own transparency for the mask
    else:
        return None
    return mask.convert("RGBA").getchannel("A").point([255] + [0] * 255)


def _size(received: Received, images: tuple[Image.Image, ...]) -> tuple[int, int]:
    """Return the size in px: what was asked for, else that of the source where the model has it, else the usual one."""
    model, asked = received.model, received.request.size
    if asked is not None and (pair := parse_size(asked)) is not None:
        return pair
    named = [pair for size in model.sizes if (pair := parse_size(size)) is not None]
    if received.request.operation == GENERATE or model.square_png:
        return named[0]
    width, height = images[0].size
    if accepts_size(model, f"{width}x{height}"):
        return width, height
    return min(named, key=lambda size: abs(size[0] / size[1] - width / height))
