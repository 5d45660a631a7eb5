"""Pictures that come into the mask canvas from outside: chosen, dropped, pasted, and what is said about them."""

from __future__ import annotations

import base64
import random
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.conftest import Gate
from tests.browser.mask_parts import CANVAS, EMPTY, button, canvas, focused

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.conftest import OpenNotebook


pytestmark = pytest.mark.long


def picture_file(path: Path, size: tuple[int, int], *, noise: bool = False) -> Path:
    data = random.Random(0).randbytes(3 * size[0] * size[1]) if noise else bytes(3 * size[0] * size[1])
    Image.frombytes("RGB", size, data).save(path)
    return path


def test_a_large_file_comes_in_parts(notebook: OpenNotebook, tmp_path: Path) -> None:
    once, again = Gate(tmp_path / "once"), Gate(tmp_path / "again")
    nb = notebook([CANVAS])
    path = picture_file(tmp_path / "noise.png", (2000, 2000), noise=True)
    assert path.stat().st_size > 12e6
    nb.traffic.clear()
    # Of each file the second part is held up.
    nb.kernel_exec(
        f"{once.code.replace('wait_at_gate', 'wait_once')}\n{again.code.replace('wait_at_gate', 'wait_again')}\n"
        "parts = []\n"
        "def hold_up(*message):\n"
        "    parts.append(message)\n"
        "    {2: wait_once, 6: wait_again}.get(len(parts), int)()\n"
        "canvas.on_msg(hold_up)"
    )
    expect(button(nb, "Replace the picture")).to_have_attribute("title", "Replace the picture")
    with nb.page.expect_file_chooser() as chooser:
        button(nb, "Replace the picture").click()
    chooser.value.set_files(path)
    progress = canvas(nb).get_by_role("progressbar", name="Sending the picture")
    expect(progress).to_be_visible()
    expect(canvas(nb).get_by_text("Sending noise.png, 12.0 MB")).to_be_visible()
    expect(progress).to_have_attribute("aria-valuenow", "25")
    once.open()
    nb.wait_for_kernel("canvas.image.size == (2000, 2000)")
    expect(progress).to_be_hidden()
    sent = [message.size for message in nb.traffic.sent() if message.size > 10_000]
    assert len(sent) == 4
    assert max(sent) < 5e6
    # The same file again changes nothing, so only the answer itself says that it has been read.
    canvas(nb).locator("input[type=file]").last.set_input_files(path)
    expect(progress).to_be_visible()
    again.open()
    expect(progress).to_be_hidden()


