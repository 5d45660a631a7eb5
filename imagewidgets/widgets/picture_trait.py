"""Traits that are pictures: one that opens whatever it is given, and one that its owner makes when it is wanted."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import traitlets
from PIL import Image
from traitlets.utils.bunch import Bunch

from imagewidgets import images
from imagewidgets.errors import InvalidRequestError
from imagewidgets.images.modes import plain

if TYPE_CHECKING:
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


class MadePicture(traitlets.TraitType[Any, Any]):
    """A picture that its owner makes: when it is read, and when it has changed and somebody observes it.

    Nothing is made for nobody. Each reader and each observer gets a picture of its own, to paint on as well.

    Parameters
    ----------
    settable
        Whether it can be set too. What is set goes to the owner; the same picture again changes nothing.
    """

    def __init__(self, *, settable: bool = False) -> None:
        super().__init__(None, allow_none=True, read_only=not settable)
        self.settable = settable

    def get(self, obj: Any, _cls: Any = None) -> Image.Image | None:
        """Return a new picture, or None."""
        made: Image.Image | None = obj.make_picture(str(self.name))
        return made

    def set(self, obj: Any, value: Any) -> None:
        """Hand a picture to the owner, unless it is the one that is there: traitlets sets those again after a hold."""
        now = self.get(obj)
        same = value == now if isinstance(value, Image.Image) else value is now is None
        if not same:
            obj.take_picture(str(self.name), value)


class MakesPictures(traitlets.HasTraits):
    """What has `MadePicture` traits.

    It says how they are made, and calls `tell_pictures` after a change.
    """

    _told = traitlets.Dict()  # what observers were told last, by the trait's name

    @abstractmethod
    def make_picture(self, name: str) -> Image.Image | None:
        """Return a new picture for the trait `name`, or None."""

    @abstractmethod
    def take_picture(self, name: str, value: Any) -> None:
        """Take over what the trait `name` was set to."""

    def observe(self, handler: Any, *args: Any, **kwargs: Any) -> None:
        """Call `handler` when a trait changes: see `traitlets.HasTraits.observe`."""
        super().observe(handler, *args, **kwargs)
        for name in self._observed() - self._told.keys():
            self._told[name] = self.make_picture(name)

    def tell_pictures(self) -> None:
        """Tell observers of the pictures that differ from those they were told last."""
        observed = self._observed()
        for name in self._told.keys() - observed:
            del self._told[name]
        for name in observed:
            old, new = self._told.get(name), self.make_picture(name)
            if new != old:
                self._told[name] = copied(new)
                self.notify_change(Bunch(name=name, old=old, new=new, owner=self, type="change"))

    def _observed(self) -> set[str]:
        everything = bool(self._trait_notifiers.get(traitlets.All))
        return {
            name
            for name, trait in self.traits().items()
            if isinstance(trait, MadePicture) and (everything or any(self._trait_notifiers.get(name, {}).values()))
        }


def copied(picture: Image.Image | None) -> Image.Image | None:
    """Return a copy of a picture; None of None."""
    return None if picture is None else picture.copy()
