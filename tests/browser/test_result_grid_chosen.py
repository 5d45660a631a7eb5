"""Stars, order, filter, actions, clipboard and touch in the result grid."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.grids import NOUNS, SETUP, Grid

if TYPE_CHECKING:
    from playwright.sync_api import Locator

    from tests.browser.conftest import OpenNotebook
    from tests.browser.harness import NB


@pytest.fixture
def grid(notebook: OpenNotebook) -> Grid:
    """A grid of eight pictures in JupyterLab."""
    return Grid(notebook([SETUP, "grid"]))


# ---- stars and order


def test_stars_by_mouse_and_key(grid: Grid) -> None:
    starred = grid.bar("Starred")
    expect(starred).to_be_disabled()
    grid.picture("owl").hover()
    grid.tile("owl").get_by_role("button", name="Star").click()
    grid.nb.wait_for_kernel("grid.starred_indices == [1]")
    expect(starred).to_have_text("Starred 1")
    grid.picture("seal").focus()
    grid.press("s", "ArrowRight", "s")
    grid.nb.wait_for_kernel("grid.starred_indices == [1, 5, 6]")
    grid.press("s")
    grid.nb.wait_for_kernel("grid.starred_indices == [1, 5]")
    grid.expect_selected()  # a star selects nothing
    grid.nb.kernel_exec("grid.star(0); grid.star(1, on=False)")
    expect(grid.tile("fox").get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "true")
    expect(grid.tile("owl").get_by_role("button", name="Star")).to_have_attribute("aria-pressed", "false")


def test_only_starred_ones(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.star(1, 4, 5); grid.select(0, 4)")
    grid.bar("Starred").click()
    grid.expect_order("owl", "newt", "seal")
    grid.nb.wait_for_kernel("grid.starred_only")
    expect(grid.status).to_have_text("2 selected, 1 not shown")
    grid.picture("newt").focus()
    grid.press("s")  # it goes, and the focus stays in its place
    grid.expect_order("owl", "seal")
    grid.expect_focus("seal")
    grid.press("Control+a")
    grid.nb.wait_for_kernel("grid.selected_indices == [1, 5]")
    grid.nb.kernel_exec("grid.starred_indices = []")
    expect(grid.root).to_contain_text("No picture has a star")
    grid.root.get_by_role("button", name="Show all").click()
    grid.expect_order(*NOUNS)


def test_the_order(grid: Grid) -> None:
    grid.nb.kernel_exec("grid.append([picture('lynx', 20), picture('ant', 30)]); grid.append(picture('yak', 3))")
    grid.expect_order("yak", "lynx", "ant", *NOUNS)
    sort = grid.root.get_by_label("Sort")
    sort.select_option("Oldest first")
    grid.expect_order(*NOUNS, "lynx", "ant", "yak")
    grid.nb.wait_for_kernel("grid.sort == 'oldest'")
    sort.select_option("By prompt")
    grid.expect_order(*sorted([*NOUNS, "lynx", "ant", "yak"]))
    # A range is one on the screen.
    grid.picture("bear").click()
    grid.picture("fox").click(modifiers=["Shift"])
    grid.nb.wait_for_kernel("grid.selected_indices == [0, 2, 7]")  # bear, crab, fox


# ---- actions


def test_actions_are_there_when_somebody_listens(grid: Grid) -> None:
    grid.picture("hare").click()
    grid.press("i", "e")
    panel = grid.root.get_by_role("complementary", name="Recipe")
    expect(panel).to_be_visible()
    expect(grid.root.get_by_role("button", name="Edit")).to_have_count(0)
    expect(panel.get_by_role("button", name="Copy code")).to_be_visible()
    grid.nb.kernel_exec("heard = []; grid.on_action(listen := lambda *told: heard.append(told))")
    expect(panel.get_by_role("button", name="Edit")).to_be_visible()
    panel.get_by_role("button", name="Use prompt").click()
    grid.picture("owl").hover()
    grid.tile("owl").get_by_role("button", name="Vary").click()
    grid.picture("fox").focus()
    grid.press("e", "v")
    grid.nb.wait_for_kernel("len(heard) == 4")
    told = "[(action, index, image is pictures[index]) for action, index, image in heard]"
    assert grid.nb.kernel_eval(told) == [
        ("use_prompt", 3, True),
        ("vary", 1, True),
        ("edit", 0, True),
        ("vary", 0, True),
    ]
    grid.nb.kernel_exec("grid.on_action(listen, remove=True)")
    expect(grid.root.get_by_role("button", name="Edit")).to_have_count(0)


def test_what_a_listener_raises_is_shown(grid: Grid) -> None:
    grid.nb.kernel_exec(
        "def broken(*told):\n    raise RuntimeError('The studio is closed.')\ngrid.on_action(broken)\ngrid.select(1)"
    )
    expect(grid.status).to_have_text("1 selected")  # so the page knows that somebody listens
    grid.picture("owl").focus()
    grid.press("e")
    expect(grid.notice).to_contain_text("Edit: RuntimeError: The studio is closed.")
    expect(grid.notice.get_by_label("Details", exact=True).last).to_be_hidden()
    grid.notice.get_by_role("button", name="Details").click()
    expect(grid.notice).to_contain_text("Traceback")
    grid.notice.get_by_role("button", name="Close the notice").click()
    expect(grid.notice).to_be_hidden()
    grid.nb.wait_for_kernel("grid._notice == {} and isinstance(grid.callback_error, RuntimeError)")


# ---- clipboard


def test_copying(grid: Grid) -> None:
    grid.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    grid.nb.kernel_exec("grid.select(4); grid.show_recipe = True")
    panel = grid.root.get_by_role("complementary", name="Recipe")
    expect(panel).to_contain_text("A newt in the snow")
    panel.get_by_role("button", name="Copy prompt").click()
    expect(grid.status).to_have_text("Prompt copied")
    assert grid.page.evaluate("navigator.clipboard.readText()") == "A newt in the snow"
    panel.get_by_role("button", name="Copy code").click()
    expect(grid.status).to_have_text("Code copied")
    assert grid.page.evaluate("navigator.clipboard.readText()") == grid.nb.kernel_eval("grid.code(4)")
    panel.get_by_role("button", name="Copy image").click()
    expect(grid.status).to_have_text("Image copied")
    size = """async () => {
      const [item] = await navigator.clipboard.read();
      const image = await createImageBitmap(await item.getType("image/png"));
      return [image.width, image.height];
    }"""
    assert grid.page.evaluate(size) == [640, 640]


def test_a_picture_without_a_recipe_has_no_code(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, "plain = ResultGrid(Image.new('RGB', (64, 64), 'teal')); plain.show_recipe = True\nplain"])
    panel = Grid(nb).root.get_by_role("complementary", name="Recipe")
    expect(panel.get_by_role("button", name="Copy image")).to_be_visible()
    for name in ("Copy code", "Copy prompt", "Edit"):
        expect(panel.get_by_role("button", name=name)).to_have_count(0)


# ---- touch


class Finger:
    """A finger on the page."""

    def __init__(self, grid: Grid) -> None:
        self.session = grid.page.context.new_cdp_session(grid.page)

    def send(self, kind: str, *points: tuple[float, float]) -> None:
        """Put fingers down, move them, take them away."""
        touches: list[dict[str, Any]] = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


def middle(nb: NB, locator: Locator) -> tuple[float, float]:
    """Return the middle of an element, once it is in sight and at rest."""
    locator.scroll_into_view_if_needed()
    box = nb.wait_still(locator)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.fixture
def touched(notebook: OpenNotebook) -> Grid:
    """A grid on a touch screen."""
    return Grid(notebook([SETUP, "grid"], touch=True))


def test_a_long_press_selects_and_then_taps_do(touched: Grid) -> None:
    finger = Finger(touched)
    finger.send("touchStart", middle(touched.nb, touched.picture("owl")))
    touched.nb.wait_for_kernel("grid.selected_indices == [1]")  # while the finger is still there
    finger.send("touchEnd")
    touched.picture("bear").tap()
    touched.expect_selected("owl", "bear")
    touched.picture("owl").tap()
    touched.picture("bear").tap()
    touched.expect_selected()
    touched.picture("bear").tap()  # nothing is selected: it opens
    expect(touched.dialog).to_contain_text("3 of 8")


def test_swiping_and_pinching_in_the_lightbox(touched: Grid) -> None:
    touched.nb.kernel_exec("grid.open(2)")
    touched.expect_original()
    finger = Finger(touched)
    x, y = middle(touched.nb, touched.large)
    finger.send("touchStart", (x, y))
    finger.send("touchMove", (x - 60, y + 5))
    finger.send("touchMove", (x - 120, y + 5))
    finger.send("touchEnd")
    expect(touched.dialog).to_contain_text("4 of 8")
    touched.expect_original()
    finger.send("touchStart", (x - 40, y))
    finger.send("touchStart", (x - 40, y), (x + 40, y))
    finger.send("touchMove", (x - 80, y), (x + 80, y))
    finger.send("touchEnd")
    expect(touched.dialog.locator("output")).to_have_text("200 %")
    expect(touched.dialog).to_contain_text("4 of 8")
