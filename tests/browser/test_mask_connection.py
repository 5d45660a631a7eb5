"""What reaches Python from the mask canvas, and what is seen meanwhile, whatever kernel and connection do."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from tests.browser.mask_hand import Hand, wait_done, wait_exact, wait_told, wait_until_seen
from tests.browser.mask_parts import CANVAS

if TYPE_CHECKING:
    from tests.browser.conftest import Gate, OpenNotebook
    from tests.browser.harness import NB

pytestmark = pytest.mark.long

LOSE_NEXT = """() => {
  const { send } = WebSocket.prototype;
  window.lost = 0;
  WebSocket.prototype.send = function (data) {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    if (!window.lost && text.includes('"type":"do"')) return void (window.lost += 1);
    return send.call(this, data);
  };
}"""

# Closes the connections that something was sent by; `window.broken` tells when they are closed.
BREAK_CONNECTIONS = """() => {
  const { send } = WebSocket.prototype;
  const open = new Set();
  WebSocket.prototype.send = function (data) {
    open.add(this);
    return send.call(this, data);
  };
  window.breakConnections = () => {
    const closed = (socket) => new Promise((done) => socket.addEventListener("close", done));
    window.broken = Promise.all([...open].map(closed));
    for (const socket of open) socket.close();
    return open.size;
  };
}"""

# From frame to frame, how faint the faintest of some places of the layer was, places in px of the picture.
WATCH = """(layer, [width, places]) => {
  const scale = layer.width / width;
  const strength = (at) => layer.getContext("2d").getImageData(...at.map((px) => Math.round(px * scale)), 1, 1).data[3];
  window.least = 255;
  const look = () => {
    window.least = Math.min(window.least, ...places.map(strength));
    requestAnimationFrame(look);
  };
  look();
}"""

# Whether the layer is drawn on at some places, and not at others.
MARKED = """(layer, [places, empty]) => {
  const strength = (at) => layer.getContext("2d").getImageData(...at, 1, 1).data[3];
  return places.every((at) => strength(at) === 255) && empty.every((at) => strength(at) === 0);
}"""


def heights(nb: NB) -> list[float]:
    """Return where each stroke begins, px from the top."""
    found: list[float] = nb.kernel_eval("[operation['points'][0][1] for operation in canvas.operations]")
    return found


def test_a_stroke_is_one_message_and_hovering_none(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb, full_size=False)
    hand.click(20, 20)
    wait_done(nb, 1)
    wait_told(nb)
    nb.traffic.clear()
    hand.move(20, 150)
    for i in range(40):
        hand.move(20 + 6 * i, 150 - 3 * i, steps=2)
    assert nb.traffic.sent() == []
    hand.drag(*[(20 + 6 * i, 100 + 60 * math.sin(i / 5)) for i in range(40)])
    wait_done(nb, 2)
    wait_told(nb)
    wait_until_seen(nb)
    assert len(nb.traffic.sent()) == 1
    assert nb.traffic.sent()[0].size < 10_000
    assert len(nb.traffic.received()) == 1


def test_a_busy_kernel_neither_holds_the_pointer_up_nor_wipes_what_is_drawn(notebook: OpenNotebook, gate: Gate) -> None:
    nb = notebook([CANVAS, f"{gate.code}\nwait_at_gate()"], run=False, height=1400)
    nb.run_cell(0)
    # Slow to go from one stroke to the next: long enough to see what each answer does to the strokes after it.
    nb.kernel_exec("canvas.observe(lambda change: time.sleep(.3), 'selection')")
    hand = Hand(nb, full_size=False)
    nb.start_cell(1)
    for y in (40, 80, 120):
        hand.drag((50, y), (250, y))
    hand.layer.evaluate(WATCH, [300, [(150, y) for y in (40, 80, 120)]])
    assert nb.page.evaluate("window.least") == 255  # all three are there while the kernel is busy
    gate.open()
    wait_done(nb, 3)
    wait_until_seen(nb)
    assert nb.page.evaluate("window.least") == 255  # and at no time did one go away


def test_undo_while_the_kernel_is_busy_is_seen_before_it_is_done(notebook: OpenNotebook, gate: Gate) -> None:
    nb = notebook([CANVAS, f"{gate.code}\nwait_at_gate()"], run=False, height=1400)
    nb.run_cell(0)
    hand = Hand(nb)
    nb.start_cell(1)
    hand.drag((50, 100), (250, 100))
    hand.drag((50, 160), (250, 160))
    hand.choose("Control+z")
    nb.wait_until(hand.layer, MARKED, [[(150, 100)], [(150, 160)]])
    hand.choose("Control+Shift+z")
    nb.wait_until(hand.layer, MARKED, [[(150, 100), (150, 160)], []])
    gate.open()
    wait_done(nb, 2)
    wait_exact(nb)


def test_a_message_that_is_lost_is_sent_again(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    nb.page.evaluate(LOSE_NEXT)
    for y in (50, 100, 150):
        hand.drag((50, y), (250, y))
    wait_done(nb, 3)
    assert nb.page.evaluate("window.lost") == 1
    assert heights(nb) == sorted(heights(nb))
    wait_exact(nb)


def test_what_is_drawn_while_the_connection_is_broken_is_done_once(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    nb.page.evaluate(BREAK_CONNECTIONS)
    hand.drag((50, 50), (250, 50))
    wait_done(nb, 1)
    assert nb.page.evaluate("window.breakConnections()")
    for y in (100, 150):
        hand.drag((50, y), (250, y))
    # What the test itself asks of the kernel is not sent again: there must be a new connection first.
    nb.page.evaluate("window.broken")
    nb.wait_idle()
    wait_done(nb, 3)
    wait_exact(nb)
    assert heights(nb) == sorted(set(heights(nb)))


def test_a_browser_that_python_has_forgotten_is_heard_again(notebook: OpenNotebook) -> None:
    nb = notebook([CANVAS])
    hand = Hand(nb)
    for y in (30, 60):
        hand.drag((50, y), (250, y))
    wait_done(nb, 2)
    nb.kernel_exec("canvas._sessions = type(canvas._sessions)()")  # as after many others have drawn
    for y in (90, 120):
        hand.drag((50, y), (250, y))
    wait_done(nb, 4)
    wait_exact(nb)
    nb.wait_for_kernel("max(canvas._state['answered'].values()) == 2")
