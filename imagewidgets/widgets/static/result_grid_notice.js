// What the person must know: an exception in what listens to the grid, a picture that cannot be read.

/** @param {any} grid */
function gridNotice({ model, signal }) {
  const words = h("strong", {});
  const details = h("pre", { class: "iw-pre", tabindex: "0", "aria-label": "Details", hidden: true });
  const more = h("button", { type: "button", class: "iw-link", onclick: () => expand() }, "Details");
  const close = iconButton("close", "Close the notice", { class: "iw-ib iw-ib--sm", onclick: () => dismiss() });
  const el = h("div", { class: "iw-alert iw-alert--error", role: "alert", hidden: true }, icon("warning"),
    h("div", { class: "iw-results__told" }, words, more, details), close);

  function expand(on = details.hidden) {
    details.hidden = !on;
    more.setAttribute("aria-expanded", String(on));
  }

  function dismiss() {
    model.set("_notice", {});
    model.save_changes();
  }

  const draw = () => {
    const notice = model.get("_notice");
    el.hidden = !notice.text;
    words.textContent = notice.text ?? "";
    details.textContent = notice.details ?? "";
    more.hidden = !notice.details;
    expand(false);
  };
  follow(model, ["_notice"], draw, signal);
  return el;
}

/** What is shown in place of pictures: there are none, or none has a star. @param {any} grid */
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
