// What lies over everything: lightbox and compare. Which of them is open is a trait, so that Python can open them and
// every page shows the same; on one page, one view of the grid shows it.

/** @param {any} grid @param {string} name @param {string} label @param {Node[]} parts */
function makeDialog(grid, name, label, parts) {
  // It is the browser's own dialog: it lies above everything, keeps the focus inside, and gives it back.
  const el = /** @type {HTMLDialogElement} */ (
    h("dialog", { class: `iw-lightbox iw-lightbox--${name} iw-night`, "aria-label": label, tabindex: "-1" }, ...parts)
  );
  el.addEventListener("cancel", (event) => {
    event.preventDefault(); // it closes when the trait says so
    grid.setOpen({});
  });
  el.addEventListener("close", () => {
    // Some browsers close it all the same, when Esc is pressed twice.
    if (grid.store.host === grid && grid.dialogs[grid.model.get("_open").view]?.el === el && !el.open) grid.setOpen({});
  });
  return el;
}

/**
 * Show what is open.
 * @param {any} grid its `dialogs` are {el: HTMLDialogElement, show(ids: string[]): void, hide(): void} each
 */
function showsWhatIsOpen(grid) {
  const { dialogs, model, store, root, signal } = grid;

  function update() {
    const open = model.get("_open");
    const wanted = dialogs[open.view];
    const known = wanted && open.ids.every((id) => store.tile(id));
    if (known && !store.host && root.isConnected && root.getClientRects().length) store.host = grid;
    const here = known && store.host === grid ? wanted : undefined;
    const { current } = grid.choice; // closing gives the focus to where it was before
    const was = Object.values(dialogs).find((dialog) => dialog.el.open);
    if (was && was !== here) {
      was.el.close();
      was.hide();
    }
    if (!here) {
      if (store.host === grid) store.host = null;
      if (was) grid.list.focus(current);
      return;
    }
    if (!here.el.open) {
      here.el.showModal();
      here.el.focus(); // not its first button: a ring around that would say that it is chosen
    }
    here.show(open.ids);
  }

  follow(model, ["_open", "_tiles"], update, signal);
  // A view that is made while its page loads is not on it yet, and a dialog can only be opened there.
  const there = new ResizeObserver(() => root.isConnected && update());
  there.observe(root);
  signal.addEventListener("abort", () => {
    there.disconnect();
    if (store.host !== grid) return;
    store.host = null;
    store.views.find((view) => view !== grid)?.updateOpen();
  });
  return update;
}
