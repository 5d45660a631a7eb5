"""The three canvases that are measured: how each is put on a page, and where on the page its parts are.

All three draw with a brush of about 8 px on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Tool:
    """One canvas and what a page holds of it; everything but `name` and `cells` is for `_probe.js`."""

    name: Literal["ours", "Paint", "ImageEditor", "floor"]
    surface: str
    """Selector of the canvas that shows the ink."""

    target: str
    """Selector of the element that the pointer is over."""

    undo: str
    """Selector of the button."""

    ink: Literal["alpha", "red"]
    """How a pixel with ink is known."""

    load: str = ""
    """A cell that imports the widget and loads the picture: format {picture} is its path."""

    show: str = ""
    """A cell that shows the widget."""


OURS = Tool(
    name="ours",
    surface=".imagewidgets-mask-canvas .iw-art canvas.iw-art__mask",
    target=".imagewidgets-mask-canvas .iw-art",
    undo='.imagewidgets-mask-canvas button[aria-label="Undo"]',
    ink="alpha",
    load="""
import time
from PIL import Image
from imagewidgets import MaskCanvas
picture = Image.open({picture!r})
picture.load()
seen = []
""",
    show="""
canvas = MaskCanvas(picture, brush_size=16)
canvas.observe(lambda change: seen.append(time.time()), "mask")
canvas
""",
)
OUR_PICTURE = ".imagewidgets-mask-canvas .iw-art canvas.iw-art__picture"

PAINT = Tool(
    name="Paint",
    surface=".paint-container canvas",
    target=".paint-container canvas",
    undo=".paint-container button[title=Undo]",
    ink="red",
    load="""
import time
from PIL import Image
from wigglystuff import Paint
picture = Image.open({picture!r})
picture.load()
seen = []
""",
    show="""
paint = Paint(init_image=picture, brush=False, color="#ff0000")  # without the brush of 2 px: the marker of 8 px
paint.observe(lambda change: seen.append(time.time()), "base64")
paint
""",
)

EDITOR = Tool(
    name="ImageEditor",
    surface="#editor .pixi-target canvas",
    target="#editor .pixi-target canvas",
    undo="#editor button[aria-label=Undo]",
    ink="red",
)
FLOOR = Tool(name="floor", surface="canvas", target="canvas", undo="", ink="red")
FLOOR_PAGE = """<!doctype html>
<canvas width="600" height="600"></canvas>
<script>
  const canvas = document.querySelector("canvas"), ctx = canvas.getContext("2d");
  ctx.fillStyle = "#ff0000";
  canvas.addEventListener("pointermove", (event) => {
    if (!(event.buttons & 1)) return;
    const { left, top } = canvas.getBoundingClientRect(), between = event.getCoalescedEvents();
    for (const each of between.length ? between : [event]) {
      ctx.beginPath();
      ctx.arc(each.clientX - left, each.clientY - top, 4, 0, 7);
      ctx.fill();
    }
  });
</script>"""
"""A bare canvas, alone on its page, that draws a disc at each point in the event: no page can be quicker."""

EDITOR_SUBMIT, EDITOR_BUSY = "#submit", "#busy"
