"""The client of the Images API: requests out, pictures in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagewidgets.cancellation import Cancellation
from imagewidgets.client.client import Client
from imagewidgets.client.destination import Destination

if TYPE_CHECKING:
    from imagewidgets.client.streams import ImageStream

__all__ = ["Cancellation", "Client", "Destination", "ImageStream"]


def __getattr__(name: str) -> Any:
    if name != "ImageStream":  # it loads PIL, which a client that has been asked for nothing yet does without
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from imagewidgets.client.streams import ImageStream

    return ImageStream
