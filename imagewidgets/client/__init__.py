"""The client of the Images API: requests out, pictures in."""

from imagewidgets.cancellation import Cancellation
from imagewidgets.client.client import Client
from imagewidgets.client.destination import Destination
from imagewidgets.client.streams import ImageStream

__all__ = ["Cancellation", "Client", "Destination", "ImageStream"]
