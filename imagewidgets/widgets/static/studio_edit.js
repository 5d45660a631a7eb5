// Edit: the canvas, and beside it what to do with the picture; the last edit under a slider.

/** The last edit, before and after. @param {Studio} studio */
function lastEdit(studio) {
  const place = h("div", { class: "iw-studio-last__stage" });
  const open = h("button", { type: "button", class: "iw-link", title: "Compare them large" }, "Open");
  const el = h("div", { class: "iw-studio-last" },
    h("div", { class: "iw-label" }, h("span", { id: `${studio.uid}-last` }, "Last edit"), open), place);
  open.addEventListener("click", () => studio.compare(studio.model.get("_last_edit").ids, open));
  const draw = redrawn(studio.signal, (signal) => {
    const { before, after, alt } = studio.model.get("_last_edit");
    el.hidden = !before;
    if (!before) return;
    const side = (file, tag, words) => ({ src: largeImage(file, "", signal).src, alt: words, tag });
    place.replaceChildren(compareView({ before: side(before, "Before", alt[0]), after: side(after, "After", alt[1]), signal }));
  });
  studio.follow(["_last_edit"], draw);
  return el;
}

/** @param {Studio} studio */
function editView(studio) {
  const form = h("div", {});
  const hint = h("p", { class: "iw-studio-hint" });
  const side = h("div", { class: "iw-studio-side" }, hint, form, lastEdit(studio));
  const main = h("div", { class: "iw-studio-main" });
  const el = h("div", {}, h("div", { class: "iw-studio-body iw-studio-body--stage-first" }, side, main));
  studio.follow(["_chosen", "_strip"], () => {
    const source = studio.model.get("_chosen").edit;
    form.hidden = !source;
    hint.hidden = Boolean(source);
    hint.textContent = studio.model.get("_strip").length
      ? "Choose one of the pictures below, or drop a file on the canvas. Then say what the whole result shall look like."
      : "Create a picture first, or drop a file on the canvas. Then say what the whole result shall look like.";
  });
  return { el, build: () => Promise.all([studio.children.show("edit_form", form), studio.children.show("canvas", main)]) };
}
