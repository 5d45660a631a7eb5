"""Fonts for words in a picture: one that has the letters, wherever the program runs."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PIL import ImageFont

SYSTEM_FONTS = (
    "DejaVuSans.ttf",
    "LiberationSans-Regular.ttf",
    "Arial.ttf",
    "arial.ttf",
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "wqy-microhei.ttc",
    "Arial Unicode.ttf",
    "msyh.ttc",
    "YuGothM.ttc",
)
"""Fonts that people are likely to have on Linux, macOS and Windows, the most likely first."""

LIKE = str.maketrans(
    {"×": "x", "–": "-", "—": "-", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "“": '"', "”": '"'}
)
"""What to write for letters that a font does not have, where taking off the accent does not help."""

_PROBE = 16  # px: the size at which a font is asked for its letters
_NO_LETTER = "\uffff"  # stands for nothing, so that a font draws its box for what it lacks


class Font:
    """A font that knows which letters it has."""

    def __init__(self, font: ImageFont.FreeTypeFont) -> None:
        self._font = font
        self._missing = bytes(font.getmask(_NO_LETTER))

    def has(self, character: str) -> bool:
        """Whether the font can draw a character."""
        return character.isspace() or bytes(self._font.getmask(character)) != self._missing

    def written(self, text: str) -> str:
        """Return `text` with nearest letters for those that are missing: a for ä; ? where there is none."""
        return "".join(character if self.has(character) else self._nearest(character) for character in text)

    def sized(self, size: float) -> ImageFont.FreeTypeFont:
        """Return the font in a size, px, as Pillow draws with it."""
        return self._font.font_variant(size=size)

    def _nearest(self, character: str) -> str:
        plain = unicodedata.normalize("NFKD", character.translate(LIKE))
        return "".join(part for part in plain if not unicodedata.combining(part) and self.has(part)) or "?"


def font_for(text: str) -> Font:
    """Return the first font that has every letter of a text, or the one that has most.

    Pillow's own comes first, which is the same everywhere but has little more than ASCII; then `SYSTEM_FONTS`, as far
    as this machine has them.
    """
    letters = set(text)
    return max(_fonts(), key=lambda font: sum(map(font.has, letters)))


@lru_cache(maxsize=1)
def _fonts() -> list[Font]:
    own = ImageFont.load_default(_PROBE)
    found = [Font(own)] if isinstance(own, ImageFont.FreeTypeFont) else []
    for name in SYSTEM_FONTS:
        try:
            found.append(Font(ImageFont.truetype(name, _PROBE)))
        except OSError:
            continue  # not on this machine
    return found