def test_a_file_that_is_no_picture_is_refused_in_words(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([CANVAS])
    (tmp_path / "broken.png").write_bytes(b"no picture")
    alert = canvas(nb).get_by_role("alert").filter(has_text="no picture")
    chooser = canvas(nb).locator("input[type=file]").last
    for _ in range(2):  # the same sentence twice is news, too
        chooser.set_input_files(tmp_path / "broken.png")
        expect(alert).to_be_visible()
    button(nb, "Close this message").click()
    expect(alert).to_be_hidden()
    assert focused(nb).startswith("Picture of")
    nb.wait_for_kernel("canvas._notice == ''")
    chooser.set_input_files(tmp_path / "broken.png")
    expect(alert).to_be_visible()
    chooser.set_input_files(picture_file(tmp_path / "good.png", (40, 30)))
    nb.wait_for_kernel("canvas.image.size == (40, 30)")
    expect(alert).to_be_hidden()


GIVE = """(target, [kind, field, bytes, name, type]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
  const make = kind === "paste" ? ClipboardEvent : DragEvent;
  target.dispatchEvent(new make(kind, { [field]: data, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("cell", [CANVAS, EMPTY], ids=["picture", "empty"])
@pytest.mark.parametrize(("kind", "field"), [("drop", "dataTransfer"), ("paste", "clipboardData")])
def test_a_picture_is_dropped_or_pasted(
    notebook: OpenNotebook, tmp_path: Path, cell: str, kind: str, field: str
) -> None:
    nb = notebook([cell, "1"])
    data = base64.b64encode(picture_file(tmp_path / "new.png", (40, 30)).read_bytes()).decode()
    target = canvas(nb).locator(".iw-art" if cell == CANVAS else ".iw-stage--empty")
    drop_state = canvas(nb).locator(".iw-drop")
    if kind == "drop":
        target.evaluate(GIVE, ["dragenter", field, data, "new.png", "image/png"])
        expect(drop_state).to_have_text("Drop to replace the picture" if cell == CANVAS else "Drop to open the picture")
        expect(drop_state).to_be_visible()
    target.evaluate(GIVE, [kind, field, data, "new.png", "image/png"])
    nb.wait_for_kernel("canvas.image is not None and canvas.image.size == (40, 30)")
    expect(drop_state).to_be_hidden()
    expect(canvas(nb).locator(".iw-art")).to_be_visible()
    assert nb.root.locator(".jp-Cell").count() == 2
    target = canvas(nb).locator(".iw-art")
    target.evaluate(GIVE, [kind, field, data, "notes.txt", "text/plain"])
    expect(canvas(nb).get_by_role("alert").filter(has_text="notes.txt is no picture")).to_be_visible()


@pytest.mark.parametrize("front_end", ["notebook", "notebook7"])
def test_the_clipboard_by_its_key(request: pytest.FixtureRequest, front_end: str) -> None:
    open_notebook: OpenNotebook = request.getfixturevalue(front_end)
    nb = open_notebook([CANVAS, "1"])
    nb.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    nb.page.evaluate(
        """async () => {
          const picture = new OffscreenCanvas(40, 30);
          picture.getContext("2d").fillRect(0, 0, 40, 30);
          const blob = await picture.convertToBlob();
          await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }"""
    )
    canvas(nb).locator(".iw-art").focus()
    nb.page.keyboard.press("Control+v")
    nb.wait_for_kernel("canvas.image.size == (40, 30)")
    assert nb.root.locator(".jp-Cell").count() == 2


def test_a_file_that_is_held_over_and_taken_away_again(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    drop_state = canvas(nb).locator(".iw-drop")
    art = canvas(nb).locator(".iw-art")
    art.evaluate(GIVE, ["dragenter", "dataTransfer", "", "new.png", "image/png"])
    expect(drop_state).to_be_visible()
    art.evaluate(GIVE, ["dragleave", "dataTransfer", "", "new.png", "image/png"])
    expect(drop_state).to_be_hidden()
    other = "new DragEvent('dragenter', { dataTransfer: new DataTransfer(), bubbles: true })"
    art.evaluate(f"art => art.dispatchEvent({other})")
    nb.wait_frame()
    assert not drop_state.is_visible()  # text, or a cell of the notebook, is none of ours


def test_of_two_files_one_after_the_other_the_second_is_the_picture(notebook: OpenNotebook, tmp_path: Path) -> None:
    nb = notebook([CANVAS])
    large = picture_file(tmp_path / "large.png", (2000, 2000), noise=True)
    small = picture_file(tmp_path / "small.png", (1500, 1000), noise=True)
    chooser = canvas(nb).locator("input[type=file]").last
    data = [base64.b64encode(path.read_bytes()).decode() for path in (large, small)]
    chooser.evaluate(
        """async (input, files) => {
          for (const [i, text] of files.entries()) {
            const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
            const chosen = new DataTransfer();
            chosen.items.add(new File([bytes], `${i}.png`, { type: "image/png" }));
            input.files = chosen.files;
            input.dispatchEvent(new Event("change"));
          }
        }""",
        data,
    )
    nb.wait_for_kernel("canvas.image.size == (1500, 1000)")
    assert nb.kernel_eval("canvas._notice") == ""
