// One cell of the sweep: its pictures, or what stands in their place until they come, and where they do not.

/**
 * @typedef {{cell: number, state: string, ids: string[], count: number, words: string, caption: string,
 *   seconds?: number, began?: number, failure?: {title: string, text: string, more: string, again: boolean}}} Spot
 */

/** How many of the pictures of a cell stand beside each other, where there is room. @param {number} count */
const inARow = (count) => (count <= 3 ? count : Math.ceil(Math.sqrt(count)));

/** A cell that went wrong, or cannot be asked for. @param {any} grid @param {Spot} spot */
function failedBox(grid, { cell, words, failure: { title, text, more, again } }) {
  const retry = again && h("button", {
    type: "button", class: "iw-btn iw-btn--sm", "aria-label": `Try again: ${words}`, title: "Try again",
    onclick: once(() => grid.model.send({ kind: "do", what: "retry", places: [cell] })),
  }, icon("refresh"), h("span", { class: "iw-fail__word" }, "Try again"));
  const label = `${again ? "Failed" : "Not possible"}: ${words}`;
  const kind = again ? "" : "iw-fail--never";
  const why = h("div", { class: "iw-fail__why" }, h("strong", {}, title), h("span", { class: "iw-muted" }, text),
    !again && more && h("span", { class: "iw-muted" }, ` ${more}`)); // what to do instead
  const told = { role: "group", "aria-label": label, "aria-description": more, title: more };
  return h("div", { class: `iw-fail ${kind}`, ...told }, icon(again ? "warning" : "info"), why, retry);
}

/** What stands in the place of pictures. @param {any} grid @param {Spot} spot */
function placeholder(grid, spot) {
  const label = `${spot.state}: ${spot.words}`;
  const box = (kind, ...parts) =>
    h("div", { class: `iw-tile__pic ${kind}`, role: "group", "aria-label": label },
      h("div", { class: "iw-wait" }, ...parts));
  if (spot.failure) return h("div", { class: "iw-tile__pic" }, failedBox(grid, spot));
  if (spot.state === "running") {
    const clock = h("span", { class: "iw-num", "aria-hidden": "true" });
    grid.clocks.start(clock, spot);
    return box("iw-skel", h("span", { class: "iw-spin" }), clock);
  }
  if (spot.state === "planned") return box("iw-queued iw-planned", h("span", {}, spot.words));
  return box("iw-queued", spot.state === "waiting" ? "queued" : "its files are gone");
}

/** @param {any} grid @param {boolean} captioned whether its labels stand under it */
function sweepCell(grid, captioned) {
  const { store } = grid;
  const pictures = h("div", { class: "iw-sweep__cell" });
  const caption = captioned && h("span", { class: "iw-tile__cap" });
  const el = captioned ? h("li", { class: "iw-tile" }, pictures, caption) : h("td", {}, pictures);
  /** @type {Map<string, ReturnType<typeof sweepPicture>>} */
  let shown = new Map();
  let drawn = ""; // what the placeholder says
  let count = 1;
  let room = Infinity; // so many pictures fit beside each other

  function shape() {
    const across = Math.min(inARow(count), room);
    pictures.style.setProperty("--across", String(across));
    pictures.style.setProperty("--down", String(Math.ceil(count / across)));
  }

  return {
    el,
    shown: () => shown,
    /** Leave pictures as wide as `least` at least, in px. @param {number} least */
    fit(least) {
      room = Math.max(1, Math.floor(el.offsetWidth / least));
      shape();
    },
    /** @param {Spot} spot */
    draw(spot) {
      const ids = spot.ids.filter((id) => store.places.has(id));
      shown = new Map(ids.map((id) => [id, shown.get(id) ?? sweepPicture(grid, id)]));
      const lacks = spot.state === "done" ? !ids.length : ids.length < spot.count;
      const { began, seconds, ...said } = spot;
      const wanted = lacks || spot.failure ? JSON.stringify([said, ids.length]) : "";
      const kept = wanted && wanted === drawn && pictures.querySelector(".is-lacking");
      drawn = wanted;
      const rest = kept || (wanted && placeholder(grid, spot));
      if (rest) rest.classList.add("is-lacking");
      pictures.classList.toggle("is-empty", !ids.length);
      count = spot.count;
      shape();
      const parts = [...[...shown.values()].map((each) => each.el), ...(rest ? [rest] : [])];
      const there = [...pictures.children];
      const same = parts.length === there.length && parts.every((part, i) => part === there[i]);
      if (!same) pictures.replaceChildren(...parts);
      if (caption) caption.textContent = caption.title = spot.caption || (ids.length ? store.alt(ids[0]) : spot.words);
      for (const each of shown.values()) each.draw();
    },
  };
}
