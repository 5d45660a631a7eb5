"""The widgets' scripts as a front end gets them: files of their own, joined into one module."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import anywidget
import pytest

from imagewidgets.widgets import assets
from imagewidgets.widgets.mask_canvas import MaskCanvas
from imagewidgets.widgets.prompt_form import PromptForm
from imagewidgets.widgets.result_grid import ResultGrid
from imagewidgets.widgets.studio import ImageStudio
from imagewidgets.widgets.sweep_grid import SweepGrid

STATIC = Path(assets.__file__).parent / "static"
WIDGETS: list[type[anywidget.AnyWidget]] = [MaskCanvas, PromptForm, ResultGrid, ImageStudio, SweepGrid]

DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)


def file(name: str) -> str:
    return (STATIC / name).read_text("utf-8")


def test_files_are_joined_in_the_order_given_behind_what_all_share() -> None:
    wanted = [file(name) for name in ("shared.js", "mask_canvas_link.js", "mask_canvas_view.js")]
    assert assets.module("mask_canvas_link", "mask_canvas_view") == "\n".join(wanted)
    assert assets.style("mask_canvas").startswith(f"{file('theme.css')}\n")


@pytest.mark.parametrize(("name", "root"), [("mask_canvas_own", ".imagewidgets-mask-canvas"), ("own", ".iw")])
def test_rules_of_a_widget_hold_inside_of_it_and_weigh_more_than_the_shared_ones(
    name: str, root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assets, "_STATIC", tmp_path)
    (tmp_path / "theme.css").write_text(".iw-bar { a: b }", "utf-8")
    (tmp_path / f"{name}.css").write_text(
        """/* .iw-no { */
.iw-bar, .iw-seg:is(.a, [b=","]) > p { c: url("d;e") }
.imagewidgets-own [hidden] { f: g }
.iw .iw-bar { h: i }
.is-wide .iw-bar { h: i }
@container (max-width: 640px) {
  form.iw-opts { j: k }
}
@keyframes l { from { m: n } 50% { o: p } }
""",
        "utf-8",
    )
    rules = [line.strip() for line in assets.style(name).splitlines() if line.strip()]
    assert rules == [
        ".iw-bar { a: b }",
        f'{root} .iw-bar, {root} .iw-seg:is(.a, [b=","]) > p {{ c: url("d;e") }}',
        ".iw.imagewidgets-own [hidden] { f: g }",
        f"{root}.iw .iw-bar {{ h: i }}",
        f":is({root}, {root} *).is-wide .iw-bar {{ h: i }}",
        "@container (max-width: 640px) {",
        f"{root} form.iw-opts {{ j: k }}",
        "}",
        "@keyframes l {",
        "from { m: n }",
        "50% { o: p } }",
    ]


def test_rules_of_grids_hold_inside_of_the_widget_that_uses_them() -> None:
    for widget, root in [(ResultGrid, "result-grid"), (PromptForm, "prompt-form")]:
        sheet = str(widget._css)
        assert f".imagewidgets-{root} .iw-lightbox[open] {{" in sheet
        assert "\n.iw .iw-lightbox[open] {" not in sheet


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_style_sheet_keeps_its_blocks(widget: type[anywidget.AnyWidget]) -> None:
    rules = str(widget._css).removeprefix(file("theme.css"))
    assert rules.count("{") == rules.count("}") > 20
    selectors = [line for line in rules.splitlines() if line.endswith("{") and not line.startswith("@")]
    assert all(".iw" in line or ".imagewidgets-" in line for line in selectors)


@pytest.mark.parametrize("widget", WIDGETS)
def test_a_module_stands_by_itself_and_exports_one_widget_at_its_end(widget: type[anywidget.AnyWidget]) -> None:
    source = str(widget._esm)
    assert not re.search(r"^\s*import\b|\bimport\(", source, re.MULTILINE)
    assert re.findall(r"^export .*", source, re.MULTILINE) == re.findall(r"^export default .*", source, re.MULTILINE)
    assert source.count("\nexport ") == 1
    assert not DECLARED.search(source, source.index("\nexport "))


@pytest.mark.parametrize("widget", WIDGETS)
def test_no_name_is_declared_by_two_of_the_files_that_share_a_scope(widget: type[anywidget.AnyWidget]) -> None:
    names = Counter(DECLARED.findall(str(widget._esm)))
    assert {"icon", "h", "follow"} <= names.keys()
    assert [name for name, count in names.items() if count > 1] == []


def test_every_script_belongs_to_a_widget() -> None:
    sources = [str(widget._esm) for widget in WIDGETS]
    for path in STATIC.glob("*.js"):
        assert any(path.read_text("utf-8") in source for source in sources), path.name
