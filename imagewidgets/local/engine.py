"""What an engine is: the part of the local Images API that makes the pictures.

An engine takes a `Job` and gives an iterator of `Step`. Between two steps the caller may stop asking (the client has
hung up, the person pressed Cancel): the engine's generator is closed and makes nothing more. The pictures come out as
the generator's return value, so an engine cannot forget them and a caller cannot take a partial picture for a result::

    class Grey:
        name = "grey"

        def run(self, job):
            if job.operation == "variation":
                raise UnsupportedError("This engine makes no variations.", param="model")
            pictures = []
            for index in range(job.n):
                yield Step(index, job.n, finished=tuple(pictures[-1:]))
                pictures.append(Picture(Image.new("RGB", job.size, "grey")))
            return pictures

That is a whole engine. ``imagewidgets serve --engine my_module:Grey`` serves it; a name in `engines.ENGINES` makes it
one of those that ``--engine`` lists. What it may not assume: that it is asked for all its steps, that it is alone (two
threads may run two jobs at once), that a model's rules are its own (they were checked before).
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from PIL import Image

Operation = Literal["generate", "edit", "variation"]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One request, checked and decoded: everything an engine needs to know.

    Parameters
    ----------
    operation
        What is asked for.
    prompt
        The words; empty for a variation.
    n
        How many pictures, at least 1.
    size
        Width and height of the pictures in px.
    seed
        The same job with the same seed gives the same pictures; picture i of a job differs from picture j.
    images
        The pictures to edit or vary, RGB or RGBA, each with the metadata of its file in `info`; empty for generate.
    mask
        Mode L, 255 = edit here, the size of ``images[0]``; None where the whole picture may change.
    markup
        Mode RGBA, the size of ``images[0]``: arrows, circles and notes over it, transparent elsewhere; None where
        nothing was drawn. Never together with a mask.
    quality, style, background, negative_prompt
        As in the API; None where the request left them out.
    """

    operation: Operation
    prompt: str = ""
    n: int = 1
    size: tuple[int, int] = (1024, 1024)
    seed: int = 0
    images: tuple[Image.Image, ...] = ()
    mask: Image.Image | None = None
    markup: Image.Image | None = None
    quality: str | None = None
    style: str | None = None
    background: str | None = None
    negative_prompt: str | None = None


@dataclass(frozen=True)
class Step:
    """One step of a job: `index` of `total` steps is about to be done.

    `picture` and `partial` are set when there is something to see: the unfinished picture number `picture`.
    `finished` are the pictures that were finished since the step before, in their order: a stream sends them at once.
    They are returned with the others at the end all the same; an engine that makes all at a time announces none.
    """

    index: int
    total: int
    picture: int | None = None
    partial: Image.Image | None = None
    finished: tuple[Picture, ...] = ()


@dataclass(frozen=True)
class Picture:
    """One finished picture: RGB, or RGBA where a transparent background was asked for.

    `revised_prompt` says what the engine made of the words, where it made something of them. `recipe` is what the
    engine needs to work on this picture again (JSON); it travels inside the file.
    """

    image: Image.Image
    revised_prompt: str | None = None
    recipe: dict[str, Any] = field(default_factory=dict)


class UnsupportedError(Exception):
    """What an engine raises at a job that it cannot do: the client gets 422, and these words.

    Parameters
    ----------
    message
        What cannot be done and what to do instead, as sentences.
    param
        The API's parameter that asks for it, where there is one.
    """

    def __init__(self, message: str, *, param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.param = param


class Engine(Protocol):
    """Anything with a name, and without parameters of its own to be made with, that can run a job."""

    name: str

    def run(self, job: Job) -> Generator[Step, None, list[Picture]]:
        """Do the job step by step and return ``job.n`` pictures.

        Raises
        ------
        UnsupportedError
            The engine does not do such jobs.
        """
        ...


def finish(steps: Generator[Step, None, list[Picture]]) -> list[Picture]:
    """Run all steps and return the pictures."""
    while True:
        try:
            next(steps)
        except StopIteration as done:
            pictures: list[Picture] = done.value
            return pictures
