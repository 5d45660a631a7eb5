"""The cells that are measured, as a person would write them, and where on the page what they show is found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PROMPT = "a lighthouse"
TEN, HUNDRED, THOUSAND = 10, 100, 1000  # pictures
SIDE = 1024  # px

OURS, GALLERY, IPYPLOT, DISPLAY = "ours", "gr.Gallery", "ipyplot", "display"

# Selectors. Everything of a widget's view that is looked for by name stands here.
FORM = ".imagewidgets-prompt-form"
CANVAS = ".imagewidgets-mask-canvas"
GRID = ".imagewidgets-result-grid"
STUDIO = ".imagewidgets-studio"
STUDIO_EMPTY = f"{STUDIO} .iw-studio-pane--create .iw-studio-empty"
CANVAS_PICTURE = f"{CANVAS} canvas.iw-art__picture"
FORM_PROMPT = f"{FORM} textarea"
GRID_LIST = f"{GRID} .iw-grid"
GRID_IMAGES = f"{GRID} .iw-tile img"
GRID_HIT = f"{GRID} .iw-tile__hit"
LARGE_IMAGE = f'{GRID} dialog[open] .iw-lightbox__stage img[data-original="true"]'
OUTPUT_IMAGES = ".jp-OutputArea-output img"
GALLERY_IMAGES = "#gallery .grid-container img"

BEFORE = """
import os, time
import numpy as np
from PIL import Image, ImageDraw
ends = []
get_ipython().events.register("post_run_cell", lambda done: done.info.store_history and ends.append(time.time()))
os.environ.update(OPENAI_API_KEY="k", OPENAI_BASE_URL={url!r}, GRADIO_ANALYTICS_ENABLED="False")
files = [Image.open(path) for path in {paths!r}]
pictures = [file.convert("RGB") for file in files]
def numbered(number):
    picture = pictures[number % len(pictures)].copy()
    ImageDraw.Draw(picture).text((8, 8), str(number))
    return picture
"""
"""Run in every kernel: notes when a cell has ended, and loads the pictures. Format: {url} of the server, {paths}."""

IMPORT_OURS = """
from imagewidgets import ImageStudio, MaskCanvas, PromptForm, ResultGrid, generate
from imagewidgets.display import thumbnail
from imagewidgets.widgets import grid_entries
made = []
def timed(*args, **kwargs):
    data = thumbnail(*args, **kwargs)
    made.append(time.time())
    return data
grid_entries.thumbnail = timed
"""
"""So that no cell pays for an import, and it is known when the last thumbnail was made."""

IMPORT_PEERS = "import gradio, ipyplot"
IMPORT_SDK = "import openai"
MANY = f"pictures = [numbered(number) for number in range({HUNDRED})]"


@dataclass(frozen=True)
class Shown:
    """A cell and what it brings to the page: `what` is for `_painted.js`."""

    name: str
    cell: str
    what: dict[str, Any] = field(default_factory=dict)
    framed: bool = False
    """Whether it shows in a frame of its own."""

    @property
    def lines(self) -> int:
        return sum(bool(line.strip()) for line in self.cell.splitlines())


WIDGETS = (
    Shown("PromptForm", "PromptForm()", {"shown": [FORM, FORM_PROMPT]}),
    Shown("MaskCanvas", "MaskCanvas(pictures[0])", {"shown": [CANVAS], "canvas": CANVAS_PICTURE}),
    Shown("ResultGrid of 10", "ResultGrid(pictures)", {"images": GRID_IMAGES, "count": TEN}),
    Shown("ImageStudio", "ImageStudio()", {"shown": [STUDIO, f"{STUDIO} {FORM_PROMPT}", STUDIO_EMPTY]}),
)

_GALLERY = """
import gradio as gr
with gr.Blocks() as demo:
    gr.Gallery(value=pictures, elem_id="gallery", columns=5)
demo.launch(inline=True, quiet=True)
"""
_IPYPLOT = """
import ipyplot, numpy as np
ipyplot.plot_images([np.asarray(picture) for picture in pictures], max_images=10)
"""
_SDK = f"""
import base64, io
from IPython.display import display
from openai import OpenAI
from PIL import Image
reply = OpenAI().images.generate(model="gpt-image-1", prompt="{PROMPT}", n={TEN})
display(*[Image.open(io.BytesIO(base64.b64decode(item.b64_json))) for item in reply.data])
"""
_OURS_ASKED = f"""
import imagewidgets as iw
iw.ResultGrid(iw.generate("{PROMPT}", model="gpt-image-1", n={TEN}))
"""
_OURS = "from imagewidgets import ResultGrid\nResultGrid(pictures)"

IN_HAND = (
    Shown(OURS, _OURS, {"images": GRID_IMAGES, "count": TEN}),
    Shown(GALLERY, _GALLERY, {"images": GALLERY_IMAGES, "count": TEN, "inSight": True}, framed=True),
    Shown(IPYPLOT, _IPYPLOT, {"images": OUTPUT_IMAGES, "count": TEN}),
    Shown(DISPLAY, "display(*pictures)", {"images": OUTPUT_IMAGES, "count": TEN}),
)
"""Ten pictures that the kernel has."""

ASKED = (
    Shown(OURS, _OURS_ASKED, {"images": GRID_IMAGES, "count": TEN}),
    Shown(DISPLAY, _SDK, {"images": OUTPUT_IMAGES, "count": TEN}),
)
"""The same ten, asked for from a server."""

MANY_IN_HAND = (
    Shown(OURS, "grid = ResultGrid(pictures)\ngrid", {"images": GRID_IMAGES, "count": HUNDRED}),
    Shown(GALLERY, _GALLERY, {"images": GALLERY_IMAGES, "count": HUNDRED, "inSight": True}, framed=True),
)

# Objects of their own, each looked at by itself, that share their pixels: 1,000 copies would be 4 GB.
THOUSAND_IN_HAND = f"thousand = [picture._new(picture.im) for picture in pictures * {THOUSAND // TEN}]"
THOUSAND_GRID = Shown(
    "ours",
    "grid = ResultGrid(thousand)\ngrid",
    {"images": GRID_IMAGES, "count": THOUSAND, "inSight": True, "list": GRID_LIST},
)
