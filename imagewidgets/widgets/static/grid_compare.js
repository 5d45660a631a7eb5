// Two pictures of a grid compared, over everything.

/** @param {any} grid */
function comparison(grid) {
  const { store, files, signal } = grid;
  const said = h("span", { class: "iw-sm iw-muted", role: "status" });
  const body = h("div", { class: "iw-lightbox__cmp" });
  /** @type {ReturnType<typeof compareView> | undefined} */
  let view;
  /** @type {string[]} */
  let ids = [];
  const close = () => grid.setOpen({});
  const modes = h("span", { class: "iw-lightbox__modes" });
  const el = makeDialog(grid, "two", "Compare", [
    h("div", { class: "iw-bar" }, h("span", { class: "iw-lightbox__title" }, "Compare"), said,
      h("span", { class: "iw-spacer" }), modes,
      iconButton("swap", "Swap sides", { key: "X", onclick: () => view?.swap() }),
      iconButton("close", "Close", { key: "Esc", onclick: close })),
    body,
  ]);

  /** What is said of a picture: of a source and what was made from it, that; else which of both it is. */
  function side(id, other, first) {
    const tile = store.tile(id);
    const related = store.tile(other).source === id || tile.source === other;
    const made = tile.source === other;
    return {
      src: store.urls.get(id) ?? "",
      alt: store.alt(id),
      tag: related ? (made ? "After" : "Before") : first ? "First" : "Second",
      title: related ? (made ? tile.badge || "Result" : "Source") : tile.title || `Picture ${store.places.get(id) + 1}`,
      words: store.alt(id),
      facts: differing(tile, store.tile(other)),
    };
  }

  /** The facts in which two pictures differ; when they were made and from what is no news. */
  function differing(tile, other) {
    const others = new Map(other.facts);
    const left = ["Made", "Made from", "Digest"];
    const facts = tile.facts.filter(([name, value]) => !left.includes(name) && others.get(name) !== value);
    const digest = Object.fromEntries(tile.facts).Digest?.slice(0, 4);
    return [...facts.map(([name, value]) => [name.toLowerCase(), value]), ...(digest ? [["", digest]] : [])];
  }

  async function load(name, id) {
    try {
      const src = await files.original(id);
      if (view && ids.includes(id)) view.replace(store.urls.get(id), src);
    } catch (error) {
      said.textContent = error.message;
    }
  }

  function show(wanted) {
    if (wanted.join() === ids.join()) return;
    ids = wanted;
    said.textContent = "";
    // What something was made from stands first.
    const [first, second] = store.tile(ids[0]).source === ids[1] ? [ids[1], ids[0]] : ids;
    const mode = view?.mode ?? "slider";
    view = compareView({ before: side(first, second, true), after: side(second, first, false), mode, signal });
    body.replaceChildren(view);
    modes.replaceChildren(compareModes(view));
    load("before", first);
    load("after", second);
  }

  function key(event) {
    if (event.key === "Escape") close();
    else if (event.key.toLowerCase() === "x" && !event.ctrlKey && !event.metaKey) view.swap();
    else return !event.target.closest("button") && view.key(event);
    return true;
  }

  const hide = () => {
    ids = [];
    view?.setMode(view.mode === "blink" ? "slider" : view.mode); // it must not go on blinking
    body.replaceChildren();
  };
  return { el, show, hide, key };
}
