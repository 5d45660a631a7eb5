"""A result grid on a page, for the tests of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.harness import NB

NOUNS = ("fox", "owl", "bear", "hare", "newt", "seal", "wolf", "crab")
SIDE = 640  # px of a picture
THUMBNAIL = 320  # px of its thumbnail

SETUP = f"""
from PIL import Image, ImageDraw
from imagewidgets.images import digest, write_recipe
from imagewidgets.widgets.result_grid import ResultGrid

def picture(noun, hue, size=({SIDE}, {SIDE}), **request):
    image = Image.new("RGB", size, f"hsl({{hue}}, 45%, 45%)")
    draw = ImageDraw.Draw(image)
    draw.ellipse((120, 120, 520, 520), fill=f"hsl({{hue}}, 70%, 70%)")
    draw.rectangle((0, 520, 640, 640), fill=f"hsl({{hue}}, 40%, 25%)")
    recipe = {{"request": {{"operation": "generate", "prompt": f"A {{noun}} in the snow", "seed": 7, **request}},
               "model": "sketch", "created": 1795132800, "digest": digest(image)}}
    write_recipe(image, recipe)
    return image

pictures = [picture(noun, i * 45) for i, noun in enumerate({NOUNS!r})]
grid = ResultGrid(pictures)
"""


class Grid:
    """A grid on the page."""

    def __init__(self, nb: NB, cell: int = 1) -> None:
        self.nb = nb
        self.page = nb.page
        self.root = nb.out(cell).locator(".imagewidgets-result-grid")
        self.tiles = self.root.locator(".iw-tile")
        self.status = self.root.locator(".iw-results__status")
        self.dialog = self.page.get_by_role("dialog")
        self.large = self.dialog.locator(".iw-lightbox__stage img")
        self.notice = self.root.get_by_role("alert")
        expect(self.root).to_have_count(1)  # else there is nothing yet that could still wait for its thumbnails
        expect(self.root.locator(".iw-tile__pic.iw-skel")).to_have_count(0)

    def tile(self, noun: str) -> Locator:
        """Return the tile of a picture, with all that is on it."""
        return self.tiles.filter(has=self.page.get_by_alt_text(f"A {noun} in the snow", exact=True))

    def picture(self, noun: str) -> Locator:
        """Return the button that selects a picture."""
        return self.tile(noun).locator(".iw-tile__hit")

    def bar(self, name: str) -> Locator:
        """Return a button of the bar."""
        return self.root.locator(".iw-results__bar").get_by_role("button", name=name)

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def expect_order(self, *nouns: str) -> None:
        """Wait until these pictures stand on the screen, in this order."""
        expect(self.tiles).to_have_count(len(nouns))
        for place, noun in enumerate(nouns):
            expect(self.tiles.nth(place).locator("img")).to_have_attribute("alt", f"A {noun} in the snow")

    def expect_thumbnails(self, count: int) -> None:
        """Wait until so many pictures are there, and their thumbnails are loaded."""
        expect(self.tiles).to_have_count(count)
        for place in range(count):
            expect(self.tiles.nth(place).locator("img")).to_have_js_property("naturalWidth", THUMBNAIL)

    def expect_open(self, *nouns: str) -> None:
        """Wait until the kernel has heard what is open: what it opens next is not to be undone by older news."""
        self.nb.wait_for_kernel(f"grid._open.get('ids', []) == {[str(NOUNS.index(noun)) for noun in nouns]}")

    def expect_closed(self) -> None:
        """Wait until the page and the kernel both have nothing open."""
        expect(self.dialog).to_be_hidden()
        self.nb.wait_for_kernel("grid._open == {}")

    def expect_selected(self, *nouns: str) -> None:
        """Wait until the page and the kernel both have these selected."""
        wanted = [NOUNS.index(noun) for noun in nouns]
        for index, noun in enumerate(NOUNS):
            expect(self.picture(noun)).to_have_attribute("aria-pressed", str(index in wanted).lower())
        expect(self.status).to_have_text(f"{len(nouns)} selected" if nouns else "")
        self.nb.wait_for_kernel(f"grid.selected_indices == {wanted}")

    def expect_focus(self, noun: str) -> None:
        """Wait until a picture has the focus, and is the one that Tab comes to."""
        expect(self.picture(noun)).to_be_focused()
        expect(self.root.locator('.iw-tile__hit[tabindex="0"]')).to_have_count(1)

    def expect_original(self) -> None:
        """Wait until the lightbox shows a picture in full size: the thumbnail has 320 px."""
        expect(self.large).to_have_attribute("data-original", "true")
        expect(self.large).to_have_js_property("naturalWidth", SIDE)
