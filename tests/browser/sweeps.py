"""A sweep grid on a page, for the tests of it; and a client in the kernel that waits and fails where a test says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.harness import NB

SETUP = """
import threading
import imagewidgets as iw
from imagewidgets.client import Client, Destination
from imagewidgets.errors import APITimeoutError, AuthenticationError, CancelledError, ContentPolicyError

class Service(Client):
    '''The embedded engine under another name. A prompt with words of `held` waits, one with words of `broken` fails.'''

    def __init__(self, name="localhost:8000", icon="server", detail=""):
        self.where = Destination(icon, name, detail)
        super().__init__("sketch")
        self.held, self.broken, self.sent = {}, {}, []

    @property
    def destination(self):
        return self.where

    def hold(self, *words):
        self.held.update({word: threading.Event() for word in words})

    def release(self):
        for event in self.held.values():
            event.set()
        self.held = {}

    def send(self, request, *, cancel=None, take=0):
        self.sent.append(request.prompt)
        for word, event in list(self.held.items()):
            if word in request.prompt:
                if cancel is not None:
                    cancel.on_cancel(event.set)
                event.wait(60)
                if cancel is not None and cancel.cancelled:
                    raise CancelledError("The request was cancelled.")
        for word, error in self.broken.items():
            if word in request.prompt:
                raise error
        return super().send(request, cancel=cancel, take=take)

service = Service()
late = APITimeoutError("No answer from localhost:8000 in 60 s.", sent=True)
"""

PROMPT = "a {red|blue|white} fox in a forest{|, watercolor|, oil painting|, pencil sketch}"


class Sheet:
    """A sweep grid on the page."""

    def __init__(self, nb: NB, cell: int = 1) -> None:
        self.nb = nb
        self.page = nb.page
        self.root = nb.out(cell).locator(".imagewidgets-sweep-grid")
        self.bar = self.root.locator(".iw-sweep__bar")
        self.status = self.root.locator(".iw-sweep__status")
        self.table = self.root.locator("table")
        self.pictures = self.root.locator(".iw-sweep__sheet .iw-tile__hit")
        self.dialog = self.page.get_by_role("dialog")
        self.notice = self.root.get_by_role("alert")
        expect(self.root).to_have_count(1)

    def button(self, name: str) -> Locator:
        """Return a button of the bar."""
        return self.bar.get_by_role("button", name=name, exact=True)

    def picture(self, words: str) -> Locator:
        """Return the button that picks a picture."""
        return self.root.get_by_role("button", name=f"Pick: {words}", exact=True)

    def tile(self, words: str) -> Locator:
        """Return a picture with all that is on it."""
        picture = self.page.get_by_role("button", name=f"Pick: {words}", exact=True)
        return self.root.locator(".iw-sweep__sheet .iw-tile__pic").filter(has=picture)

    def placeholder(self, state: str, words: str) -> Locator:
        """Return what stands in the place of a cell's pictures."""
        return self.root.get_by_role("group", name=f"{state}: {words}", exact=True)

    def expect_pictures(self, count: int) -> None:
        """Wait until so many pictures are on the page, and their thumbnails are loaded."""
        expect(self.pictures).to_have_count(count)
        expect(self.root.locator(".iw-sweep__sheet .iw-tile__pic.iw-skel[data-picture]")).to_have_count(0)

    def expect_picks(self, *picks: tuple[int, int]) -> None:
        """Wait until the page and the kernel both have these picked."""
        expect(self.root.locator('.iw-sweep__sheet .iw-tile__hit[aria-pressed="true"]')).to_have_count(len(picks))
        self.nb.wait_for_kernel(f"sweep.picks == {picks!r}")

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
