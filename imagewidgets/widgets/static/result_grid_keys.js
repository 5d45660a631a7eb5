// What the keys of the result grid do.

/** What a letter does to the current picture, or to those that are selected. @returns {(() => void) | undefined} */
function letterKey(grid, letter) {
  const { choice } = grid;
  const act = (action) => () => grid.canAct(action) && grid.act(action, choice.current);
  return {
    s: () => choice.star(choice.current),
    e: act("edit"),
    v: act("vary"),
    d: () => grid.download(choice.toSave),
    i: () => grid.toggleRecipe(),
    c: () => grid.compare(HOW_TO_COMPARE),
  }[letter];
}

/** Where a key leads from the current picture. @returns {string | undefined | null} null where it leads nowhere */
function target(grid, key) {
  const { shown, current } = grid.choice;
  const here = shown.indexOf(current);
  const across = /^Arrow(Up|Down)$/.test(key) ? grid.list.across() : 1;
  const place = {
    ArrowLeft: here - 1, ArrowRight: here + 1, ArrowUp: here - across, ArrowDown: here + across,
    Home: 0, End: shown.length - 1,
  }[key];
  return place === undefined ? null : shown[place];
}

/** @param {any} grid @param {KeyboardEvent} event @returns {(() => void) | undefined} what the key does */
function tileKey(grid, event) {
  const { choice, list } = grid;
  const control = event.ctrlKey || event.metaKey;
  if (control && event.key.toLowerCase() === "a") return () => choice.select(choice.shown);
  const onTile = event.target.matches(".iw-tile__hit");
  if (control) return event.key === " " && onTile ? () => choice.toggle(choice.current) : undefined;
  const to = target(grid, event.key);
  if (to !== null) {
    return () => {
      if (!to) return;
      if (event.shiftKey) choice.range(to);
      else choice.anchor = to;
      list.focus(to);
    };
  }
  if (!onTile) return undefined; // Enter and Space are the button's own
  if (event.key === " ") return () => choice.toggle(choice.current);
  if (event.key === "Enter" && !event.shiftKey) return () => grid.open(choice.current); // with Shift: run the cell
  return undefined;
}

/** @returns {(() => void) | undefined} what a key does; undefined where it means nothing here */
function gridKey(grid, event) {
  const { choice, list } = grid;
  if (event.altKey || !choice.current) return undefined;
  if (event.key === "Escape") return () => (choice.selected.size ? choice.select([]) : grid.leave());
  if (takesLetters(event.target)) return undefined;
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const letter = plain && letterKey(grid, event.key.toLowerCase());
  if (letter) return letter;
  return list.el.contains(event.target) ? tileKey(grid, event) : undefined;
}
