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

    A page with several widgets has the shared parts several times, the last of them behind the rules of other widgets;
    and two widgets may use a class of the same name. So the rules in the files of a widget (those whose names begin as
    its script does) get the class of its root element in front: they hold inside of it alone, and outweigh the shared
    rules that they change; so do those of the files of grids, wherever one of their parts is used. Rules of other files
    get ``.iw``, the class of every root element.
    """
    widget = next((each for name in names for each in _WIDGETS if name.startswith(each)), None)
    own = "" if widget is None else f".imagewidgets-{widget.replace('_', '-')}"
    roots = [own if widget is not None and name.startswith((widget, _GRIDS)) else ".iw" for name in names]
    return "\n".join([_join("theme.css"), *map(_scoped, names, roots)])


def _join(*names: str) -> str:
    return "\n".join((_STATIC / name).read_text("utf-8") for name in names)


_WIDGETS = ("prompt_form", "mask_canvas", "result_grid", "sweep_grid", "studio")
_GRIDS = "grid"  # how the names of the files begin that are shared by the grids of pictures
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PRELUDE = re.compile(r"([^{}]+)\{")  # what stands in front of a block: selectors, or an @ rule
_ROOT = re.compile(r"\.iw(?![\w-])")  # how a selector begins that names the root element
_STEP = re.compile(r"from|to|[\d.]+%")  # of an animation


def _scoped(name: str, root: str) -> str:
    """Return the rules of ``static/<name>.css`` with the class of the root element in front."""

    def scope(found: re.Match[str]) -> str:
        prelude = found[1].strip()
        if prelude.startswith("@"):
            return found[0]
        return "\n" + ", ".join(_scoped_one(selector, root) for selector in _selectors(prelude)) + " {"

    return _PRELUDE.sub(scope, _COMMENT.sub("", _join(f"{name}.css")))


def _scoped_one(selector: str, root: str) -> str:
    if _STEP.fullmatch(selector):
        return selector
    if selector.startswith(".imagewidgets-"):
        return f".iw{selector}"
    if _ROOT.match(selector):
        return f"{root}{selector}"
    if selector.startswith(".is-"):  # a state, of the root element or of a part
        return f":is({root}, {root} *){selector}"
    return f"{root} {selector}"


def _selectors(prelude: str) -> Iterator[str]:
    """Yield the selectors of a rule; commas in brackets do not part them."""
    depth = start = 0
    for place, sign in enumerate(prelude):
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            yield prelude[start:place].strip()
            start = place + 1
    yield prelude[start:].strip()
