"""What came from what: the history of a studio as a tree, and the words for it. Pure values; no widget is needed.

A `Step` is one run that gave pictures, or one picture that was brought in. Its parent is the picture that it started
from: a step, and which picture of it. So parents are always older, and the steps make a forest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from imagewidgets.display.captions import count_pictures, joined, shortened
from imagewidgets.images import digest
from imagewidgets.mask.preview import percent
from imagewidgets.models import EDIT, GENERATE, VARIATION

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.operations import AnyRequest

OPENED = "open"
"""The operation of a step that brought a picture in from outside."""

DIGITS = 8  # of a digest: enough to tell the pictures of a session apart
FEWEST_SHARED = 2  # words that two prompts must share before only what differs is said
LONGEST_LABEL = 300  # characters; a prompt may have 32,000

_VERBS = {GENERATE: "Created", EDIT: "Edit", VARIATION: "Variation", OPENED: "Opened"}


class Place(NamedTuple):
    """One picture of the history: the number of its step, and which picture of that step it is, from 0."""

    step: int
    picture: int


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a session.

    Attributes
    ----------
    id
        Its number, from 0, in the order of coming.
    parent
        The picture that it started from; None where it started from words alone, or was brought in.
    operation
        "generate", "edit", "variation", or "open" for a picture from outside.
    prompt
        The words that were asked for; of a picture from outside, its name.
    model
        Who made it; empty where nobody knows.
    time
        When it came, as Unix time in s.
    images
        Its pictures, as PIL images.
    thumbnails
        A small WebP file of each.
    coverage
        How much of the source was masked, 0 to 1; None where there was no mask.
    request
        The typed request that was sent; None of a picture from outside.
    source
        The picture that was sent, perhaps an extended one; None where none was.
    mask
        The mask that was sent: RGBA, transparent = may change; None where none was.
    """

    id: int
    parent: Place | None
    operation: str
    prompt: str
    model: str
    time: float
    images: tuple[Image.Image, ...]
    thumbnails: tuple[bytes, ...] = field(default=(), repr=False)
    coverage: float | None = None
    request: AnyRequest | None = field(default=None, repr=False)
    source: Image.Image | None = field(default=None, repr=False)
    mask: Image.Image | None = field(default=None, repr=False)
    digests: tuple[str, ...] = field(default=(), repr=False)

    @property
    def seed(self) -> int | None:
        """The seed that was asked for; None where none was."""
        return getattr(self.request, "seed", None)


@dataclass(frozen=True)
class Row:
    """One line of the tree: a step, or where it is one of several variations, one picture of it.

    `picture` is which one, None for a line that stands for the whole step. `depth` counts from 0, `parent` is the `id`
    of the line above which this one hangs.
    """

    id: str
    step: int
    picture: int | None
    parent: str | None
    depth: int
    label: str
    detail: str


