"""The sweep grid in a real browser: plan, run, picks, pages, blind comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.server import DARK, LIGHT
from tests.browser.sweeps import PROMPT, SETUP, Sheet
from tests.browser.test_access import Audit, settle

if TYPE_CHECKING:
    from tests.browser.conftest import OpenNotebook

SMALL = "client=service, size='64x64'"
FOXES = f"sweep = iw.sweep({PROMPT!r}, max_workers=1, {SMALL})\ngrid = sweep.grid()\ngrid"
DONE = f"sweep = iw.sweep('a {{red|blue}} fox in {{oil|pencil}}', {SMALL}).run().wait()\ngrid = sweep.grid()\ngrid"
PAGES = f"""
sweep = iw.sweep("a {{red|blue}} fox in {{season}}", season=["spring", "winter"], seed=[1, 2, 3], n=2, {SMALL})
grid = sweep.run().wait().grid()
grid
"""
FLOW = f"""
service.broken = {{"winter": late}}
sweep = iw.sweep("a {{red|blue}} fox in {{season}}", season=["spring", "winter"], seed=[1, 2], {SMALL}).sample(8)
grid = sweep.run().wait().grid()
grid
"""
REFUSED = """
openai = Service("OpenAI", "cloud", "api.openai.com")
openai.broken = {"a": AuthenticationError("OpenAI answered 401: no such key.", status_code=401)}
sweep = iw.sweep("an {owl|elk}", model=["gpt-image-1", "dall-e-3"], quality="low", n=2, client=openai)
grid = sweep.grid()
grid
"""
HALTING = f"""
service.hold("white fox in a forest, oil")
service.broken = {{"blue fox in a forest, oil": late}}
{FOXES}
"""


PARTLY = """
from imagewidgets.responses import ImagesResponse

class Partly(Service):
    whole = False

    def send(self, request, *, cancel=None, take=0):
        answer = super().send(request, cancel=cancel, take=take)
        if self.whole or "blue" not in request.prompt:
            return answer
        return ImagesResponse(answer[:1], request=request, created=answer.created, model=answer.model, errors=(late,))

