"""What a stroke costs on the way to Python, and what a pointer costs that only hovers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks._canvas_table import Row
from tests.benchmarks._canvas_tools import EDITOR, EDITOR_SUBMIT, OURS, PAINT
from tests.benchmarks._mouse import RATE
from tests.benchmarks._table import Bar, Sample

if TYPE_CHECKING:
    from tests.benchmarks._canvas_session import Scene, Session
    from tests.browser.network import Message

POINTS, STEP = 200, 1.7  # moves of a stroke, and CSS px between them
EDITOR_STEP = 0.9
HOVERS = 100
QUIET = 800  # ms without a message: then nothing more comes
LEAST = 2000  # ms to wait for the first: Paint packs its picture before it sends it
LIMIT = 20_000  # bytes
PATIENCE = 60.0  # s


def stroke(session: Session, rounds: int) -> list[Row]:
    """Count the messages of a stroke of 200 points, and take the time until Python has it.

    The ImageEditor sends nothing by itself: for it, the time is from the click on Submit, and the bytes are those of
    the whole way of the mask to Python.
    """
    ups, downs = Row("stroke of 200 points, messages up", "count"), Row("… messages down", "count")
    sizes = Row("… both ways together", "kB")
    times = Row("… from letting go until Python has the mask", "ms")
    for tool in (OURS, PAINT):
        if tool not in session.tools:
            continue
        scene = session.open(tool)
        measured = [_notebook_stroke(scene) for _ in range(rounds)]
        scene.close()
        for row, values in zip((ups, downs, sizes, times), zip(*measured, strict=True), strict=True):
            row.samples[tool.name] = Sample(values)
    if EDITOR in session.tools:
        scene = session.open(EDITOR)
        submitted = [_editor_stroke(scene) for _ in range(rounds)]
        scene.close()
        for row, values in zip((sizes, times), zip(*submitted, strict=True), strict=True):
            row.samples[EDITOR.name] = Sample(values)
    return [ups.at_most(2), downs.at_most(6), sizes.at_most(LIMIT / 1e3), times.at_most(20)]


def hover(session: Session, rounds: int) -> list[Row]:
    """Count the messages of a pointer that moves over the canvas with no button down."""
    row = Row(f"hover of {HOVERS} moves, messages both ways", "count")
    for tool in (OURS, PAINT):
        if tool not in session.tools:
            continue
        scene, counts = session.open(tool), []
        for _ in range(rounds):
            messages = _messages(scene)
            scene.mouse.move(scene.next_stroke(HOVERS, STEP))
            _wait_until_quiet(scene)
            counts.append(len(messages))
        scene.close()
        row.samples[tool.name] = Sample(counts)
    row.bars.append(Bar("nothing", not any(row.samples["ours"].values)))
    return [row]


def _messages(scene: Scene) -> list[Message]:
    """Return the list that messages from now on come into."""
    scene.page.wait_for_timeout(QUIET)
    scene.notebook.traffic.clear()
    return scene.notebook.traffic.messages


def _wait_until_quiet(scene: Scene) -> None:
    messages = scene.notebook.traffic.messages
    scene.page.wait_for_timeout(LEAST)
    before = -1
    while len(messages) != before:
        before = len(messages)
        scene.page.wait_for_timeout(QUIET)


def _notebook_stroke(scene: Scene) -> tuple[int, int, float, float]:
    """Return messages up and down, kB, and the ms from letting go until Python has what was drawn."""
    scene.notebook.kernel_exec("seen.clear()")
    messages = _messages(scene)
    up = _draw(scene, STEP)
    _wait_until_quiet(scene)
    sent = sum(message.direction == "sent" for message in messages)
    kilobytes = sum(message.size for message in messages) / 1e3
    received = len(messages) - sent
    scene.notebook.wait_for_kernel("seen")
    return sent, received, kilobytes, (scene.notebook.kernel_eval("seen[-1]") - up) * 1e3


def _editor_stroke(scene: Scene) -> tuple[float, float]:
    """Return the kB that go over when the mask is submitted, and the ms until Python has it."""
    _draw(scene, EDITOR_STEP)
    scene.page.wait_for_timeout(LEAST)
    return submit(scene)


def submit(scene: Scene) -> tuple[float, float]:
    """Submit the ImageEditor's mask; return the kB that go over, and the ms until Python has it."""
    assert scene.proxy is not None
    before, answers = scene.proxy.bytes, len(scene.answers())
    clicked = scene.page.evaluate(
        """selector => {
          document.querySelector(selector).click();
          return (performance.timeOrigin + performance.now()) / 1e3;
        }""",
        EDITOR_SUBMIT,
    )
    waited = 0.0
    while len(scene.answers()) == answers:
        if waited > PATIENCE:
            raise TimeoutError(f"The ImageEditor has not submitted its mask within {PATIENCE:g} s.")
        scene.page.wait_for_timeout(50)
        waited += 0.05
    answer = scene.answers()[-1]
    if not answer["covered"]:
        raise RuntimeError("The ImageEditor submitted an empty mask.")
    scene.page.wait_for_timeout(QUIET)
    return (scene.proxy.bytes - before) / 1e3, (answer["time"] - clicked) * 1e3


def _draw(scene: Scene, step: float) -> float:
    """Draw the stroke; return when the button was let go, s since 1970."""
    points = scene.next_stroke(POINTS, step)
    scene.page.evaluate("options => probe.begin(options)", scene.watch(points[0][1], 0))
    scene.mouse.stroke(points, rate=2 * RATE)
    return float(scene.page.evaluate("patience => probe.end(patience)", 1000 * PATIENCE)["up"])
