"""The sketch engine: runs jobs step by step."""

from __future__ import annotations

from collections.abc import Generator

from imagewidgets.local.engine import Job, Picture, Step
from imagewidgets.local.sketch import seeds
from imagewidgets.local.sketch.describe import describe
from imagewidgets.local.sketch.recipe import Recipe
from imagewidgets.local.sketch.scene import STAGES, stages, understand


class SketchEngine:
    """Draws prompts as clip-art scenes: words to a scene, the scene in layers, a finish.

    What it honours: `prompt`, `n`, `size` (64 to 4096 px a side), `seed`, `negative_prompt`, `background`
    ("transparent" draws the subjects alone, RGBA; "opaque" and "auto" are the same), `style` ("natural" has softer
    colours; "vivid" is the default), `quality` ("low" is painted coarser, "high" and "hd" finer than the picture and
    scaled down).
    """

    name = "sketch"

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        """Do a job; each picture takes four steps: background, subjects, weather, finish."""
        pictures: list[Picture] = []
        total = STAGES * job.n
        for index in range(job.n):
            recipe = Recipe(
                prompt=job.prompt,
                seed=seeds.of_picture(job.seed, index),
                size=job.size,
                negative=job.negative_prompt or "",
                style=job.style,
                quality=job.quality,
                transparent=job.background == "transparent",
            )
            done = STAGES * index
            yield Step(done, total)
            painting = stages(recipe)
            while True:
                try:
                    partial = next(painting)
                except StopIteration as finished:
                    image = finished.value
                    break
                done += 1
                yield Step(done, total, index, partial)
            pictures.append(Picture(image, describe(understand(recipe)), recipe.to_json()))
        return pictures
