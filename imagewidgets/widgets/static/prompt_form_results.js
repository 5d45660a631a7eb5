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
 * A finished picture, as Python tells of it (report.py).
 * @typedef {{ id: string, thumbnail: DataView, ratio: number, alpha: boolean, alt: string, title: string, size: string,
 *   recipe: Tile }} Finished
 */

/**
 * One finished picture, with its buttons.
 * @param {string} src of its thumbnail @param {Finished} shown
 * @param {any} does what its buttons do: see `buttonsOnPicture`
 */
function resultTile(src, { id, ratio, alpha, alt, title, size }, does) {
  const { star, el: acts, draw, mark } = buttonsOnPicture(does);
  const hit = h("button", {
    type: "button", class: "iw-tile__hit", tabindex: "-1", "aria-label": "Open large", title: "Open large (Enter)",
    onclick: does.enlarge,
  });
  const picture = h(
    "div",
    { class: "iw-run__pic iw-tile__pic", role: "group", "aria-label": title, style: { "--iw-ratio": ratio } },
    h("img", { src, alt }),
    hit,
    star,
    acts,
  );
  picture.classList.toggle("iw-checker", Boolean(alpha));
  const caption = h("figcaption", { class: "iw-run__cap" }, h("span", {}, title), h("span", { class: "iw-num" }, size));
  const buttons = [hit, star, ...acts.children];
  return {
    id, picture, does, draw, buttons,
    el: h("figure", { class: "iw-run" }, picture, caption),
    mark(marks) {
      mark(marks);
      hit.tabIndex = marks.current ? 0 : -1;
    },
    /** @param {number} [place] of one of its buttons; one that is not there gives way to the picture itself */
    focus(place = 0) {
      (buttons[place].hidden ? hit : buttons[place]).focus();
    },
  };
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
  const placeOf = (id) => tiles.findIndex((tile) => tile.id === id);

  /** Say something where the person is looking. */
  function say(words) {
    (large.el.open ? large.said : said).textContent = words;
  }

  /** Do something that may take a while or fail. @param {() => Promise<string | void>} work its last words, if any */
  async function busy(work) {
    const wait = setTimeout(() => say("Fetching…"), PATIENCE);
    say("");
    try {
      say((await work()) ?? "");
    } catch (error) {
      say(error.message);
    } finally {
      clearTimeout(wait);
    }
  }

  /** What can be done with a picture. */
  const does = (id) => ({
    star: () => {
      const place = placeOf(id);
      const others = starred().filter((one) => one !== place);
      const on = others.length === starred().length;
      view.put("starred_indices", on ? [...others, place].sort((a, b) => a - b) : others);
    },
    act: (action) => view.model.send({ kind: "act", id, action }),
    canAct: () => view.get("_listens"),
    save: () => busy(async () => saveFile(await files.file(id, "keep"))),
    copy: (what) =>
      busy(async () => {
        await (what === "image" ? copyImage(files.file(id, "png")) : copyText(files.text(id, what)));
        return `${what[0].toUpperCase()}${what.slice(1)} copied`;
      }),
    enlarge: () => large.open(id),
  });
  const large = largePictures(view, {
    files,
    does,
    starred: (id) => starred().includes(placeOf(id)),
    back: (id) => tiles[placeOf(id)]?.focus(),
  });

  const placeAt = ({ target }) => tiles.findIndex((tile) => tile.picture.contains(target));
  el.addEventListener("focusin", (event) => {
    current = placeAt(event);
    mark();
  });
  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = placeAt(event);
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: tiles.length - 1 }[event.key];
    const key = TILE_KEYS[event.key.toLowerCase()];
    if (next === undefined && !key) return;
    event.preventDefault();
    if (key) key(tiles[place]);
    else tiles[next]?.focus(tiles[place].buttons.indexOf(event.target));
  });
  view.follow(["_listens"], () => tiles.forEach((tile) => tile.draw()));
  view.follow(["starred_indices"], mark);
  return {
    el,
    said,
    large: large.el,
    /** @param {Finished[]} pictures */
    draw(pictures) {
      addresses.release();
      said.textContent = "";
      current = 0;
      const urls = new Map(pictures.map(({ id, thumbnail }) => [id, addresses.of(thumbnail)]));
      tiles = pictures.map((picture) => resultTile(urls.get(picture.id), picture, does(picture.id)));
      el.replaceChildren(...tiles.map((tile) => tile.el));
      large.take(pictures, urls);
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

/** @param {FormView} view @returns {HTMLElement[]} the line about the run, its pictures, and one of them large */
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
  return [doneLine(view), el, tiles.large];
}
