"""A hand over the mask canvas: mouse, keyboard and fingers in pixels of the picture, and what its tests wait for.

The view follows keys, wheel, fingers and messages with one of its next frames, and Python answers when it can. So
whatever is touched here is measured when it has come to rest, and whatever is looked at is waited for.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.browser.mask_parts import HEIGHT, WIDTH

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Locator

    from tests.browser.harness import NB

# White with a blue square and another apart from it: something for the wand to tell apart.
SQUARES = f"""
from PIL import Image, ImageDraw
from imagewidgets.widgets.mask_canvas import MaskCanvas
picture = Image.new("RGB", ({WIDTH}, {HEIGHT}), "white")
ImageDraw.Draw(picture).rectangle((180, 40, 239, 99), fill="#2060c0")
ImageDraw.Draw(picture).rectangle((20, 150, 49, 179), fill="#2060c0")
canvas = MaskCanvas(picture, brush_size=20)
canvas
"""

# The alpha of each pixel of a layer as it is painted.
ALPHA = """(layer) => {
  const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
  return Array.from({ length: data.length / 4 }, (_, i) => data[4 * i + 3]);
}"""

# Whether each pixel of the mask on the screen, at 100 %, is as strong as in Python; by default to the last bit.
EXACT = """(layer, [strengths, most = 0, but = 0]) => {
  const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
  const wanted = Uint8Array.from(atob(strengths), (c) => c.charCodeAt(0));
  if (data.length !== 4 * wanted.length) return false;
  return wanted.reduce((count, strength, i) => count + (Math.abs(data[4 * i + 3] - strength) > most), 0) <= but;
}"""
STRENGTHS = "__import__('base64').b64encode({}.soft_selection.tobytes()).decode()"

# Whether the layer as it is painted, one bit a pixel of the picture, is the selection that Python has.
SEEN = """(layer, [selected, width, pixels]) => {
  const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
  const wanted = Uint8Array.from(atob(selected), (c) => c.charCodeAt(0));
  const scale = Math.max(layer.width / width, layer.height / (wanted.length / width));
  let different = 0;
  for (let i = 0; i < wanted.length; i++) {
    const [x, y] = [i % width, Math.floor(i / width)].map((at) => Math.floor((at + 0.5) * scale));
    different += (data[4 * (y * layer.width + x) + 3] > 127) !== (wanted[i] > 127);
  }
  return different <= pixels;
}"""
SELECTED = "__import__('base64').b64encode({}.selection.tobytes()).decode()"

# The pixel in the middle is transparent until the view has its size and the picture has come.
PAINTED = """(layer) => {
  const [x, y] = [layer.width, layer.height].map((side) => Math.floor(side / 2));
  return layer.getContext("2d").getImageData(x, y, 1, 1).data[3] === 255;
}"""


def art(nb: NB, cell: int = 0) -> Locator:
    """Return the viewport."""
    return nb.out(cell).locator(".imagewidgets-mask-canvas .iw-art")


def layer(nb: NB, cell: int = 0, *, name: str = "mask") -> Locator:
    """Return a layer as it is painted: "picture", "mask", "edge" or "markup"."""
    return art(nb, cell).locator(f"canvas.iw-art__{name}")


def zoom_shown(nb: NB) -> int:
    """Return how large the status bar says that the picture is shown, percent."""
    return int(nb.out(0).locator(".iw-zoom output").inner_text().split()[0])


def wait_shown(nb: NB, cell: int = 0) -> None:
    """Wait until the picture is there and has its place."""
    nb.wait_until(layer(nb, cell, name="picture"), PAINTED)
    nb.wait_still(layer(nb, cell))


def wait_done(nb: NB, count: int) -> None:
    """Wait until Python has so many operations."""
    nb.wait_for_kernel(f"len(canvas.operations) == {count}")


def wait_told(nb: NB) -> None:
    """Wait until the page has been told how much of the picture is selected now."""
    covers = nb.kernel_eval("canvas._state['covers']")
    nb.wait_until(nb.out(0).locator(".iw-covers"), "(el, covers) => el.textContent.endsWith(` ${covers}`)", covers)


def wait_exact(nb: NB, *, of: str = "canvas", most: int = 0, but: int = 0) -> None:
    """Wait until each pixel on the screen, at 100 %, is Python's, within `most`, `but` so many of them."""
    nb.wait_until(layer(nb), EXACT, [nb.kernel_eval(STRENGTHS.format(of)), most, but])


def wait_until_seen(nb: NB, cell: int = 0, *, of: str = "canvas", pixels: int = 0, width: int = WIDTH) -> None:
    """Wait until the layer shows Python's mask of a picture so many px wide, but for so many pixels."""
    nb.wait_until(layer(nb, cell), SEEN, [nb.kernel_eval(SELECTED.format(of)), width, pixels])


