"""An engine that shows its pictures on the way: each stage has a colour of its own, so tests know which one came."""

from __future__ import annotations

import threading
from collections.abc import Container, Generator

from PIL import Image

from imagewidgets.local.engine import Job, Picture, Step

PATIENCE = 60.0  # s; reached only when a test fails
SECRET = "words of the prompt"


def colour(picture: int, stage: int) -> tuple[int, int, int]:
    """Return the colour of an unfinished picture; stage 0 is the finished one's."""
    return picture, stage, 100


class StagedEngine:
    """Paints each picture in `stages` steps, and shows it after those in `shown` (all but the last by default).

    At the step `waits_at`, counted over all pictures, it waits until the test sets `go_on`; at `fails_at` it breaks.
    """

    name = "staged"

    def __init__(
        self,
        stages: int = 4,
        shown: Container[int] | None = None,
        *,
        waits_at: int | None = None,
        fails_at: int | None = None,
    ) -> None:
        self.stages = stages
        self.shown = range(1, stages) if shown is None else shown
        self.waits_at, self.fails_at = waits_at, fails_at
        self.reached = -1  # the step that was last begun
        self.waiting, self.go_on, self.closed = threading.Event(), threading.Event(), threading.Event()

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        try:
            return (yield from self._paint(job))
        except GeneratorExit:
            self.closed.set()
            raise

    def _paint(self, job: Job) -> Generator[Step, None, list[Picture]]:
        pictures = []
        for picture in range(job.n):
            for stage in range(self.stages):
                done = picture * self.stages + stage
                self.reached = done
                if done == self.fails_at:
                    raise ArithmeticError(SECRET)
                if done == self.waits_at:
                    self.waiting.set()
                    assert self.go_on.wait(PATIENCE)
                if stage in self.shown:
                    yield Step(done, job.n * self.stages, picture, Image.new("RGB", job.size, colour(picture, stage)))
                else:
                    yield Step(done, job.n * self.stages)
            mode = "RGBA" if job.background == "transparent" else "RGB"
            image = Image.new("RGB", job.size, colour(picture, 0)).convert(mode)
            pictures.append(Picture(image, revised_prompt=f"{job.prompt}, flat"))
        return pictures