partly = Partly()
sweep = iw.sweep("a {red|blue} fox in {oil|pencil}", n=2, size="64x64", client=partly)
grid = sweep.grid()
grid
"""
GALLERY = """
import tempfile
folder = tempfile.TemporaryDirectory()
recording = Client("sketch", gallery=folder.name)
recording.generate("a red fox", size="64x64", seed=1)
replaying = Client("sketch", gallery=folder.name, replay="only")
foxes = dict(prompt="a {red|blue} fox", size="64x64", seed=1, client=replaying)
grid = iw.sweep(**foxes).grid()
grid
"""


def test_a_plan_becomes_a_table(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, FOXES]))
    expect(sheet.status).to_have_text("12 requests for 12 pictures · no price is known")
    expect(sheet.placeholder("planned", "a blue fox in a forest")).to_have_text("a blue fox in a forest")
    expect(sheet.root.get_by_role("columnheader")).to_have_text(["none", "watercolor", "oil painting", "pencil sketch"])
    expect(sheet.root.get_by_role("rowheader")).to_have_text(["red", "blue", "white"])
    expect(sheet.table.locator("caption")).to_contain_text("by red|blue|white and")
    expect(sheet.root.locator(".iw-bar--foot")).to_have_text(f"{PROMPT}localhost:8000")
    for name in ("Blind", "Compare", "Try failed again", "Stop"):
        expect(sheet.button(name)).to_be_hidden()
    assert sheet.nb.kernel_eval("service.sent") == []
    sheet.button("Generate 12 pictures").click()
    sheet.expect_pictures(12)
    expect(sheet.status).to_have_text("12 of 12 done")
    expect(sheet.button("Generate 12 pictures")).to_be_hidden()
    expect(sheet.table.locator("img").first).to_have_attribute("alt", "a red fox in a forest")
    sheet.root.get_by_role("button", name="Swap rows and columns").click()
    expect(sheet.root.get_by_role("rowheader")).to_have_text(["none", "watercolor", "oil painting", "pencil sketch"])
    sheet.expect_pictures(12)
    sheet.nb.wait_for_kernel("grid.columns == 'red|blue|white'")


def test_the_run_is_seen_as_it_goes(notebook: OpenNotebook) -> None:
    sheet = Sheet(
        notebook([SETUP, f"service.hold('red fox in a forest, pencil')\nservice.broken = {{'oil': late}}\n{FOXES}"])
    )
    sheet.button("Generate 12 pictures").click()
    expect(sheet.status).to_have_text("2 of 12 done · 1 failed")
    busy = sheet.placeholder("running", "a red fox in a forest, pencil sketch")
    expect(busy.locator(".iw-spin")).to_be_visible()
    clock = busy.locator(".iw-num")
    shown = clock.text_content()
    expect(clock).not_to_have_text(shown or "")  # it counts
    expect(sheet.placeholder("waiting", "a white fox in a forest")).to_have_text("queued")
    progress = sheet.root.get_by_role("progressbar", name="Sweep")
    expect(progress).to_have_attribute("aria-valuenow", "3")
    expect(progress).to_have_attribute("aria-valuemax", "12")
    failed = sheet.placeholder("Failed", "a red fox in a forest, oil painting")
    expect(failed).to_contain_text("Timed outNo answer in 60 s.")
    sheet.button("Stop").click()
    expect(sheet.placeholder("planned", "a white fox in a forest")).to_be_visible()
    sheet.button("Cancel 1 under way").click()
    expect(sheet.button("Generate the other 9")).to_be_visible()
    sheet.nb.wait_for_kernel("not sweep.running")
    sheet.nb.kernel_exec("service.release(); service.broken = {}")
    failed.get_by_role("button", name="Try again").click()
    sheet.expect_pictures(3)
    sheet.button("Generate the other 9").click()
    sheet.expect_pictures(12)
    expect(failed).to_have_count(0)
    assert sheet.nb.kernel_eval("len(service.sent)") == 14  # the failed one and the cancelled one twice


def test_a_double_click_does_one_thing(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, f"service.hold('fox')\n{FOXES}"]))
    sheet.button("Generate 12 pictures").scroll_into_view_if_needed()
    box = sheet.nb.wait_still(sheet.button("Generate 12 pictures"))
    mouse = sheet.page.mouse
    mouse.move(box["x"] + box["width"] - 20, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.up()
    expect(sheet.button("Stop")).to_be_visible()  # in the same place
    mouse.down(click_count=2)
    mouse.up(click_count=2)
    sheet.nb.kernel_exec("service.release()")
    sheet.expect_pictures(12)


def test_of_a_cell_that_failed_in_part_the_rest_is_tried_again(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, PARTLY]))
    cells = sheet.table.get_by_role("cell").filter(has=sheet.root.locator(".iw-sweep__cell"))
    before = [box["height"] for box in map(sheet.nb.wait_still, cells.all())]
    sheet.button("Generate 8 pictures").click()
    sheet.expect_pictures(6)
    expect(sheet.status).to_have_text("2 of 4 done · 2 failed")
    assert [box["height"] for box in map(sheet.nb.wait_still, cells.all())] == pytest.approx(before, abs=1)
    sheet.picture("a blue fox in oil").click()
    sheet.expect_picks((2, 0))
    sheet.nb.kernel_exec("partly.whole = True")
    failed = sheet.placeholder("Failed", "a blue fox in oil")
    failed.get_by_role("button", name="Try again").click()
    expect(sheet.picture("a blue fox in oil, 2 of 2")).to_be_visible()
    sheet.expect_picks((2, 0))
    expect(sheet.placeholder("Failed", "a blue fox in pencil")).to_be_visible()


def test_what_is_recorded_is_taken_and_what_is_not_is_told(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, GALLERY, "grid = iw.sweep(**foxes).grid()\ngrid"]))
    expect(sheet.status).to_contain_text("nothing is sent: the rest must be recorded first")
    sheet.button("Look for 2 pictures in the gallery").click()
    expect(sheet.notice).to_contain_text("1 of 2 requests is not recorded in the gallery")
    expect(sheet.notice).to_contain_text("replay='auto'")
    sheet.nb.kernel_exec("recording.generate('a blue fox', size='64x64', seed=1)")
    sheet.nb.run_cell(2)
    full = Sheet(sheet.nb, 2)
    expect(full.status).to_have_text(
        "2 requests for 2 pictures · all of them recorded already · free: replayed from the gallery"
    )
    full.button("Take 2 pictures from the gallery").click()
    full.expect_pictures(2)


@pytest.mark.parametrize("count", [1, 2, pytest.param(4, marks=pytest.mark.long)])
def test_pictures_fill_their_places_in_narrow_notebooks(notebook: OpenNotebook, count: int) -> None:
    cell = f"sweep = iw.sweep('a {{red|blue}} {{fox|owl|elk|cat}}', n={count}, {SMALL})\ngrid = sweep.grid()\ngrid"
    sheet = Sheet(notebook([SETUP, cell], width=600))
    places = sheet.root.locator(".iw-sweep__cell")
    before = [sheet.nb.wait_still(place) for place in places.all()]
    sheet.nb.kernel_exec("sweep.run().wait()")
    sheet.expect_pictures(8 * count)
    after = [sheet.nb.wait_still(place) for place in places.all()]
    assert [box["height"] for box in after] == pytest.approx([box["height"] for box in before], abs=1)
    assert [box["width"] for box in after] == pytest.approx([box["width"] for box in before], abs=1)
    wide = places.first.evaluate("place => place.lastChild.getBoundingClientRect().right")
    assert wide == pytest.approx(after[0]["x"] + after[0]["width"], abs=1)
    first = "a red fox" if count == 1 else f"a red fox, 1 of {count}"
    assert sheet.nb.wait_still(sheet.tile(first))["width"] >= 47


def test_picks_by_mouse_and_keys(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, DONE]))
    sheet.expect_pictures(4)
    expect(sheet.button("Compare")).to_be_disabled()
    sheet.picture("a red fox in pencil").click()
    sheet.expect_picks((1, 0))
    sheet.press("ArrowDown")
    expect(sheet.picture("a blue fox in pencil")).to_be_focused()
    sheet.press("Space")
    sheet.expect_picks((1, 0), (3, 0))
    sheet.press("Home")
    expect(sheet.picture("a red fox in oil")).to_be_focused()
    sheet.press("ArrowRight", "p")
    sheet.expect_picks((3, 0))
    sheet.press("p", "c")
    expect(sheet.dialog).to_contain_text("red · pencil")
    expect(sheet.dialog).to_contain_text("blue · pencil")
    sheet.press("Escape")
    expect(sheet.dialog).to_be_hidden()
    sheet.nb.wait_for_kernel("grid._open == {}")
    sheet.press("Enter")
    expect(sheet.dialog.locator(".iw-lightbox__title")).to_have_text("a red fox in pencil")
    pick = sheet.dialog.get_by_role("button", name="Pick", exact=True)
    expect(pick).to_have_attribute("aria-pressed", "true")
    sheet.press("ArrowRight", "Space")
    expect(sheet.dialog.locator(".iw-lightbox__title")).to_have_text("a blue fox in oil")
    sheet.expect_picks((1, 0), (2, 0), (3, 0))
    sheet.press("Escape")
    expect(sheet.picture("a blue fox in oil")).to_be_focused()
    tally = sheet.root.get_by_role("group", name="Picks by label")
    expect(tally).to_be_hidden()
    sheet.button("3 picks").click()
    expect(tally.get_by_role("listitem")).to_have_text(["blue2red1", "pencil2oil1"])
    tally.get_by_role("button", name="Close the picks").click()
    expect(tally).to_be_hidden()
    tile = sheet.tile("a red fox in oil")
    tile.hover()
    tile.get_by_role("button", name="Recipe").click()
    expect(sheet.root.get_by_role("complementary", name="Recipe")).to_contain_text("a red fox in oil")
    sheet.press("Escape")
    assert sheet.root.locator(":focus").count() == 0
    sheet.nb.reload()
    again = Sheet(sheet.nb)
    again.expect_pictures(4)
    again.expect_picks((1, 0), (2, 0), (3, 0))


def test_pages_are_turned(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, PAGES]))
    sheet.expect_pictures(8)
    expect(sheet.picture("a red fox in spring, seed 1, 2 of 2")).to_be_visible()
    pages = sheet.root.get_by_role("group", name="Pages")
    pages.get_by_role("button", name="Next seed").click()
    expect(sheet.picture("a red fox in spring, seed 2, 2 of 2")).to_be_visible()
    pages.get_by_label("seed", exact=True).select_option("3")
    expect(sheet.picture("a red fox in spring, seed 3, 1 of 2")).to_be_visible()
    expect(pages.get_by_role("button", name="Next seed")).to_be_disabled()
    pages.get_by_label("Columns", exact=True).select_option("seed")
    expect(sheet.root.get_by_role("columnheader")).to_have_text(["seed 1", "seed 2", "seed 3"])
    sheet.expect_pictures(12)
    pages.get_by_label("Rows", exact=True).select_option("seed")
    expect(sheet.root.get_by_role("columnheader")).to_have_text(["red", "blue"])
    sheet.nb.wait_for_kernel("grid.rows == 'seed' and grid.page == {'season': 0}")
    # Two picks of different pages can be compared.
    sheet.picture("a red fox in spring, seed 1, 1 of 2").click()
    pages.get_by_label("season", exact=True).select_option("winter")
    sheet.picture("a blue fox in winter, seed 2, 2 of 2").click()
    expect(sheet.button("2 picks")).to_be_visible()
    sheet.button("Compare").click()
    expect(sheet.dialog).to_contain_text("red · spring · seed 1")
    expect(sheet.dialog).to_contain_text("blue · winter · seed 2")


def test_a_long_page_is_cut_into_parts(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, f"grid = iw.sweep('a fox', seed=range(60), n=4, {SMALL}).grid()\ngrid"]))
    expect(sheet.root.get_by_text("Part 1 of 2")).to_be_visible()
    expect(sheet.root.get_by_role("listitem")).to_have_count(50)
    sheet.root.get_by_role("button", name="Next part").click()
    expect(sheet.root.get_by_role("listitem")).to_have_count(10)
    expect(sheet.placeholder("planned", "a fox, seed 59")).to_be_attached()
    sheet.nb.wait_for_kernel("grid.part == 1")


def test_blind_comparison(notebook: OpenNotebook) -> None:
    sheet = Sheet(notebook([SETUP, DONE]))
    sheet.expect_pictures(4)
    sheet.button("Blind").click()
    expect(sheet.table).to_have_count(0)
    expect(sheet.root.get_by_role("listitem")).to_have_text([f"Picture {number}" for number in range(1, 5)])
    sheet.picture("Picture 2").click()
    expect(sheet.bar).to_contain_text("1 pick")
    sheet.press("i")  # tells nothing
    expect(sheet.root.get_by_role("complementary", name="Recipe")).to_be_hidden()
    sheet.press("i", "Enter")
    expect(sheet.dialog.locator(".iw-lightbox__title")).to_have_text("Picture 2")
    for name in ("Recipe", "Download"):
        expect(sheet.dialog.get_by_role("button", name=name)).to_have_count(0)
    sheet.press("Escape")
    html = sheet.root.locator(".iw-card > :not(.iw-bar--foot)").evaluate_all(
        "parts => parts.map(e => e.outerHTML).join()"
    )
    for hidden in ("red", "pencil", "fox"):
        assert hidden not in html.replace("iw-", "").replace("hundred", ""), hidden
    places = """card => [...card.querySelectorAll('*')].flatMap((each) => [...each.attributes])
      .map(({ value }) => value).filter((value) => /^[0-9]+-[0-9]+/.test(value))"""
    assert sheet.root.locator(".iw-card").evaluate(places) == []  # nor where each stands
    sheet.button("Reveal").click()
    expect(sheet.table).to_have_count(1)
    expect(sheet.root.get_by_role("group", name="Picks by label")).to_be_visible()
    sheet.nb.wait_for_kernel("not grid.blind and len(sweep.picks) == 1")


def test_cells_that_flow_fail_and_are_refused(notebook: OpenNotebook) -> None:
    nb = notebook([SETUP, FLOW, REFUSED])
    flow, refused = Sheet(nb, 1), Sheet(nb, 2)
    flow.expect_pictures(4)
    expect(flow.root.get_by_role("listitem").first).to_have_text("red · spring · seed 1")
    expect(flow.placeholder("Failed", "a red fox in winter, seed 1")).to_contain_text("Timed out")
    expect(flow.status).to_have_text("4 of 8 done · 4 failed")
    nb.kernel_exec("service.broken = {}")
    flow.button("Try failed again").click()
    flow.expect_pictures(8)
    never = refused.placeholder("Not possible", "owl · model dall-e-3")
    expect(never).to_contain_text("Not possibledall-e-3 takes quality standard or hd")
    expect(never.get_by_role("button")).to_have_count(0)
    expect(refused.status).to_contain_text("2 requests for 4 pictures · 2 more refused")
    refused.button("Generate 4 pictures").click()
    expect(refused.notice).to_contain_text("OpenAI did not accept the key. Nothing more was sent.")
    refused.notice.get_by_role("button", name="Close the notice").click()
    expect(refused.notice).to_be_hidden()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_axe_finds_nothing_serious(notebook: OpenNotebook, theme: str) -> None:
    nb = notebook([SETUP, HALTING], theme=theme, height=2400)  # axe-core looks at what is on the screen
    sheet = Sheet(nb)
    audit = Audit(nb.page, theme)
    where = ".imagewidgets-sweep-grid"
    audit.prove(where)
    audit.look(where, "planned")
    settle(nb, "grid.run()")
    sheet.expect_pictures(9)
    audit.look(where, "running")
    settle(nb, "sweep.stop()")
    expect(sheet.button("Cancel 1 under way")).to_be_visible()
    settle(
        nb,
        "service.release(); sweep.wait(); grid.pick(0); grid.pick(5); grid.show_tally = True; grid.show_recipe = True",
    )
    expect(sheet.root.get_by_role("complementary", name="Recipe")).to_be_visible()
    expect(sheet.button("Generate the other 1")).to_be_visible()
    audit.look(where, "picks, tally, recipe")
    settle(nb, "grid.blind = True")
    expect(sheet.button("Reveal")).to_be_visible()
    audit.look(where, "blind")
    settle(nb, "grid.blind = False; grid.tell('Too much.', 'a detail', advice='Do less.'); grid.open(0)")
    expect(sheet.dialog.locator("img").first).to_be_visible()
    audit.look("dialog[open]", "lightbox")
    assert audit.found == {}, "\n".join(f"{words}\n    in {states}" for words, states in audit.found.items())


@pytest.mark.long
@pytest.mark.parametrize("width", [480, 1280])
@pytest.mark.parametrize("cell", [FOXES, PAGES, FLOW, REFUSED])
def test_nothing_sticks_out(notebook: OpenNotebook, cell: str, width: int) -> None:
    nb = notebook([SETUP, cell], width=width + 110)  # beside the notebook's own margins
    sheet = Sheet(nb)
    wider = """root => [...root.querySelectorAll('*')]
      .filter((el) => !el.closest('dialog, .iw-sr') && el.offsetParent)
      .filter((el) => el.getBoundingClientRect().right > root.getBoundingClientRect().right + 1)
      .map((el) => el.className)"""
    nb.wait_still(sheet.root)
    assert sheet.root.evaluate(wider) == []
