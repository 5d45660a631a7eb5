"""Contact sheets of the sketch engine, to be looked at: one for each kind of prompt in the list.

Run ``make sheets``, or ``python tests/benchmarks/sketch_sheets.py [prompts.txt] [folder]``. Under each picture stand
its prompt and, in red, what the engine says that it did not draw.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from PIL import Image, ImageDraw

from imagewidgets.local.engine import Job, finish
from imagewidgets.local.sketch import SketchEngine

PROMPTS = Path(__file__).parents[1] / "local" / "sketch" / "prompts.txt"
FOLDER = Path("test-results") / "sketch"
COLUMNS, TILE, CAPTION = 6, 256, 46  # px
LETTERS = 42  # in a line of a caption


def read_kinds(text: str) -> dict[str, list[str]]:
    """Give the prompts of each kind; see the first lines of the list for its form."""
    kinds: dict[str, list[str]] = {}
    for line in text.splitlines():
        heading = re.fullmatch(r"\[(.+)\]", line)
        if heading:
            kinds[heading.group(1)] = []
        elif line and not line.startswith("#"):
            list(kinds.values())[-1].append(line)
    return kinds


def sheet(prompts: list[str]) -> Image.Image:
    """Draw all prompts, each with a seed of its own."""
    rows = -(-len(prompts) // COLUMNS)
    image = Image.new("RGB", (COLUMNS * TILE, rows * (TILE + CAPTION)), "white")
    draw = ImageDraw.Draw(image)
    for n, prompt in enumerate(prompts):
        job = Job(operation="generate", prompt=prompt, size=(TILE - 4, TILE - 4), seed=n + 1, quality="high")
        picture = finish(SketchEngine().run(job))[0]
        x, y = n % COLUMNS * TILE, n // COLUMNS * (TILE + CAPTION)
        image.paste(picture.image.convert("RGB"), (x, y))
        draw.text((x + 2, y + TILE - 3), "\n".join(textwrap.wrap(prompt, LETTERS)[:2]), fill="black")
        _, _, missing = (picture.revised_prompt or "").partition("not drawn: ")
        draw.text((x + 2, y + TILE + 27), missing[:LETTERS], fill="red")
    return image


def main(prompts: Path = PROMPTS, folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for kind, lines in read_kinds(prompts.read_text("utf-8")).items():
        path = folder / f"{re.sub('[^a-z]+', '-', kind)}.png"
        sheet(lines).save(path)
        sys.stdout.write(f"{path}: {len(lines)} prompts\n")


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