def selected(nb: NB, *points: tuple[int, int]) -> list[int]:
    """Return what Python's selection is at these places."""
    found: list[int] = nb.kernel_eval(f"[canvas.selection.getpixel(at) for at in {list(points)}]")
    return found


def colour_at(nb: NB, x: float, y: float) -> tuple[int, ...]:
    """Return the colour on the screen at a place of the picture, 0 to 1 across and down; the mouse goes away."""
    nb.page.mouse.move(0, 0)
    nb.wait_frame()
    shot = Image.open(io.BytesIO(art(nb).locator(".iw-art__paper").screenshot())).convert("RGB")
    pixel: Any = shot.getpixel((int(x * shot.width), int(y * shot.height)))
    return tuple(pixel)


class Hand:
    """The mouse over the picture, in pixels of the picture.

    It shows the picture at 100 %, where each of its pixels is one of the screen's; otherwise, as large as it is shown
    with ``full_size=False``. `size` is the picture's, px.
    """

    def __init__(
        self, nb: NB, cell: int = 0, *, size: tuple[int, int] = (WIDTH, HEIGHT), full_size: bool = True
    ) -> None:
        self.nb = nb
        self.mouse = nb.page.mouse
        self.keyboard = nb.page.keyboard
        self.art = art(nb, cell)
        self.layer = layer(nb, cell)
        self.size = size
        wait_shown(nb, cell)
        self.art.scroll_into_view_if_needed()
        if full_size:
            self.show_at_full_size()

    def show_at_full_size(self) -> None:
        """Show the picture at 100 % and wait until it is."""
        self.choose("1")
        full = "(layer, size) => [layer.width, layer.height].every((px, i) => px === size[i] * devicePixelRatio)"
        self.nb.wait_until(self.layer, full, list(self.size))
        self.settle()

    def settle(self) -> None:
        """Wait until the picture has come to rest."""
        self.nb.wait_still(self.layer)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return where a pixel of the picture is on the page now: bars may have moved it."""
        box = self.layer.bounding_box()
        assert box is not None
        return box["x"] + x * box["width"] / self.size[0], box["y"] + y * box["height"] / self.size[1]

    def move(self, x: float, y: float, *, steps: int = 5) -> None:
        self.mouse.move(*self.place(x, y), steps=steps)

    def press(self, x: float, y: float) -> None:
        self.settle()
        self.mouse.move(*self.place(x, y))
        self.mouse.down()

    def drag(self, *points: tuple[float, float], held: tuple[str, ...] = ()) -> None:
        for key in held:
            self.keyboard.down(key)
        self.press(*points[0])
        for point in points[1:]:
            self.move(*point)
        self.mouse.up()
        for key in held:
            self.keyboard.up(key)

    def click(self, x: float, y: float, *held: str) -> None:
        self.drag((x, y), held=held)

    def choose(self, *keys: str) -> None:
        """Press keys with the focus on the picture: the way to choose a tool."""
        self.art.focus()
        for key in keys:
            self.keyboard.press(key)


class Fingers:
    """Fingers, and a pen, over a hand's picture: what playwright has no word for."""

    def __init__(self, hand: Hand) -> None:
        self.hand = hand
        self._session: CDPSession = hand.nb.page.context.new_cdp_session(hand.nb.page)

    def touch(self, type_: str, *points: tuple[float, float]) -> None:
        """Let fingers begin ("touchStart"), go ("touchMove") or end ("touchEnd", without points)."""
        if type_ == "touchStart":
            self.hand.settle()
        self.touch_page(type_, *(self.hand.place(*point) for point in points))

    def touch_page(self, type_: str, *places: tuple[float, float]) -> None:
        """Do the same at places of the page, CSS px."""
        fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places)]
        self._session.send("Input.dispatchTouchEvent", {"type": type_, "touchPoints": fingers})

    def tap(self, x: float, y: float) -> None:
        self.touch("touchStart", (x, y))
        self.touch("touchEnd")

    def pen(self, type_: str, x: float, y: float, force: float) -> None:
        """Let a pen hover ("mouseMoved" with no force), go down ("mousePressed"), go ("mouseMoved") or end."""
        left, top = self.hand.place(x, y)
        event = {
            "type": type_,
            "x": left,
            "y": top,
            "button": "left" if force or type_ == "mouseReleased" else "none",
            "buttons": 1 if force else 0,
            "force": force,
            "pointerType": "pen",
            "clickCount": 1,
        }
        self._session.send("Input.dispatchMouseEvent", event)

    def close(self) -> None:
        self._session.detach()
