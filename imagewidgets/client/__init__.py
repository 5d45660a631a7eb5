"""The client of the Images API: requests out, pictures in."""

from imagewidgets.cancellation import Cancellation
from imagewidgets.client.client import Client, Destination

__all__ = ["Cancellation", "Client", "Destination"]
