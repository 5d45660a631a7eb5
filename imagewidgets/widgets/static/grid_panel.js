// The recipe of one picture: how it was made, and what to do with that.

const LONG_PROMPT = 400; // characters: from here on it may have to be scrolled

/** @param {Tile} tile @param {string} alt */
function recipeFacts(tile, alt) {
  const facts = tile.facts.flatMap(([name, value]) =>
    [h("dt", {}, name), h("dd", { class: /^(Digest|Made from)$/.test(name) ? "iw-mono" : "iw-num" }, value)]);
  return [
    h("blockquote", { tabindex: alt.length > LONG_PROMPT && "0" }, alt), // so that keys can scroll it
    tile.revised && tile.revised !== tile.words && h("p", { class: "iw-sm iw-muted" }, `Revised: ${tile.revised}`),
    h("dl", { class: "iw-facts" }, ...facts),
    tile.changed && h("p", { class: "iw-sm iw-muted" }, "The picture was changed after it was made."),
  ].filter(Boolean);
}

/**
 * @param {any} grid
 * @param {() => string | undefined} id of the picture that it tells about
 */
function recipePanel(grid, id) {
  const facts = h("div", { class: "iw-panel__facts" });
  const acts = recipeActs(grid, id);
  const close = iconButton("close", "Close recipe", {
    key: "I", class: "iw-ib iw-ib--sm", onclick: () => grid.toggleRecipe(),
  });
  const said = h("p", { class: "iw-sm iw-muted iw-panel__said", role: "status" });
  const el = h("aside", { class: "iw-panel", "aria-label": "Recipe", hidden: true },
    h("div", { class: "iw-panel__body" },
      h("div", { class: "iw-row" }, h("b", { class: "iw-h" }, "Recipe"), h("span", { class: "iw-spacer" }), close),
      facts, h("hr", { class: "iw-line" }), acts.el, said));
  /** @type {Tile | undefined} what is written there now */
  let written;
  return {
    el,
    said,
    /** @returns {boolean} whether it is shown */
    draw() {
      const tile = grid.store.tile(id());
      const shown = grid.model.get("show_recipe") && grid.tellsAll() && Boolean(tile);
      el.hidden = !shown;
      if (!shown) return false;
      acts.draw();
      if (tile === written) return true;
      written = tile;
      facts.replaceChildren(...recipeFacts(tile, grid.store.alt(tile.id)));
      said.textContent = "";
      return true;
    },
  };
}
