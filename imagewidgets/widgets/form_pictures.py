"""The pictures that a form starts from, and the mask, as they are at one time: what a run is given, and where from."""

from __future__ import annotations

import inspect
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PIL import Image, ImageStat

from imagewidgets.display import thumbnail
from imagewidgets.display.captions import shortened
from imagewidgets.images import load, opened, read_recipe
from imagewidgets.images.modes import plain
from imagewidgets.images.selections import SELECTED, selection_of, soft_selection_of
from imagewidgets.mask.preview import percent

if TYPE_CHECKING:
    from imagewidgets.images.pictures import ImageLike

THUMBNAIL = 128  # px, the longest side: 48 CSS px and less, and screens are fine
LONGEST_NAME = 40  # characters


@dataclass(frozen=True)
class InputPicture:
    """A picture to start from.

    Attributes
    ----------
    image : PIL.Image.Image
        The picture, decoded.
    data : bytes or None
        The file that it came in, which goes out as it came where the API takes it.
    name : str
        What it is called before a person: the name of its file, or what it shows.
    source : str
        The path or address that it came from; empty where nobody could open it again by that.
    """

    image: Image.Image
    data: bytes | None
    name: str
    source: str = ""

    @property
    def sent(self) -> Image.Image | bytes:
        """What the client is given."""
        return self.image if self.data is None else self.data

    def shown(self) -> dict[str, Any]:
        """Return it as the view draws it."""
        return {
            "name": self.name,
            "size": f"{self.image.width} × {self.image.height}",
            "thumbnail": thumbnail(self.image, THUMBNAIL),
            "alt": f"Input: {self.name}",
        }


def input_picture(source: ImageLike, number: int, name: str = "") -> InputPicture:
    """Open a picture to start from.

    Parameters
    ----------
    source
        Anything that `images.load` opens.
    number
        Which input it is, from 1: its name where it has no other.
    name
        The name of the file that it was uploaded from.

    Raises
    ------
    InvalidRequestError
        It is no picture, a file that is cut short, or a picture of another colour model that nobody can show.
    """
    image, data = opened(source)
    plain(image)  # what has no known look is refused here, before it is sent anywhere
    path = os.fspath(source) if isinstance(source, str | os.PathLike) else str(getattr(image, "filename", ""))
    if path.startswith("data:"):
        path = ""
    title = name or Path(path).name or _prompt(image) or f"Picture {number}"
    return InputPicture(image, data, shortened(title, LONGEST_NAME), path)


def _prompt(image: Image.Image) -> str:
    request = (read_recipe(image) or {}).get("request")
    return str(request.get("prompt") or "") if isinstance(request, dict) else ""


class DrawnMask(NamedTuple):
    """A mask as it was when a run was asked for: `mask`, alpha 0 = edit here, how softly, and how it was drawn."""

    mask: Image.Image
    soft_selection: Image.Image | None
    operations: list[dict[str, Any]] | None = None


def checked_mask(mask: Any, size: tuple[int, int] | None = None) -> Any:
    """Return a mask as a picture, or what has one (a mask canvas) as it is.

    Parameters
    ----------
    mask
        Anything that `selections.selection_of` reads, or None.
    size
        Width and height in px that a picture must have; None where that is not known yet.

    Raises
    ------
    InvalidRequestError
        It is no mask, or none of this size.
    """
    if mask is None or _is_canvas(mask):
        return mask
    picture = load(mask)
    selection_of(picture, size)
    return picture


def _is_canvas(mask: Any) -> bool:
    """Tell whether this has a mask; without asking for it, since a canvas makes it when it is asked."""
    if isinstance(mask, Image.Image) or hasattr(mask, "__array__"):
        return False
    return inspect.getattr_static(mask, "mask", None) is not None


def read_mask(mask: Any) -> tuple[DrawnMask | None, Image.Image | None]:
    """Return the mask and the markup that a mask trait stands for now; both are None where nothing is drawn.

    A canvas on which only a markup is drawn gives that; where there is a mask, the mask counts.
    """
    if mask is None:
        return None, None
    if isinstance(mask, Image.Image):
        return DrawnMask(mask, None), None
    if (drawn := mask.mask) is not None:
        return DrawnMask(drawn, soft_selection_of(mask), getattr(mask, "operations", None)), None
    return None, getattr(mask, "markup", None)


def mask_shown(mask: Any) -> dict[str, Any]:
    """Return a mask as the view draws it: `text`, and `masked`, whether there is one to send."""
    if mask is None:
        return {}
    if _is_canvas(mask) and (coverage := getattr(mask, "coverage", None)) is not None:
        return {"text": f"Mask: {percent(coverage)}" if coverage else "Nothing is masked", "masked": bool(coverage)}
    drawn, _ = read_mask(mask)
    if drawn is None:
        return {"text": "Nothing is masked", "masked": False}
    covered = ImageStat.Stat(selection_of(drawn.mask)).mean[0] / SELECTED
    return {"text": f"Mask: {percent(covered)}", "masked": True}
