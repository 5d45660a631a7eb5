"""Edits said as commands: "replace the cat with a dog", "turn it into a watercolor"."""

from __future__ import annotations

import re
from dataclasses import replace

from imagewidgets.local.sketch.prompt import parse
from imagewidgets.local.sketch.recipe import Recipe

_PICTURE = r"(?:it|this|(?:the|this|my) (?:picture|image|photo|photograph|scene|drawing))"
_TURN = re.compile(
    rf"\s*(?:please )?(?:turn|change|transform|convert|make|render|redraw|repaint) {_PICTURE} (?:into|to|as|in) ",
    re.IGNORECASE,
)
_REPLACE = re.compile(
    r"\s*(?:please )?(?:(?:replace|swap|substitute) (?P<old>.+?) (?:with|for|by)"
    r"|(?:turn|change|transform) (?P<into>.+?) (?:into|to)) (?P<new>.+)",
    re.IGNORECASE | re.DOTALL,
)
_ARTICLE = re.compile(r"\s*(?:the|an?|his|her|their|its|my|this|that|all) (?:the )?", re.IGNORECASE)


def plainly(text: str) -> tuple[str | None, str]:
    """Give what a command replaces, None where it replaces nothing, and the words for what is to be there instead."""
    turned = _TURN.match(text)
    if turned:
        return None, text[turned.end() :]
    found = _REPLACE.match(text)
    if found is None:
        return None, text
    return found["old"] or found["into"], found["new"]


def exchanged(source: Recipe, old: str, new: str) -> Recipe | None:
    """Give the recipe of a picture with one thing in the place of another; None where it is not in the prompt.

    The rest of the prompt stays, so the new thing sits, wears and holds what the old one did.
    """
    gone = {key for subject in parse(old).subjects for key in subject.glyphs}
    if not parse(new).subjects:
        return None
    plain = _ARTICLE.sub("", new, count=1)
    for subject in parse(source.prompt).subjects:
        if gone & set(subject.glyphs):
            color = rf"(?:{re.escape(subject.color)}\s+)?" if subject.color else ""
            found = re.search(rf"\b{color}{re.escape(subject.word)}\b", source.prompt, re.IGNORECASE)
            if found is None:
                return None
            return replace(source, prompt=source.prompt[: found.start()] + plain + source.prompt[found.end() :])
    return None
