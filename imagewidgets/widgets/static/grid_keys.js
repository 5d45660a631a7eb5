// The keys of a grid. They are heard only while the focus is inside, and Tab always leaves.

/** Whether letters are written into what has the focus. */
const takesLetters = (target) => target.matches("input, textarea, select, [contenteditable]");

/**
 * Ours are keys that mean something, and everything without Ctrl: a letter would be a command to the notebook (D twice
 * deletes the cell, X cuts it). Ctrl+S and the like stay the host's, but not under what covers the whole window.
 * @param {any} grid its `key` says what a key does: a function, or undefined where it means nothing here
 */
function listenToKeys(grid) {
  const { root, signal, openDialog } = grid;
  const ours = (event) => {
    if (event.key === "Tab") return false;
    if (openDialog() || (!event.ctrlKey && !event.metaKey && !event.altKey)) return true;
    return Boolean(grid.key(event));
  };
  const runsCell = (event) => event.key === "Enter" && event.shiftKey && !openDialog();
  const before = (event) => {
    // Notebooks hear keys on their way down, before anything in here. They leave those alone whose target says so.
    const [target] = event.composedPath();
    if (root.contains(target)) target.toggleAttribute("data-lm-suppress-shortcuts", ours(event) && !runsCell(event));
  };
  window.addEventListener("keydown", before, { capture: true, signal });
  const down = (event) => {
    if (!ours(event) || runsCell(event)) return;
    event.stopPropagation();
    if (event.defaultPrevented) return;
    const dialog = openDialog();
    if (dialog) {
      if (dialog.key(event)) event.preventDefault();
      return;
    }
    const act = grid.key(event);
    if (!act) return; // for the control that has the focus
    event.preventDefault();
    act();
  };
  root.addEventListener("keydown", down, { signal });
}
