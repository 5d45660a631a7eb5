// A finished picture large: the lightbox of the grids, over the pictures of the last run. What is open, and whether its
// recipe is beside it, is this view's own matter.

/**
 * @param {FormView} view
 * @param {{files: Files, does(id: string): any, starred(id: string): boolean, back(id: string): void}} form
 *   `does` is what can be done with a picture; `back` gives it the focus when it is no longer large
 */
function largePictures(view, { files, does, starred, back }) {
  /** @type {Map<string, Finished>} */
  let pictures = new Map();
  let recipe = false;
  const tile = (id) => pictures.get(id)?.recipe;
  const choice = {
    get shown() { return [...pictures.keys()]; },
    beside(id, by) { return this.shown[this.shown.indexOf(id) + by]; },
    current: undefined,
  };
  const store = { tile, urls: new Map(), alt: (id) => tile(id).words || pictures.get(id).title };
  const grid = {
    store, choice, files, signal: view.signal,
    model: { get: (name) => (name === "show_recipe" ? recipe : view.get(name)) },
    tellsAll: () => true,
    markButton: (id) => {
      const set = () => does(id()).star();
      const star = starButton({ class: "iw-ib iw-lightbox__star", onclick: set });
      return { el: star.el, draw: (shown) => star.draw(starred(shown)), keys: { s: set } };
    },
    open,
    setOpen: () => el.close(), // what is asked for beside `open` is only ever to close it
    toggleRecipe: () => {
      recipe = !recipe;
      draw();
    },
    act: (action, id) => does(id).act(action),
    download: ([id]) => does(id).save(),
    copy: (what, id) => does(id).copy(what),
  };
  const { el, said, show, hide, draw, key } = lightbox(grid);

  /** @param {string} id */
  function open(id) {
    if (!el.open) {
      el.showModal();
      el.focus(); // not its first button: a ring around that would say that it is chosen
    }
    show([id]);
  }

  el.addEventListener("close", () => {
    hide();
    back(choice.current);
  });
  el.addEventListener("keydown", (event) => {
    if (event.key === "Tab") return;
    event.stopPropagation(); // under it, Esc would cancel a run
    if (key(event)) event.preventDefault();
  });
  view.follow(["_listens", "starred_indices"], draw);
  return {
    el,
    said,
    open,
    /** Show these pictures from now on. @param {Finished[]} finished @param {Map<string, string>} urls thumbnails */
    take(finished, urls) {
      if (el.open) el.close(); // what was large is not there any more
      pictures = new Map(finished.map((picture) => [picture.id, picture]));
      store.urls = urls;
    },
  };
}
