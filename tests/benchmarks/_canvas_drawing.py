"""How soon ink is seen under the pointer, and how soon it is gone when it is undone."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.benchmarks._canvas_table import Row
from tests.benchmarks._canvas_tools import EDITOR, EDITOR_BUSY, FLOOR, OURS, PAINT, Tool
from tests.benchmarks._mouse import RATE
from tests.benchmarks._table import Sample

if TYPE_CHECKING:
    from tests.benchmarks._canvas_session import Scene, Session

DISTANCE = 0.04  # s each way
COUNT, STEP = 90, 4  # moves of a stroke, and CSS px between them
EDITOR_COUNT = 44  # its picture is smaller
LEAD = 2  # CSS px before the pointer: inside the brush's disc, outside of that of the point before
BUSY = 3  # s
PATIENCE = 6000  # ms, for the last ink to come
REST = 1200  # ms after a stroke: what it has set going must not meet the next one

LOOPBACK, FAR, OCCUPIED = "loopback", "80 ms round trip", f"kernel busy {BUSY} s"
CONDITIONS = {0.0: (LOOPBACK, OCCUPIED), DISTANCE: (FAR,)}

Times = dict[tuple[str, str], list[float]]


def latency(session: Session, rounds: int) -> list[Row]:
    """Measure from an event of the real mouse to the frame with its ink; canvases and conditions take turns."""
    times: Times = defaultdict(list)
    tools = (*session.tools, FLOOR)
    kept: dict[tuple[Tool, float], Scene] = {}
    for number in range(rounds):
        for place in range(len(tools)):
            tool = tools[(place + number) % len(tools)]
            for delay, conditions in CONDITIONS.items():
                scene = kept.get((tool, delay)) or session.open(tool, delay=delay)
                for condition in conditions:
                    times[condition, tool.name] += _stroke(scene, busy=condition == OCCUPIED)
                if tool is EDITOR:
                    scene.close()  # it draws its page in every frame, also when nobody draws on it
                else:
                    kept[tool, delay] = scene
    for scene in kept.values():
        scene.close()
    return [
        _row(f"mouse to pixel, {condition}", condition, times).no_slower_than("Paint").tenth_of("ImageEditor")
        for condition in (LOOPBACK, FAR, OCCUPIED)
    ]


def synthetic(session: Session, rounds: int) -> list[Row]:
    """Measure strokes made of a script's events, each from its dispatch."""
    times: Times = defaultdict(list)
    for tool in (*session.tools, FLOOR):
        scene = session.open(tool)
        for _ in range(rounds):
            points = scene.next_stroke(_count(tool), STEP)
            (x, y), count = points[0], len(points) - 1
            how = {"target": tool.target, "x": x, "step": STEP, "count": count, "interval": 1000 / RATE}
            options = {**scene.watch(y, LEAD), **how, "patience": PATIENCE}
            result = scene.page.evaluate("options => probe.strike(options)", options)
            _refuse_lost(tool, result)
            times["shown", tool.name] += result["latencies"]
            if len(result["drawn"]) == count:
                times["drawn", tool.name] += result["drawn"]
            scene.page.wait_for_timeout(REST)
        scene.close()
    return [
        _row("script's event to pixel", "shown", times).at_most(8, 16.7),
        _row("script's event to ink on the canvas", "drawn", times),
    ]


def undo(session: Session, rounds: int) -> list[Row]:
    """Measure from the click on Undo to the frame without the stroke."""
    times: Times = defaultdict(list)
    for tool in session.tools:
        scene = session.open(tool)
        for _ in range(rounds):
            points = scene.next_stroke(_count(tool), STEP)
            scene.mouse.stroke(points, rate=4 * RATE)
            scene.page.wait_for_timeout(REST)
            x, y = points[len(points) // 2]
            options = {**scene.watch(y, 0), "x": x, "inked": False, "patience": PATIENCE}
            scene.page.evaluate("options => { window.undone = probe.until(options); }", options)
            scene.page.locator(tool.undo).click()
            taken = scene.page.evaluate("() => window.undone")
            if taken is None:
                raise TimeoutError(f"{tool.name} has not undone a stroke within {PATIENCE} ms.")
            times["undo", tool.name].append(taken)
            scene.page.wait_for_timeout(REST)
        scene.close()
    return [_row("undo to pixel", "undo", times).at_most(60)]


def _row(name: str, kind: str, times: Times) -> Row:
    tools = (OURS, PAINT, EDITOR, FLOOR)
    return Row(name, "ms", {tool.name: Sample(times[kind, tool.name]) for tool in tools if times[kind, tool.name]})


def _count(tool: Tool) -> int:
    return EDITOR_COUNT if tool is EDITOR else COUNT


def _stroke(scene: Scene, *, busy: bool) -> list[float]:
    """Draw one stroke with the mouse; return the ms of its points."""
    page, tool = scene.page, scene.tool
    page.bring_to_front()
    if busy and tool is EDITOR:
        page.locator(EDITOR_BUSY).click()
    elif busy and tool is not FLOOR:
        scene.notebook.in_notebook(
            "panel.sessionContext.session.kernel.requestExecute({ code: arg });", f"import time; time.sleep({BUSY})"
        )
    points = scene.next_stroke(_count(tool), STEP)
    page.evaluate("options => probe.begin(options)", scene.watch(points[0][1], LEAD))
    scene.mouse.stroke(points)
    result = page.evaluate("patience => probe.end(patience)", PATIENCE)
    _refuse_lost(tool, result)
    page.wait_for_timeout(REST + (1000 * BUSY if busy else 0))
    latencies: list[float] = result["latencies"]
    return latencies


def _refuse_lost(tool: Tool, result: dict[str, Any]) -> None:
    # A point whose ink never came would make the figures look better than they are.
    if result["lost"] or not result["latencies"]:
        found = len(result["latencies"])
        raise TimeoutError(f"{tool.name}: the ink of {result['lost']} points was not seen, of {found} it was.")