class StudioHistory:
    """The steps of a session, in the order of coming."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._places: dict[str, Place] = {}  # by digest; of pictures that are the same, the newest

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, the newest last."""
        return tuple(self._steps)

    def add(
        self,
        operation: str,
        images: Sequence[Image.Image],
        *,
        time: float,
        prompt: str = "",
        model: str = "",
        parent: Place | None = None,
        **more: Any,
    ) -> Step:
        """Put a step at the end, and return it; `more` are further fields of `Step`.

        Raises
        ------
        ValueError
            It has no picture, or `parent` is no picture of the history.
        """
        if not images:
            raise ValueError("A step of the history needs a picture.")
        if parent is not None and not (
            0 <= parent.step < len(self._steps) and 0 <= parent.picture < len(self._steps[parent.step].images)
        ):
            raise ValueError(f"{parent} is no picture of this history.")
        digests = tuple(digest(image) for image in images)
        step = Step(len(self._steps), parent, operation, prompt, model, time, tuple(images), digests=digests, **more)
        self._steps.append(step)
        self._places |= {code: Place(step.id, index) for index, code in enumerate(digests)}
        return step

    def find(self, image: Image.Image) -> Place | None:
        """Return where a picture is: this very one, or else the newest with the same pixels; None if it is not here."""
        for step in reversed(self._steps):
            for index, one in enumerate(step.images):
                if one is image:
                    return Place(step.id, index)
        return self._places.get(digest(image))

    def image(self, place: Place) -> Image.Image:
        """Return the picture at a place."""
        return self._steps[place.step].images[place.picture]

    def rows(self) -> list[Row]:
        """Return the tree line by line, from above to below: each step, then what came from it, the oldest first."""
        children: dict[Place | None, list[Step]] = {}
        for step in self._steps:
            children.setdefault(step.parent, []).append(step)
        rows: list[Row] = []
        waiting = [row for step in reversed(children.get(None, [])) for row in reversed(self._lines(step, None, 0))]
        while waiting:  # and not by recursion: a chain of edits may be long
            row = waiting.pop()
            rows.append(row)
            pictures = range(len(self._steps[row.step].images)) if row.picture is None else [row.picture]
            following = [step for index in pictures for step in children.get(Place(row.step, index), [])]
            for step in sorted(following, key=lambda one: one.id, reverse=True):
                waiting += reversed(self._lines(step, row.id, row.depth + 1))
        return rows

    def _lines(self, step: Step, parent: str | None, depth: int) -> list[Row]:
        count = len(step.images)
        if step.operation != VARIATION or count == 1:
            return [Row(f"{step.id}", step.id, None, parent, depth, self.label(step), detail(step))]
        return [
            Row(
                f"{step.id}.{index}",
                step.id,
                index,
                parent,
                depth,
                f"Variation {index + 1} of {count}",
                joined([f"seed {step.seed}" if step.seed is not None else "", step.digests[index][:DIGITS]]),
            )
            for index in range(count)
        ]

    def label(self, step: Step) -> str:
        """Return what a step is called: of its prompt what differs from that of its parent."""
        if step.operation == VARIATION:
            return "Variation" if len(step.images) == 1 else f"{len(step.images)} variations"
        before = self._steps[step.parent.step] if step.parent else None
        words = difference(step.prompt, self.words(before)) if before is not None else step.prompt
        return shortened(" ".join(words.split()), LONGEST_LABEL) or _VERBS[step.operation]

    def words(self, step: Step) -> str:
        """Return what the pictures of a step show: its prompt, of variations that of what they were made from."""
        while step.operation == VARIATION and not step.prompt and step.parent is not None:
            step = self._steps[step.parent.step]
        return step.prompt


def detail(step: Step) -> str:
    """Return what is said of a step in small: how it came, by whom, how much of the picture was masked, its seed."""
    count = len(step.images)
    size = f"{step.images[0].width} × {step.images[0].height}" if step.operation == OPENED else ""
    masked = f"mask {percent(step.coverage)}" if step.coverage is not None else ""
    seed = f"seed {step.seed}" if step.seed is not None else ""
    model = step.model if step.operation != EDIT else ""
    return joined([_VERBS[step.operation], model, masked, seed, size, count_pictures(count) if count > 1 else ""])


def difference(prompt: str, before: str) -> str:
    """Return what of a prompt differs from another: ``… wearing a beret``.

    Words at the beginning and at the end that both share are left out, where they are many enough that a reader knows
    what is meant: `FEWEST_SHARED`, and half of the words of `before`. Otherwise, and where nothing was added, it is the
    whole prompt. Case and punctuation do not count.
    """
    words, old = prompt.split(), before.split()
    first = shared(words, old)
    last = shared(words[first:][::-1], old[first:][::-1])
    new = words[first : len(words) - last]
    if not new or first + last < max(FEWEST_SHARED, len(old) / 2):
        return prompt
    return " ".join([*(["…"] if first else []), *new, *(["…"] if last else [])])


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two sequences have in common at their beginning."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if _plain(a) != _plain(b):
            break
        count += 1
    return count


def _plain(word: str) -> str:
    return word.strip(".,;:!?").casefold()
