// The result grid in the browser. The originals stay in the kernel; a view asks for one when a person opens or
// downloads it. Every part gets the `grid`: what it shows, and what can be done.

/** One view of the grid. */
function render({ model, el }, store) {
  const ended = new AbortController();
  const { signal } = ended;
  const root = h("section", { class: "iw imagewidgets-result-grid", "aria-label": "Results" });
  const choice = new Choice(model, store);
  const files = new Files(model, signal);
  /** @type {any} */
  const grid = { model, store, choice, files, root, signal };

  Object.assign(grid, {
    /** What has the focus, if it is in here. */
    focused: () => {
      const active = /** @type {any} */ (root.getRootNode()).activeElement;
      return root.contains(active) ? active : null;
    },
    setOpen(open) {
      model.set("_open", open);
      model.save_changes();
    },
    /** Show a picture large, in this view. */
    open(id) {
      store.host = grid;
      grid.setOpen({ view: "lightbox", ids: [id] });
    },
    /** Compare the two that are selected. */
    compare() {
      const { chosen } = choice;
      if (chosen.length !== 2) return bar.say("Select two pictures to compare them.");
      store.host = grid;
      return grid.setOpen({ view: "compare", ids: chosen });
    },
    canAct: (action) => canAct(grid, action, choice.current),
    act: (action, id) => model.send({ kind: "act", action, id }),
    /** Download pictures: these, or the selected ones, or all that are shown. @param {string[]} [ids] */
    download: (ids) =>
      busy(async () => {
        await download(files, ids ?? (choice.chosen.length ? choice.chosen : choice.shown), say);
        say();
      }),
    /** @param {"prompt" | "code" | "image"} what */
    copy: (what, id) =>
      busy(async () => {
        await (what === "image" ? copyImage(files.file(id, "png")) : copyText(files.text(id, what)));
        say(`${what[0].toUpperCase()}${what.slice(1)} copied`);
      }),
    toggleRecipe() {
      model.set("show_recipe", !model.get("show_recipe"));
      model.save_changes();
    },
    openDialog: () => Object.values(dialogs).find((dialog) => dialog.el.open),
    /** Give the focus back to the notebook: on from here with the host's own keys. */
    leave() {
      grid.focused()?.blur();
      root.parentElement?.closest("[tabindex]")?.focus({ preventScroll: true });
    },
    drawCurrent() {
      list.mark();
      drawRecipe();
    },
  });

  const bar = (grid.bar = gridBar(grid));
  const list = (grid.list = tileList(grid));
  const empty = gridEmpty(grid);
  const panel = recipePanel(grid, () => choice.current);
  const split = h("div", { class: "iw-split" }, list.el, panel.el);
  const dialogs = (grid.dialogs = { lightbox: lightbox(grid), compare: comparison(grid) });

  /** Say something where the person is looking. */
  function say(words) {
    if (dialogs.lightbox.el.open) dialogs.lightbox.said.textContent = words ?? "";
    else bar.say(words);
  }

  /** Do something that may take a while or fail. @param {() => Promise<void>} work */
  async function busy(work) {
    const wait = setTimeout(() => say("Fetching…"), PATIENCE);
    bar.downloading(true);
    say();
    try {
      await work();
    } catch (error) {
      say(error.message);
    } finally {
      clearTimeout(wait);
      bar.downloading(false);
    }
  }

  function drawRecipe() {
    const shown = panel.draw() && choice.shown.length > 0;
    panel.el.hidden = !shown;
    split.classList.toggle("is-open", shown);
    dialogs.lightbox.draw();
  }

  function draw() {
    list.draw();
    const [all, shown] = [store.tiles.length, choice.shown.length];
    bar.el.hidden = !all;
    split.hidden = !shown;
    split.classList.toggle("is-long", shown > FEW);
    empty.draw(all, shown);
    bar.draw();
    drawRecipe();
  }

  function drawSelection() {
    choice.adopt();
    bar.say();
    grid.drawCurrent();
  }

  root.append(h("div", { class: "iw-card" }, bar.el, gridNotice(grid), split, ...empty.els),
    ...Object.values(dialogs).map((dialog) => dialog.el));
  el.append(root);
  overSavedView(el, root);
  follow(model, ["_tiles", "starred_only", "sort"], draw, signal);
  follow(model, ["selected_indices"], drawSelection, signal);
  follow(model, ["starred_indices"], () => (model.get("starred_only") ? draw() : grid.drawCurrent()), signal);
  follow(model, ["show_recipe", "_listens"], drawRecipe, signal);
  listenToKeys(grid);
  listenToPointer(grid);
  store.views.push(grid);
  grid.updateOpen = showsWhatIsOpen(grid);
  return () => {
    store.views.splice(store.views.indexOf(grid), 1);
    ended.abort();
  };
}

export default () => {
  /** @type {Store} */
  let store;
  return {
    initialize({ model }) {
      store = new Store(model);
      return () => store.close();
    },
    render: (context) => render(context, store),
  };
};
