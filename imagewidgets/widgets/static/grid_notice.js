// What the person must know: an exception in what listens to the grid, a picture that cannot be read.

/** @param {any} grid */
function gridNotice({ model, signal }) {
  const words = h("strong", {});
  const advice = h("span", {});
  const details = h("pre", { class: "iw-pre", tabindex: "0", "aria-label": "Details", hidden: true });
  const more = h("button", { type: "button", class: "iw-link", onclick: () => expand() }, "Details");
  const close = iconButton("close", "Close the notice", { class: "iw-ib iw-ib--sm", onclick: () => dismiss() });
  const el = h("div", { class: "iw-alert iw-alert--error", role: "alert", hidden: true }, icon("warning"),
    h("div", { class: "iw-told" }, words, advice, more, details), close);

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
    advice.textContent = notice.advice ? `${notice.advice} ` : "";
    details.textContent = notice.details ?? "";
    more.hidden = !notice.details;
    expand(false);
  };
  follow(model, ["_notice"], draw, signal);
  return el;
}
