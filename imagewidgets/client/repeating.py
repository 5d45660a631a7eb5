"""The request that a picture's recipe tells of, made again."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from imagewidgets.errors import InvalidRequestError
from imagewidgets.gallery import Gallery
from imagewidgets.images import load, read_recipe
from imagewidgets.images.modes import plain
from imagewidgets.models import EDIT, GENERATE, VARIATION
from imagewidgets.operations import CreateImageEditRequest, CreateImageRequest, CreateImageVariationRequest

if TYPE_CHECKING:
    from imagewidgets.client.client import Client
    from imagewidgets.images.pictures import ImageLike
    from imagewidgets.responses import ImagesResponse

_REQUESTS = {GENERATE: CreateImageRequest, EDIT: CreateImageEditRequest, VARIATION: CreateImageVariationRequest}
_NOT_REPEATED = ("operation", "image", "mask", "markup", "stream", "partial_images")


def repeat(client: Client, picture: ImageLike, changes: dict[str, Any]) -> ImagesResponse:
    """Make a picture's request again; see `Client.repeat`."""
    recipe = read_recipe(picture)
    request = (recipe or {}).get("request")
    if recipe is None or not isinstance(request, dict) or request.get("operation", GENERATE) not in _REQUESTS:
        raise InvalidRequestError("This picture has no recipe: nothing is known of how it was made.", param="picture")
    operation = request.get("operation", GENERATE)
    known = _REQUESTS[operation].__struct_fields__
    said = {name: value for name, value in request.items() if name not in _NOT_REPEATED}
    options = {name: value for name, value in said.items() if name in known}
    extra = {**{name: value for name, value in said.items() if name not in known}, **(changes.pop("extra", None) or {})}
    options = {**options, **changes, "extra": extra}
    if operation != VARIATION and not options.get("prompt"):
        raise InvalidRequestError(
            "The recipe of this picture has no prompt: it was left out, or never there. Give it: "
            "iw.repeat(picture, prompt='…').",
            param="prompt",
        )
    if operation == GENERATE:
        generated: ImagesResponse = client.generate(**options)
        return generated
    if options.get("image") is None:
        options["image"] = _inputs(client, picture, recipe, request)
    if operation == VARIATION:
        return client.create_variation(**options)
    if options.get("mask") is None and request.get("mask"):
        options["mask"] = _mask(recipe, options["image"])
    if options.get("markup") is None and request.get("markup"):
        raise InvalidRequestError(
            "Something was drawn over the picture that the recipe has the digest of alone. Give it: "
            "iw.repeat(picture, markup=…).",
            param="markup",
        )
    edited: ImagesResponse = client.edit(**options)
    return edited


def _inputs(
    client: Client, picture: object, recipe: Mapping[str, Any], request: Mapping[str, Any]
) -> Image.Image | list[Image.Image]:
    """Return the pictures that it was made from, out of the client's gallery or the folder that it lies in."""
    wanted = request.get("image")
    digests = [str(digest) for digest in wanted] if isinstance(wanted, list) else []
    if digests and isinstance(recipe.get("parent"), str):
        digests[0] = recipe["parent"]  # as it was given, where what was sent is another
    found: dict[str, Image.Image] = {}
    for gallery in _galleries(client, picture):
        for each in gallery:
            if len(found) == len(set(digests)):
                break
            if each.digest in digests and each.digest not in found:
                found[each.digest] = each.image
    missing = [digest for digest in digests if digest not in found]
    if missing or not digests:
        raise InvalidRequestError(
            f"It was made from {'a picture' if len(missing) < 2 else f'{len(missing)} pictures'} not found here "
            f"({', '.join(digest[:8] for digest in missing)}), neither in the gallery nor beside it. Give what it was "
            "made from: iw.repeat(picture, image=…).",
            param="image",
        )
    images = [found[digest] for digest in digests]
    return images[0] if len(images) == 1 else images


def _galleries(client: Client, picture: object) -> Iterator[Gallery]:
    if client.gallery is not None:
        yield client.gallery
    path = picture if isinstance(picture, str | os.PathLike) else getattr(picture, "filename", "")
    if path and (folder := Path(os.fspath(path)).absolute().parent).is_dir():
        yield Gallery(folder)


def _mask(recipe: Mapping[str, Any], image: ImageLike | list[ImageLike]) -> Image.Image:
    """Return the mask as it was drawn, white where the picture may change."""
    from imagewidgets.mask import operations
    from imagewidgets.mask.history import History

    first = plain(load(image[0] if isinstance(image, list) else image))
    reason = "its recipe has the digest of the mask alone"
    if drawn := recipe.get("mask_operations"):
        try:
            mask = Image.fromarray(History(first, operations.from_json(drawn)).raster)
            if mask.size == first.size:
                return mask
            reason = "the picture was extended while its mask was drawn"
        except (TypeError, ValueError) as error:
            reason = f"what was drawn cannot be drawn again: {error}"
    raise InvalidRequestError(f"The mask is not known ({reason}). Give it: iw.repeat(picture, mask=…).", param="mask")
