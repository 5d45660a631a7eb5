"""The unfinished pictures of a run as they come: which picture each belongs to, and what is shown of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from imagewidgets.display import thumbnail
from imagewidgets.widgets.report import MOST_SHOWN, THUMBNAIL, ratio

if TYPE_CHECKING:
    from imagewidgets.responses import ImageEvent


class Partials:
    """Sorts the events of one stream.

    An event says which unfinished state of its picture it is, but not of which picture. A state that came before is
    that of the next picture, whether the service paints one picture after the other or all of them in turns. Finished
    pictures come in order.

    Parameters
    ----------
    count
        How many pictures the run makes.
    each
        How many unfinished states were asked for of each.
    prompt
        What the pictures show, for those who cannot see them.
    """

    def __init__(self, count: int, each: int, prompt: str) -> None:
        self.shown: list[dict[str, Any]] = [{} for _ in range(min(count, MOST_SHOWN))]
        self._count, self._each, self._prompt = count, each, prompt
        self._seen: Counter[int] = Counter()
        self._steps = [0] * count  # how many states of each picture are behind it
        self._finished = 0

    def add(self, event: ImageEvent) -> None:
        """Take the next event."""
        if event.final:
            picture, step, text = self._finished, self._each + 1, "finished"
            self._finished += 1
        else:
            index = event.partial_image_index or 0
            picture, step = max(self._seen[index], self._finished), index + 1
            self._seen[index] = picture + 1
            text = f"partial {step} of {max(step, self._each)}"
        if picture >= self._count:
            return  # more than was asked for: the response has them
        self._steps[picture] = min(max(step, self._steps[picture]), self._each + 1)
        if picture < len(self.shown):
            self.shown[picture] = {
                "text": text,
                "thumbnail": thumbnail(event.image, THUMBNAIL),
                "ratio": ratio(*event.image.size),
                "alt": f"{'Picture' if event.final else 'Unfinished picture'} {picture + 1}: {self._prompt}",
                "final": event.final,
            }

    @property
    def progress(self) -> dict[str, int]:
        """How many states have come, `done`, of all that were asked for, `of`: the finished ones count too."""
        return {"done": sum(self._steps), "of": self._count * (self._each + 1)}
