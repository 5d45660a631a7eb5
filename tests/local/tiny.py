"""The smallest engine that does all three operations: quick, exact, and a pattern for how one is added."""

from __future__ import annotations

import io
import random
from collections.abc import Generator
from typing import Any

from PIL import Image

from imagewidgets.local.engine import Job, Picture, Step


class TinyEngine:
    """Fills pictures, or what a mask leaves free, with one colour drawn from seed, index and prompt."""

    name = "tiny"

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.closed = 0  # jobs that were stopped before their end

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        self.jobs.append(job)
        pictures = []
        try:
            for index in range(job.n):
                yield Step(index, job.n)
                colour = random.Random(f"{job.seed} {index} {job.prompt}").randbytes(3)
                pictures.append(
                    Picture(
                        self._paint(job, tuple(colour)),
                        revised_prompt=f"{job.prompt}, flat",
                        recipe={"colour": list(colour)},
                    )
                )
        except GeneratorExit:
            self.closed += 1
            raise
        return pictures

    def _paint(self, job: Job, colour: tuple[int, ...]) -> Image.Image:
        if job.background == "transparent":
            return Image.new("RGBA", job.size, (*colour, 0))
        if job.operation != "edit":
            return Image.new("RGB", job.size, colour)
        picture = job.images[0].copy()
        picture.paste(Image.new(picture.mode, picture.size, (*colour, 255)[: len(picture.mode)]), mask=job.mask)
        return picture if picture.size == job.size else picture.resize(job.size)


def noise(width: int, height: int, mode: str = "RGB", seed: int = 1) -> Image.Image:
    """Return a picture in which every pixel counts."""
    data = random.Random(seed).randbytes(width * height * len(mode))
    return Image.frombytes(mode, (width, height), data)


def hole(width: int, height: int) -> Image.Image:
    """Return a mask: free in the left half, kept in the right."""
    mask = Image.new("RGBA", (width, height), (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), (0, 0, width // 2, height))
    return mask


def encoded(image: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()
