// The pictures of the last run that gave some, what they took, and what the model made of the prompt.

/** @param {FormView} view */
function doneLine(view) {
  const el = h("div", { class: "iw-done" });
  const draw = ({ text, detail }) => {
    const words = h(
      "span",
      { class: "iw-done__text" },
      h("b", {}, text),
      detail ? h("span", { class: "iw-num" }, ` · ${detail}`) : "",
    );
    const copy = copyButton(view, "code", "Copy as code", () => view.get("_report").code);
    return [h("span", { class: "ok" }, icon("check")), words, copy];
  };
  view.follow(["_report"], () => {
    const report = view.get("_report");
    view.keepFocus(el, () => el.replaceChildren(...(report.text ? draw(report) : [])));
  });
  view.follow(["_report", "_run"], () => (el.hidden = !view.get("_report").text || view.running));
  return el;
}

function resultTile(addresses, { thumbnail, ratio, alpha, alt, title, size }) {
  const picture = h(
    "div",
    { class: "iw-run__pic", style: { "--iw-ratio": ratio } },
    h("img", { src: addresses.of(thumbnail), alt }),
  );
  picture.classList.toggle("iw-checker", Boolean(alpha));
  const caption = h("figcaption", { class: "iw-run__cap" }, h("span", {}, title), h("span", { class: "iw-num" }, size));
  return h("figure", { class: "iw-run" }, picture, caption);
}

/** The prompts as the model rewrote them, each with the way into the box. */
function revisedPrompts(view, list) {
  const use = (text) => {
    view.send("use_prompt", { text });
    view.focusPrompt();
  };
  const one = ({ label, text }) =>
    h(
      "div",
      { class: "iw-revised" },
      h("p", {}, label ? h("span", { class: "iw-faint" }, `${label}: `) : "", text),
      h("button", { type: "button", class: "iw-link", onclick: () => use(text) }, "Use this prompt"),
    );
  const title = list.length > 1 ? "Revised prompts" : "Revised prompt";
  return h("div", { class: "iw-side-note" }, h("p", { class: "iw-h" }, title), ...list.map(one));
}

/** @param {FormView} view @returns {HTMLElement[]} the line about the run, and its pictures */
function results(view) {
  const addresses = new Addresses(view.signal);
  const el = h("div", { class: "iw-runs" });
  const draw = ({ pictures, revised, left_out: leftOut, failed }) => [
    failed ? h("p", { class: "iw-failed", role: "alert" }, icon("warning"), failed) : "",
    h("div", { class: "iw-run-tiles" }, ...pictures.map((picture) => resultTile(addresses, picture))),
    revised.length ? revisedPrompts(view, revised) : "",
    leftOut ? h("p", { class: "iw-faint iw-sm" }, leftOut) : "",
  ];
  const shown = () => Boolean(view.get("_report").text) && view.get("show_results");
  view.follow(["_report", "show_results"], () => {
    const report = view.get("_report");
    addresses.release();
    view.keepFocus(el, () => el.replaceChildren(...(shown() ? draw(report) : [])));
    el.classList.toggle("is-many", (report.pictures?.length ?? 0) > 2);
  });
  view.follow(["_report", "_run", "show_results"], () => (el.hidden = !shown() || view.running));
  return [doneLine(view), el];
}
