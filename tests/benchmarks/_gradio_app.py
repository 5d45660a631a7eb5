"""Gradio's ImageEditor as a page of its own: ``python _gradio_app.py PORT PICTURE``, run by the peers' Python.

It prints a line of JSON, with the time, for each mask that arrives.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio
import numpy as np
from PIL import Image

BRUSH = 28  # px of the picture: about 8 on the screen, where the editor shows it at the size it chooses itself
BUSY = 3.0  # s


def received(value: dict) -> str:
    """Take the picture and its layers, as a person's function would, and look at the mask."""
    arrived = time.time()
    covered = sum(int((np.asarray(layer.getchannel("A")) > 0).sum()) for layer in value["layers"])
    sys.stdout.write(json.dumps({"time": arrived, "covered": covered}) + "\n")
    sys.stdout.flush()
    return str(covered)


port, path = int(sys.argv[1]), Path(sys.argv[2])
with gradio.Blocks() as page:
    editor = gradio.ImageEditor(
        value=Image.open(path),
        type="pil",
        elem_id="editor",
        brush=gradio.Brush(default_size=BRUSH, colors=["#ff0000"], default_color="#ff0000", color_mode="fixed"),
    )
    answer = gradio.Textbox()
    gradio.Button("Submit", elem_id="submit").click(received, editor, answer)
    gradio.Button("Busy", elem_id="busy").click(lambda: time.sleep(BUSY))
page.launch(server_name="127.0.0.1", server_port=port, quiet=True, share=False)
