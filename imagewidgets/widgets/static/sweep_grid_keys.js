// What the keys of the sweep grid do.

/** Where a key leads from the current picture. @returns {string | undefined | null} null where it leads nowhere */
function sweepTarget({ choice, list }, key) {
  const { shown, current } = choice;
  const here = shown.indexOf(current);
  const places = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: shown.length - 1 };
  if (key === "ArrowUp" || key === "ArrowDown") return list.across(key === "ArrowDown");
  return key in places ? shown[places[key]] : null;
}

/** @param {any} grid @param {KeyboardEvent} event @returns {(() => void) | undefined} */
function sweepKey(grid, event) {
  const { choice, list } = grid;
  if (event.altKey || event.ctrlKey || event.metaKey || takesLetters(event.target)) return undefined;
  if (event.key === "Escape") return () => grid.leave();
  if (event.shiftKey || !choice.current) return undefined;
  const act = (action) => () => grid.tellsAll() && grid.canAct(action) && grid.act(action, choice.current);
  const letter = {
    p: () => choice.toggle(choice.current),
    c: () => grid.compare(HOW_TO_COMPARE),
    i: () => grid.toggleRecipe(),
    d: () => grid.download([choice.current]),
    e: act("edit"),
    v: act("vary"),
  }[event.key.toLowerCase()];
  if (letter) return letter;
  if (!list.el.contains(event.target)) return undefined;
  const to = sweepTarget(grid, event.key);
  if (to !== null) return () => to && list.focus(to);
  if (!event.target.matches(".iw-tile__hit")) return undefined; // Enter and Space are the button's own
  if (event.key === " ") return () => choice.toggle(choice.current);
  return event.key === "Enter" ? () => grid.open(choice.current) : undefined;
}
