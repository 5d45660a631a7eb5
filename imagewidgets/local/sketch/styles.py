"""Find the styles that a prompt names: "watercolour of a fox", "in the style of ukiyo-e", "a fox, oil on canvas".

Many styles are called after things (ink, clay, paper, a mosaic). Such a word means the style only where a style can
stand; the table "styles" says which words are of this kind.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from imagewidgets.local.sketch.data import table

# What may lead to a style, and is cut with it.
WAY_IN = r"(?:(?:drawn|painted|done|made|rendered|depicted|shown) )?(?:in|with|as|like) "
STYLE_OF = rf"(?:{WAY_IN})?(?:the |an? )?style of (?:an? |the )?"
LED = rf"{WAY_IN}(?:the |an? )?"
END = r"(?= *(?:,|$))"
START = r"(?:(?<=,)|(?<=^)) *(?:(?:an?|the) )?"


@dataclass(frozen=True)
class Style:
    """One style: the words for it as patterns, and what it does to a picture.

    `kind` is "medium" (redraws the picture), "tone" (colours it) or "composition" (shapes the scene). `example` is a
    phrase that asks for it.
    """

    name: str
    kind: str
    pattern: re.Pattern[str]
    keeps_words: bool
    example: str


@dataclass(frozen=True)
class Found:
    """The styles of a prompt, in the order of the table; the words without them; the media that had to give way."""

    styles: tuple[str, ...]
    rest: str
    dropped: tuple[str, ...]


def _words(phrases: list[str]) -> str:
    """Give a pattern for any of the phrases, longest first; spaces and hyphens are the same."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return "(?:" + "|".join(re.sub(r"(?:\\-|\\ |-| )+", "[ -]+", re.escape(phrase)) for phrase in ordered) + ")"


@functools.cache
def styles() -> dict[str, Style]:
    """Give all styles by name, in the order in which they are applied."""
    data = table("styles")
    media, kept = _words(data["media"]), _words(data["media_kept"])
    trail = rf"(?:[ -]+{media}\b)*(?:(?: of)\b(?! the \d))?"
    found = {}
    for name, entry in data["styles"].items():
        never = rf"(?![ -]+{_words(entry['never_before'])}\b)" if "never_before" in entry else ""
        always = rf"\b{_words(entry['always'])}\b{never}"
        ways = [
            rf"\b{STYLE_OF}{always}(?:[ -]+{media}\b)*",
            rf"\b{LED}{always}(?:[ -]+{media}\b)*{END}",
            rf"{always}{trail}",
        ]
        if "bound" in entry:
            bound = rf"\b{_words(entry['bound'])}\b{never}"
            ways += [
                rf"\b{STYLE_OF}{bound}(?:[ -]+{media}\b)*",
                rf"\b{LED}{bound}(?:[ -]+{media}\b)*{END}",
                rf"{bound}(?:[ -]+{media}\b)+(?: of\b)?",
                rf"{bound}(?=[ -]+{kept}\b)",
                rf"{START}{bound}{END}",
                rf"{START}{bound} of\b",
            ]
        pattern = re.compile("|".join(f"(?:{way})" for way in ways))
        found[name] = Style(name, entry["kind"], pattern, bool(entry.get("keeps_words")), entry["always"][0])
    return found


def find_styles(text: str) -> Found:
    """Take the styles out of a text in lower case whose sentence marks are commas.

    Of several media only the first one in the text can be used: a picture is either an etching or a mosaic.
    """
    matches = {name: match for name, style in styles().items() if (match := style.pattern.search(text))}
    media = sorted(
        (match.start(), -len(match.group()), name) for name, match in matches.items() if styles()[name].kind == "medium"
    )
    first = media[0][2] if media else None
    overlapped = {name for start, length, name in media[1:] if start < matches[media[0][2]].end()}
    dropped = tuple(name for _, _, name in media[1:] if name not in overlapped)
    rest = text
    for name in matches:
        if not styles()[name].keeps_words:
            rest = styles()[name].pattern.sub(" ", rest)
    chosen = tuple(name for name in matches if styles()[name].kind != "medium" or name == first)
    return Found(chosen, rest, dropped)
