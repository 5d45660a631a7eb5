"""The sketch engine: runs jobs step by step."""

from __future__ import annotations

from collections.abc import Generator

from PIL import Image

from imagewidgets.local.engine import Job, Picture, Step
from imagewidgets.local.sketch import seeds
from imagewidgets.local.sketch.describe import describe
from imagewidgets.local.sketch.edits import Painting, edit, fitted, shown
from imagewidgets.local.sketch.recipe import ENGINE, STAMP, Recipe, own_recipe
from imagewidgets.local.sketch.scene import STAGES, stages, understand
from imagewidgets.local.sketch.variations import recomposed, varied


class SketchEngine:
    """Draws prompts as clip-art scenes: words to a scene, the scene in layers, a finish.

    What it honours: `prompt` (styles among its words: the table "styles"), `n`, `size` (64 to 4096 px a side), `seed`,
    `negative_prompt`, `background` ("transparent" draws the subjects alone, RGBA; "opaque" and "auto" are the same),
    `style` ("natural" has softer colours; "vivid" is the default), `quality` ("low" is painted coarser, "high" and "hd"
    finer than the picture and scaled down; other values are the same), `mask` and `markup` (circles, arrows and lines
    say where). In edits with a mask the style and quality of an own picture stay.
    """

    name = ENGINE

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        """Do a job, step by step.

        Each picture takes four steps (background, subjects, weather, finish); edits of pictures that the engine did
        not make skip some. A step's `partial` is RGB and has the size of the job.

        Raises
        ------
        ValueError
            An edit or a variation without a picture.
        """
        if job.operation != "generate" and not job.images:
            raise ValueError(f"the operation {job.operation!r} needs a picture in Job.images")
        pictures: list[Picture] = []
        total = STAGES * job.n
        for index in range(job.n):
            yield Step(STAGES * index, total, finished=tuple(pictures[-1:]))
            painting = _painting(job, index)
            done = STAGES * index
            while True:
                try:
                    partial = next(painting)
                except StopIteration as finished:
                    pictures.append(finished.value)
                    break
                done = min(done + 1, STAGES * (index + 1) - 1)
                yield Step(done, total, index, partial)
        return pictures


def _painting(job: Job, index: int) -> Painting:
    if job.operation == "edit":
        return edit(job, index)
    if job.operation == "variation":
        return _vary(job, index)
    return _paint(
        Recipe(
            prompt=job.prompt,
            seed=seeds.of_picture(job.seed, index),
            size=job.size,
            negative=job.negative_prompt or "",
            style=job.style,
            quality=job.quality,
            transparent=job.background == "transparent",
        )
    )


def _paint(recipe: Recipe) -> Painting:
    image: Image.Image = yield from stages(recipe)
    return Picture(image, describe(understand(recipe)), recipe.to_json())


def _vary(job: Job, index: int) -> Painting:
    """Make a variation: compose an own picture anew, tone another one anew."""
    own = own_recipe(job.images[0])
    if own is not None:
        return (yield from _paint(recomposed(own, job.seed, index, job.size)))
    source, _ = fitted(job.images[0], None, job.size)
    image = varied(source, job.seed, index)
    yield shown(image)
    recipe = {**STAMP, "operation": "variation", "seed": job.seed, "size": list(job.size)}
    return Picture(image, None, recipe)
