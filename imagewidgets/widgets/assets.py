"""The widgets' JavaScript and CSS, read from ``static/`` and joined.

A front end loads each widget's module from a string, so it cannot import a file beside it. The files of a widget are
therefore put together when its class is made, what all widgets share (`shared.js`, `theme.css`) in front: no build
step, and each file stays readable by itself. They have one scope, so a name is declared in one file only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_STATIC = Path(__file__).parent / "static"


def module(*names: str) -> str:
    """Return a widget's ES module: the shared part, then ``static/<name>.js`` of each name, in this order.

    None of the files imports anything; only the last one exports: the widget itself.
    """
    return _join("shared.js", *(f"{name}.js" for name in names))


def style(*names: str) -> str:
    """Return a widget's style sheet: tokens and shared parts, then ``static/<name>.css`` of each name.

    A page with several widgets has the shared parts several times, the last of them behind the rules of other widgets.
    So the rules of a widget get one class more than the shared ones that they change: they win wherever they stand.
    """
    own = _join(*(f"{name}.css" for name in names))
    return f"{_join('theme.css')}\n{_PRELUDE.sub(_raised, _COMMENT.sub('', own))}"


def _join(*names: str) -> str:
    return "\n".join((_STATIC / name).read_text("utf-8") for name in names)


_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PRELUDE = re.compile(r"([^{}]+)\{")  # what stands in front of a block: selectors, or an @ rule
_ROOT = re.compile(r"\.iw(?![\w-])|\.imagewidgets-")  # how a selector begins that names the root element
_STEP = re.compile(r"from|to|[\d.]+%")  # of an animation


def _raised(found: re.Match[str]) -> str:
    """Return selectors with the class of the root element once more."""
    prelude = found[1].strip()
    if prelude.startswith("@"):
        return found[0]
    return "\n" + ", ".join(_raised_one(selector) for selector in _selectors(prelude)) + " {"


def _raised_one(selector: str) -> str:
    if _STEP.fullmatch(selector):
        return selector
    if selector.startswith(".is-"):  # a state, of the root element or of a part
        return f":is(.iw, .iw *){selector}"
    return f".iw{selector}" if _ROOT.match(selector) else f".iw {selector}"


def _selectors(prelude: str) -> Iterator[str]:
    """Yield the selectors of a rule; commas in brackets do not part them."""
    depth = start = 0
    for place, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield prelude[start:place].strip()
            start = place + 1
    yield prelude[start:].strip()
