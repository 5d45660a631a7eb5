"""Sweeps whose cells are filled by hand: nothing is sent, and each picture is what a test wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from PIL import Image

import imagewidgets as iw
from imagewidgets.errors import APITimeoutError, ContentPolicyError
from imagewidgets.responses import ImagesResponse
from imagewidgets.sweeps.cells import Cell

CREATED = 1_795_176_000  # s: 20 November 2026, about noon in UTC
TIMEOUT = "No answer in 60 s. The pictures may already be billed."


def colored(cell: Cell, index: int) -> Image.Image:
    """Return a small picture like no other."""
    value = cell.place * 7 + index
    return Image.new("RGB", (48, 48), (value * 40 % 256, value * 90 % 256, value % 256))


def noise(cell: Cell, index: int) -> Image.Image:
    """Return a picture that no format packs well."""
    generator = np.random.default_rng(cell.place * 100 + index)
    return Image.fromarray(generator.integers(0, 255, (512, 512, 3), dtype=np.uint8))


def fill(
    sweep: iw.Sweep, draw: Callable[[Cell, int], Image.Image] = colored, *, places: Iterable[int] | None = None
) -> iw.Sweep:
    """Give cells (all, unless `places` names them) their pictures, and return the sweep."""
    for place in range(len(sweep)) if places is None else places:
        cell = sweep[place]
        if cell.request is not None:
            images = [draw(cell, index) for index in range(cell.request.n or 1)]
            cell.begin()
            cell.end(ImagesResponse(images, request=cell.request, created=CREATED, model="sketch"))
    return sweep


def foxes(**parameters: object) -> iw.Sweep:
    """Return a sweep of two axes and six cells, of which nothing is made."""
    return iw.sweep("a {red|blue} fox in {season}", season=["spring", "summer", "winter"], seed=7, **parameters)


def broken(**parameters: object) -> iw.Sweep:
    """Return one that has it all: done, failed, failed in part, not made, and refused by the service."""
    sweep = fill(foxes(n=2, **parameters), places=range(4))
    part = sweep[1]
    part.end(
        ImagesResponse(part.images[:1], request=part.request, created=CREATED, model="sketch"), APITimeoutError(TIMEOUT)
    )
    sweep[4].end(None, APITimeoutError(TIMEOUT))
    message = "OpenAI answered 400: sk-abcdef123456 may not ask for this. Change the words."
    sweep[5].end(None, ContentPolicyError(message, status_code=400))
    return sweep
