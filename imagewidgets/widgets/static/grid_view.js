// What every view of a grid of pictures is made of, whatever stands in its card. The originals stay in the kernel; a
// view asks for one when a person opens or downloads it. Every part gets the `grid`: what it shows, what can be done.

/**
 * @param {{model: any, el: HTMLElement}} context
 * @param {Store} store
 * @param {{name: string, label: string, choice: any, tellsAll?: () => boolean}} options
 *   `choice` has the pictures that are `shown`, the `current` one, those `chosen` and the one `beside` another;
 *   `tellsAll` says whether recipes may be seen
 * @returns {any} the grid; still to be added are `bar`, `list`, `key`, `markButton` and `drawCurrent`: then call
 *   `layGrid`, and `startGrid` after the first drawing
 */
function makeGrid({ model, el }, store, { name, label, choice, tellsAll = () => true }) {
  const ended = new AbortController();
  const { signal } = ended;
  const root = h("section", { class: `iw imagewidgets-${name}`, "aria-label": label });
  const files = new Files(model, signal);
  /** @type {any} */
  const grid = { model, store, choice, files, root, signal, el, tellsAll };

  /** Say something where the person is looking. */
  function say(words) {
    const { lightbox: dialog } = grid.dialogs;
    if (dialog.el.open) dialog.said.textContent = words ?? "";
    else grid.bar.say(words);
  }

  /** Do something that may take a while or fail. @param {() => Promise<void>} work */
  async function busy(work) {
    const wait = setTimeout(() => say("Fetching…"), PATIENCE);
    grid.bar.downloading(true);
    say();
    try {
      await work();
    } catch (error) {
      say(error.message);
    } finally {
      clearTimeout(wait);
      grid.bar.downloading(false);
    }
  }

  const set = (trait, value) => {
    model.set(trait, value);
    model.save_changes();
  };
  return Object.assign(grid, {
    set,
    /** What has the focus, if it is in here. */
    focused: () => {
      const active = /** @type {any} */ (root.getRootNode()).activeElement;
      return root.contains(active) ? active : null;
    },
    setOpen: (open) => set("_open", open),
    /** Show a picture large, in this view. */
    open(id) {
      store.host = grid;
      grid.setOpen({ view: "lightbox", ids: [id] });
    },
    /** Compare the two that are chosen; `words` say how to choose them. */
    compare(words) {
      const { chosen } = choice;
      if (chosen.length !== 2) return grid.bar.say(words);
      store.host = grid;
      return grid.setOpen({ view: "compare", ids: chosen });
    },
    canAct: (action) => canAct(grid, action, choice.current),
    act: (action, id) => model.send({ kind: "act", action, id }),
    /** Download pictures. @param {string[]} ids */
    download: (ids) =>
      grid.tellsAll() && busy(async () => {
        await download(files, ids, say);
        say();
      }),
    /** @param {"prompt" | "code" | "image"} what */
    copy: (what, id) =>
      busy(async () => {
        await (what === "image" ? copyImage(files.file(id, "png")) : copyText(files.text(id, what)));
        say(`${what[0].toUpperCase()}${what.slice(1)} copied`);
      }),
    toggleRecipe: () => set("show_recipe", !model.get("show_recipe")),
    openDialog: () => Object.values(grid.dialogs).find((dialog) => dialog.el.open),
    /** Give the focus back to the notebook: on from here with the host's own keys. */
    leave() {
      grid.focused()?.blur();
      root.parentElement?.closest("[tabindex]")?.focus({ preventScroll: true });
    },
    end: () => {
      store.views.splice(store.views.indexOf(grid), 1);
      ended.abort();
    },
  });
}

/**
 * The pictures with the recipe of the current one beside them. What draws it is `grid.drawRecipe`, and with the marks on
 * the pictures `grid.drawCurrent`.
 * @param {any} grid
 */
function withRecipe(grid) {
  const { choice, list } = grid;
  const panel = recipePanel(grid, () => choice.current);
  const split = h("div", { class: "iw-split" }, list.el, panel.el);
  grid.drawRecipe = () => {
    const shown = panel.draw() && choice.shown.length > 0;
    panel.el.hidden = !shown;
    split.classList.toggle("is-open", shown);
    grid.dialogs.lightbox.draw();
  };
  grid.drawCurrent = () => {
    list.mark();
    grid.drawRecipe();
  };
  return split;
}

/**
 * Put the parts of a grid's card on the page, and what opens over them.
 * @param {any} grid @param {...Node} parts
 */
function layGrid(grid, ...parts) {
  const { root, el } = grid;
  grid.dialogs = { lightbox: lightbox(grid), compare: comparison(grid) };
  root.append(h("div", { class: "iw-card" }, ...parts), ...Object.values(grid.dialogs).map((dialog) => dialog.el));
  el.append(root);
  overSavedView(el, root);
}

/** Listen to keys and show what is open, from now on: once the pictures are drawn. @param {any} grid */
function startGrid(grid) {
  listenToKeys(grid);
  grid.store.views.push(grid);
  grid.updateOpen = showsWhatIsOpen(grid);
}

/** A widget whose views share a store. @param {(context: any, store: Store) => () => void} render */
function gridWidget(render) {
  return () => {
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
}
