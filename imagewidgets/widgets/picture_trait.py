"""A trait that holds a picture and opens whatever it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import traitlets

from imagewidgets import images
from imagewidgets.errors import InvalidRequestError

if TYPE_CHECKING:
    from PIL import Image

    from imagewidgets.images.pictures import ImageLike


class PictureTrait(traitlets.TraitType[Any, Any]):
    """A PIL image or None; anything else that `imagewidgets.images.load` knows is opened, and decoded to its end.

    Raises
    ------
    InvalidRequestError
        The value is no picture, or a file that is cut short.
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
        return picture
