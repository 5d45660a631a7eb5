// What mouse, pen and finger do to the thumbnails.

const LONG_PRESS = 450; // ms
const PRESS_MOVES = 10; // px: a finger that moves more scrolls

/** @param {any} grid */
function listenToPointer(grid) {
  const { list, choice, signal } = grid;
  const idOf = (event) => event.target.closest?.(".iw-tile")?.dataset.id;
  const hit = (event) => event.target.closest?.(".iw-tile__hit");
  let timer = 0;
  let pressed = false; // long: the click that follows is none
  let from = [0, 0];

  /** Click selects one, with Ctrl one more or less, with Shift all in between. */
  function click(event) {
    if (!hit(event) || event.detail > 1) return; // the second click of a double click opens, and selects nothing
    const id = idOf(event);
    if (pressed) {
      pressed = false;
      return;
    }
    if (event.shiftKey) choice.range(id, event.ctrlKey || event.metaKey);
    else if (event.ctrlKey || event.metaKey) choice.toggle(id);
    else if (event.pointerType === "touch") tap(id);
    else choice.only(id);
    list.focus(id);
  }

  /** A finger opens; once something is selected, it selects. */
  function tap(id) {
    if (choice.selected.size) choice.toggle(id);
    else grid.open(id);
  }

  function down(event) {
    pressed = false;
    if (event.pointerType !== "touch" || !hit(event)) return;
    const id = idOf(event);
    from = [event.clientX, event.clientY];
    clearTimeout(timer);
    timer = setTimeout(() => {
      pressed = true;
      choice.toggle(id);
      list.focus(id);
    }, LONG_PRESS);
  }

  const stop = () => clearTimeout(timer);
  const move = (event) => Math.hypot(event.clientX - from[0], event.clientY - from[1]) > PRESS_MOVES && stop();
  const current = (event) => {
    const id = idOf(event);
    if (!id || id === choice.current) return;
    choice.current = id;
    grid.drawCurrent();
  };
  const on = (type, listener) => list.el.addEventListener(type, listener, { signal });
  on("click", click);
  on("dblclick", (event) => hit(event) && grid.open(idOf(event)));
  on("focusin", current);
  on("pointerdown", down);
  on("pointermove", move);
  for (const type of ["pointerup", "pointercancel", "pointerleave"]) on(type, stop);
  on("contextmenu", (event) => event.pointerType === "touch" && hit(event) && event.preventDefault());
  signal.addEventListener("abort", stop);
}
