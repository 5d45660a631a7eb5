// What the result grid shows where it has no pictures.

/** There are none, or none has a star. @param {any} grid */
function gridEmpty({ model }) {
  const showAll = () => {
    model.set("starred_only", false);
    model.save_changes();
  };
  const state = (name, title, words, ...more) =>
    h("div", { class: "iw-empty", hidden: true }, h("span", { class: "iw-muted" }, icon(name)), h("b", {}, title),
      h("span", { class: "iw-sm iw-muted" }, words), ...more);
  const none = state("image", "No pictures yet", "Generate some, or call grid.append(image).");
  const filtered = state("star", "No picture has a star", "Star one with S, or show all of them.",
    h("button", { type: "button", class: "iw-btn", onclick: showAll }, "Show all"));
  return {
    els: [none, filtered],
    /** @param {number} all @param {number} shown how many pictures there are, and are shown */
    draw(all, shown) {
      none.hidden = all > 0;
      filtered.hidden = !all || shown > 0;
    },
  };
}
