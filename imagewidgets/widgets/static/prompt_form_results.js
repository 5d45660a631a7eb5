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

/** What the keys do to the picture that has the focus. @type {Record<string, (tile: any) => void>} */
const TILE_KEYS = {
  s: ({ does }) => does.star(),
  e: ({ does }) => does.canAct("edit") && does.act("edit"),
  v: ({ does }) => does.canAct("vary") && does.act("vary"),
  d: ({ does }) => does.save(),
};

/**
 * One finished picture, with its buttons.
 * @param {{ id: string, thumbnail: DataView, ratio: number, alpha: boolean, alt: string, title: string, size: string }} shown
 * @param {any} does what its buttons do: see `buttonsOnPicture`
 */
function resultTile(addresses, { thumbnail, ratio, alpha, alt, title, size }, does) {
  const buttons = buttonsOnPicture(does);
  const picture = h(
    "div",
    { class: "iw-run__pic iw-tile__pic", role: "group", "aria-label": title, style: { "--iw-ratio": ratio } },
    h("img", { src: addresses.of(thumbnail), alt }),
    buttons.star,
    buttons.el,
  );
  picture.classList.toggle("iw-checker", Boolean(alpha));
  const caption = h("figcaption", { class: "iw-run__cap" }, h("span", {}, title), h("span", { class: "iw-num" }, size));
  return { ...buttons, el: h("figure", { class: "iw-run" }, picture, caption), picture, does };
}

/**
 * The finished pictures. Tab goes through the buttons of one of them, arrows go from picture to picture.
 * @param {FormView} view
 */
function resultTiles(view) {
  const addresses = new Addresses(view.signal);
  const files = new Files(view.model, view.signal);
  const el = h("div", { class: "iw-run-tiles" });
  const said = h("p", { class: "iw-faint iw-sm iw-runs__said", role: "status" });
  /** @type {ReturnType<typeof resultTile>[]} */
  let tiles = [];
  let current = 0;

  const starred = () => view.get("starred_indices");
  const mark = () => tiles.forEach((tile, place) => tile.mark({ starred: starred().includes(place), current: place === current }));

  async function save(id) {
    const wait = setTimeout(() => (said.textContent = "Fetching…"), PATIENCE);
    said.textContent = "";
    try {
      saveFile(await files.file(id, "keep"));
      said.textContent = "";
    } catch (error) {
      said.textContent = error.message;
    } finally {
      clearTimeout(wait);
    }
  }

  /** What the buttons of a picture do. */
  const does = ({ id }, place) => ({
    star: () => {
      const others = starred().filter((one) => one !== place);
      const on = others.length === starred().length;
      view.put("starred_indices", on ? [...others, place].sort((a, b) => a - b) : others);
    },
    act: (action) => view.model.send({ kind: "act", id, action }),
    canAct: () => view.get("_listens"),
    save: () => save(id),
  });

  const placeOf = ({ target }) => tiles.findIndex((tile) => tile.picture.contains(target));
  el.addEventListener("focusin", (event) => {
    current = placeOf(event);
    mark();
  });
  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = placeOf(event);
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: tiles.length - 1 }[event.key];
    const key = TILE_KEYS[event.key.toLowerCase()];
    if (next === undefined && !key) return;
    event.preventDefault();
    if (key) key(tiles[place]);
    else tiles[next]?.star.focus();
  });
  view.follow(["_listens"], () => tiles.forEach((tile) => tile.draw()));
  view.follow(["starred_indices"], mark);
  return {
    el,
    said,
    draw(pictures) {
      addresses.release();
      said.textContent = "";
      current = 0;
      tiles = pictures.map((picture, place) => resultTile(addresses, picture, does(picture, place)));
      el.replaceChildren(...tiles.map((tile) => tile.el));
      mark();
    },
  };
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
  const tiles = resultTiles(view);
  const el = h("div", { class: "iw-runs" });
  const draw = ({ revised, left_out: leftOut, failed }) => [
    failed ? h("p", { class: "iw-failed", role: "alert" }, icon("warning"), failed) : "",
    tiles.el,
    revised.length ? revisedPrompts(view, revised) : "",
    leftOut ? h("p", { class: "iw-faint iw-sm" }, leftOut) : "",
    tiles.said,
  ];
  const shown = () => Boolean(view.get("_report").text) && view.get("show_results");
  view.follow(["_report", "show_results"], () => {
    const report = view.get("_report");
    view.keepFocus(el, () => {
      tiles.draw(shown() ? report.pictures : []);
      el.replaceChildren(...(shown() ? draw(report) : []));
    });
    el.classList.toggle("is-many", (report.pictures?.length ?? 0) > 2);
  });
  view.follow(["_report", "_run", "show_results"], () => (el.hidden = !shown() || view.running));
  return [doneLine(view), el];
}
