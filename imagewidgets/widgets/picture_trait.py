"""A trait that holds a picture and opens whatever it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from imagewidgets import images
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.modes import plain

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.images.pictures import ImageLike


class PictureTrait(traitlets.TraitType[Any, Any]):
    """A PIL image or None; anything else that `imagewidgets.images.load` knows is opened, and decoded to its end.

    Raises
    ------
    InvalidRequestError
        The value is no picture, a file that is cut short, or a picture without a pixel.
    FileNotFoundError
        The value is a path where nothing is.
    """

    allow_none = True
    default_value = None

    def validate(self, _owner: Any, value: ImageLike) -> Image.Image:
        """Return the value as a PIL image."""
        try:
            picture = images.load(value)
            picture.load()  # a file may open and yet be broken farther on: better said now than when it is drawn
        except (OSError, SyntaxError) as error:  # PIL has both for broken files
            if getattr(error, "errno", None) is not None:
                raise  # the system's: the file is not there, or may not be read
            raise InvalidRequestError(
                f"The picture cannot be read to its end ({error}). Give a whole file.", param="image"
            ) from error
        if 0 in picture.size:
            raise InvalidRequestError(
                f"The picture is {picture.width} × {picture.height} px: there is nothing in it to draw on.",
                param="image",
            )
        plain(picture)  # what has no known look is refused here, before it is the canvas's picture
        return picture


class OwnPicture(traitlets.Instance[Any]):
    """A picture that its owner makes: each reader gets a copy, so that painting on it changes nothing but the copy.

    Observers are told the owner's own object, unless it copies that as well (`MaskCanvas.notify_change`).
    """

    def __init__(self) -> None:
        super().__init__("PIL.Image.Image", allow_none=True, read_only=True)

    def get(self, obj: Any, cls: Any = None) -> Image.Image | None:
        """Return a copy of the picture, or None."""
        return copied(super().get(obj, cls))


def copied(picture: Image.Image | None) -> Image.Image | None:
    """Return a copy of a picture; None of None."""
    return None if picture is None else picture.copy()
