// The result grid in the browser: tiles, selection, recipe panel, lightbox, download.
// The originals stay in the kernel; a view asks for one when a person opens or downloads it.

const FILM = 25; // pictures in the lightbox's film strip: more do not fit, and a grid may have a thousand
const PATIENCE = 500; // ms: a wait that is shorter is not worth a word

/** @typedef {{id: string, caption: string, detail: string, words: string, revised: string, badge: string,
 *            facts: [string, string][], changed: boolean}} Tile */

/**
 * Keep the thumbnails as object URLs, once for all views of a grid.
 * @param {any} model
 */
function makeThumbnails(model) {
  /** @type {Map<string, string>} */
  const urls = new Map();
  const asked = new Set();
  const waiting = new Set();

  /** @param {string[]} ids @param {DataView[]} buffers */
  function add(ids, buffers) {
    ids.forEach((id, i) => {
      if (!urls.has(id)) urls.set(id, URL.createObjectURL(new Blob([buffers[i]], { type: "image/webp" })));
    });
    for (const update of waiting) update();
  }

  /** Forget pictures that are gone, ask for those that are missing: their message came before this page listened. */
  function check() {
    const ids = new Set(model.get("_tiles").map((tile) => tile.id));
    for (const [id, url] of urls) {
      if (ids.has(id)) continue;
      URL.revokeObjectURL(url);
      urls.delete(id);
    }
    const missing = [...ids].filter((id) => !urls.has(id) && !asked.has(id));
    if (!missing.length) return;
    missing.forEach((id) => asked.add(id));
    model.send({ kind: "thumbnails", ids: missing });
  }

  function receive(message, buffers) {
    if (message.kind === "thumbnails") add(message.ids, buffers);
  }

  const first = model.get("_thumbnails");
  add(Object.keys(first), Object.values(first));
  model.on("msg:custom", receive);
  model.on("change:_tiles", check);
  check();
  return {
    get: (id) => urls.get(id),
    /** Call `update` whenever thumbnails have come, until `signal` aborts. */
    follow(update, signal) {
      waiting.add(update);
      signal.addEventListener("abort", () => waiting.delete(update));
    },
    close() {
      model.off("msg:custom", receive);
      model.off("change:_tiles", check);
      for (const url of urls.values()) URL.revokeObjectURL(url);
    },
  };
}

/**
 * Fetch originals from the kernel.
 * @param {any} model
 * @param {AbortSignal} signal
 * @returns {(ids: string[]) => Promise<{name: string, blob: Blob}>} one picture as PNG, several as one ZIP file
 */
function makeFetch(model, signal) {
  const pending = new Map();
  const session = Math.random().toString(36).slice(2); // other views get the same messages
  let count = 0;
  const receive = (message, buffers) => {
    const promise = pending.get(message.ticket);
    if (!promise) return;
    pending.delete(message.ticket);
    if (message.error) promise.reject(new Error(message.error));
    else promise.resolve({ name: message.name, blob: new Blob([buffers[0]], { type: message.type }) });
  };
  model.on("msg:custom", receive);
  signal.addEventListener("abort", () => model.off("msg:custom", receive));
  return (ids) =>
    new Promise((resolve, reject) => {
      const ticket = `${session}-${count++}`;
      pending.set(ticket, { resolve, reject });
      model.send({ kind: "file", ticket, ids });
    });
}

/** Let the browser save a file. */
function saveFile({ name, blob }) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000); // the browser reads it after the click
}

/** The words for those who cannot see picture `i`. */
const altText = (tile, i) => tile.words || `Picture ${i + 1}`;

/**
 * Which pictures are selected, what a click or key makes of it, and which picture is the current one: the one that Tab
 * enters, arrows start from and the recipe tells about.
 * @param {any} model
 */
class Selection {
  constructor(model) {
    this.model = model;
    this.current = 0;
    this.anchor = 0; // where a range starts
    this.own = false; // whether the change that is going on was made here
  }
  get count() { return this.model.get("_tiles").length; }
  get indices() { return this.model.get("selected_indices"); }
  has(i) { return this.indices.includes(i); }
  set(indices) {
    this.own = true;
    this.model.set("selected_indices", [...new Set(indices)].sort((a, b) => a - b));
    this.own = false;
    this.model.save_changes();
  }
  only(i) {
    const alone = this.has(i) && this.indices.length === 1;
    this.current = this.anchor = i;
    this.set(alone ? [] : [i]);
  }
  toggle(i) {
    this.current = this.anchor = i;
    this.set(this.has(i) ? this.indices.filter((index) => index !== i) : [...this.indices, i]);
  }
  /** From the anchor to `i`; `more` keeps what is selected besides. */
  range(i, more = false) {
    const [from, to] = [Math.min(this.anchor, i), Math.max(this.anchor, i)];
    const range = Array.from({ length: to - from + 1 }, (_, k) => from + k);
    this.current = i;
    this.set(more ? [...this.indices, ...range] : range);
  }
  all() { this.set(Array.from({ length: this.count }, (_, i) => i)); }
  /** After pictures came or went. */
  settle() {
    const last = Math.max(this.count - 1, 0);
    this.current = Math.min(this.current, last);
    this.anchor = Math.min(this.anchor, last);
  }
  /** After Python or another view selected some: these are what one wants to know about. */
  adopt() {
    const first = this.indices[0];
    if (first < this.count && !this.own && !this.has(this.current)) this.current = this.anchor = first;
  }
}

/** One tile. Its buttons are for the mouse: the keyboard has Enter and D. */
function makeTile(id, { open, download }) {
  const button = (name, label, key, act) =>
    h("button", {
      type: "button", class: "iw-onpic", tabindex: "-1", title: `${label} (${key})`,
      onclick: (event) => { event.stopPropagation(); act(); },
      ondblclick: (event) => event.stopPropagation(),
    }, icon(name));
  const parts = {
    image: h("img", { alt: "", draggable: "false" }),
    badge: h("span", { class: "iw-badge" }),
    caption: h("span", { class: "iw-tile__cap" }),
    detail: h("span", { class: "iw-tile__meta" }),
  };
  const acts = h("div", { class: "iw-tile__acts", "aria-hidden": "true" },
    button("expand", "Open", "Enter", () => open(id)), button("download", "Download", "D", () => download([id])));
  const el = h("li", { class: "iw-tile", role: "option", "data-id": id },
    h("div", { class: "iw-tile__pic" }, parts.image, h("span", { class: "iw-tile__pick" }, icon("check")), parts.badge, acts),
    parts.caption, parts.detail);
  return { el, ...parts };
}

/** @param {ReturnType<typeof makeTile>} view @param {Tile} tile @param {number} i @param {string | undefined} url */
function updateTile(view, tile, i, url) {
  view.el.setAttribute("aria-label", [altText(tile, i), tile.badge, tile.detail].filter(Boolean).join(", "));
  view.el.title = tile.caption.length > 40 ? tile.caption : "";
  view.image.alt = altText(tile, i);
  if (url && view.image.getAttribute("src") !== url) view.image.src = url;
  view.el.firstChild.classList.toggle("iw-skel", !url);
  view.badge.textContent = tile.badge;
  view.badge.hidden = !tile.badge;
  view.caption.textContent = tile.caption;
  view.caption.hidden = !tile.caption;
  view.detail.textContent = tile.detail;
  view.detail.hidden = !tile.detail;
}

/** The recipe of one picture, as it stands beside the grid. */
function recipe(tile, i) {
  const facts = tile.facts.flatMap(([name, value]) =>
    [h("dt", {}, name), h("dd", { class: name === "Digest" ? "iw-mono" : "iw-num" }, value)]);
  return [
    h("blockquote", {}, altText(tile, i)),
    tile.revised && tile.revised !== tile.words && h("p", { class: "iw-sm iw-muted" }, `Revised: ${tile.revised}`),
    h("dl", { class: "iw-facts" }, ...facts),
    tile.changed && h("p", { class: "iw-sm iw-muted" }, "The picture was changed after it was made."),
  ];
}

/**
 * The lightbox: one picture as large as the window allows. It is the browser's own dialog, so it lies above everything,
 * keeps the focus inside, and gives it back.
 */
class Lightbox {
  constructor({ tiles, thumbnails, fetchFile, onclose }) {
    Object.assign(this, { tiles, thumbnails, fetchFile });
    this.place = h("span", { class: "iw-num iw-sm iw-muted" });
    this.title = h("span", { class: "iw-lightbox__title" });
    this.image = h("img", { alt: "", class: "iw-checker" });
    this.note = h("p", { class: "iw-sm iw-muted iw-num", role: "status" });
    this.film = h("div", { class: "iw-film" });
    this.previous = iconButton("chevron-left", "Previous", { key: "←", class: "iw-ib iw-ib--round", onclick: () => this.step(-1) });
    this.next = iconButton("chevron-right", "Next", { key: "→", class: "iw-ib iw-ib--round", onclick: () => this.step(1) });
    this.el = h("dialog", { class: "iw-lightbox iw-night", "aria-label": "Picture", tabindex: "-1", onclose: () => { this.release(); onclose(this.i); } },
      h("div", { class: "iw-bar" }, this.place, this.title, h("span", { class: "iw-spacer" }),
        iconButton("download", "Download", { key: "D", onclick: () => this.download() }),
        iconButton("close", "Close", { key: "Esc", onclick: () => this.el.close() })),
      h("div", { class: "iw-lightbox__pic", onclick: (event) => { if (event.target === event.currentTarget) this.el.close(); } },
        this.previous, this.image, this.next),
      h("div", { class: "iw-lightbox__foot" }, this.film, h("span", { class: "iw-spacer" }), this.note));
  }

  open(i) {
    this.el.showModal();
    this.el.focus(); // not its first button: a ring around that would say that it is chosen
    this.show(i);
  }

  step(by) {
    const i = this.i + by;
    if (i >= 0 && i < this.tiles().length) this.show(i);
  }

  /** Show picture `i`: its thumbnail at once, the original as soon as the kernel has sent it. */
  async show(i) {
    const tiles = this.tiles();
    const tile = tiles[i];
    this.release();
    this.i = i;
    this.id = tile.id;
    this.file = null;
    this.place.textContent = `${i + 1} of ${tiles.length}`;
    this.title.textContent = altText(tile, i);
    this.note.textContent = [...tile.facts.slice(0, 2).map(([, value]) => value), tile.detail].filter(Boolean).join(" · ");
    this.image.alt = altText(tile, i);
    this.image.src = this.thumbnails.get(tile.id) ?? "";
    this.image.classList.add("is-small");
    this.previous.disabled = i === 0;
    this.next.disabled = i === tiles.length - 1;
    this.drawFilm();
    try {
      const file = await this.fetchFile([tile.id]);
      if (this.id !== tile.id || !this.el.open) return; // gone on in the meantime
      this.file = file;
      this.url = URL.createObjectURL(file.blob);
      this.image.src = this.url;
      this.image.classList.remove("is-small");
    } catch (error) {
      if (this.id === tile.id) this.note.textContent = error.message;
    }
  }

  drawFilm() {
    const tiles = this.tiles();
    const first = Math.max(0, Math.min(this.i - (FILM >> 1), tiles.length - FILM));
    this.film.replaceChildren(...tiles.slice(first, first + FILM).map((tile, k) =>
      h("button", {
        type: "button", tabindex: "-1", "aria-label": `Picture ${first + k + 1}`, "aria-current": first + k === this.i ? "true" : null,
        onclick: () => this.show(first + k),
      }, h("img", { src: this.thumbnails.get(tile.id), alt: "" }))));
    this.film.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  download() {
    if (this.file) saveFile(this.file);
  }

  release() {
    if (this.url) URL.revokeObjectURL(this.url);
    this.url = undefined;
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key meant something here */
  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const last = this.tiles().length - 1;
    const act = {
      ArrowLeft: () => this.step(-1), ArrowRight: () => this.step(1), Home: () => this.show(0), End: () => this.show(last),
      Escape: () => this.el.close(), d: () => this.download(), D: () => this.download(),
    }[event.key];
    act?.();
    return Boolean(act);
  }
}

/** One view of the grid. */
function render({ model, el, thumbnails }) {
  const controller = new AbortController();
  const { signal } = controller;
  const selection = new Selection(model);
  const fetchFile = makeFetch(model, signal);
  const tiles = () => /** @type {Tile[]} */ (model.get("_tiles"));
  /** @type {Map<string, ReturnType<typeof makeTile>>} */
  const views = new Map();

  const count = h("span", { class: "iw-results__count" });
  const shared = h("span", { class: "iw-sm iw-faint iw-results__shared iw-hide-xs" });
  const status = h("span", { class: "iw-sm iw-muted iw-num iw-results__status", role: "status" });
  const downloadWord = h("span", {}, "Download");
  const downloadButton = h("button", { type: "button", class: "iw-btn iw-btn--sm", onclick: () => download() }, icon("download"), downloadWord);
  const recipeButton = iconButton("info", "Recipe", { key: "I", class: "iw-ib iw-ib--sm", onclick: toggleRecipe });
  const bar = h("div", { class: "iw-bar iw-results__bar" }, count, shared, h("span", { class: "iw-spacer" }), status, downloadButton, recipeButton);
  const list = h("ul", { class: "iw-grid", role: "listbox", "aria-label": "Pictures", "aria-multiselectable": "true" });
  const panelBody = h("div", { class: "iw-panel__body" });
  const panel = h("aside", { class: "iw-panel", "aria-label": "Recipe" },
    h("div", { class: "iw-row" }, h("b", { class: "iw-h" }, "Recipe"), h("span", { class: "iw-spacer" }),
      iconButton("close", "Close recipe", { key: "I", class: "iw-ib iw-ib--sm", onclick: toggleRecipe })),
    panelBody);
  const split = h("div", { class: "iw-split" }, list, panel);
  const empty = h("div", { class: "iw-empty" }, h("span", { class: "iw-muted" }, icon("image")), h("b", {}, "No pictures yet"),
    h("span", { class: "iw-sm iw-muted" }, "Generate some, or call grid.append(image)."));
  const lightbox = new Lightbox({ tiles, thumbnails, fetchFile, onclose: (i) => focus(i) });
  const card = h("div", { class: "iw-card" }, bar, split, empty);
  el.classList.add("iw", "imagewidgets-result-grid");
  el.setAttribute("role", "region");
  el.setAttribute("aria-label", "Results");
  el.replaceChildren(card, lightbox.el);

  function toggleRecipe() {
    model.set("show_recipe", !model.get("show_recipe"));
    model.save_changes();
  }

  function open(i) {
    selection.current = i;
    lightbox.open(i);
  }

  /** Download pictures: these, or the selected ones, or all. */
  async function download(ids) {
    const chosen = selection.indices.length ? selection.indices.map((i) => tiles()[i].id) : tiles().map((tile) => tile.id);
    downloadButton.disabled = true;
    const wait = setTimeout(() => say("Fetching…"), PATIENCE);
    try {
      saveFile(await fetchFile(ids ?? chosen));
      say();
    } catch (error) {
      say(error.message);
    } finally {
      clearTimeout(wait);
      downloadButton.disabled = false;
    }
  }

  /** Say something in the bar; without words, how many are selected. */
  function say(words) {
    const n = selection.indices.length;
    status.textContent = words ?? (n ? `${n} selected` : "");
  }

  function focus(i) {
    selection.current = i;
    drawCurrent();
    const view = views.get(tiles()[i]?.id);
    view?.el.focus({ preventScroll: true });
    view?.el.scrollIntoView({ block: "nearest" });
  }

  function drawTiles() {
    const all = tiles();
    const ids = new Set(all.map((tile) => tile.id));
    let lost = false; // the focus, with the tile that had it
    for (const [id, view] of views) {
      if (ids.has(id)) continue;
      lost ||= view.el === document.activeElement;
      view.el.remove();
      views.delete(id);
    }
    all.forEach((tile, i) => {
      if (!views.has(tile.id)) views.set(tile.id, makeTile(tile.id, { open: (id) => open(place(id)), download }));
      const view = views.get(tile.id);
      if (list.children[i] !== view.el) list.insertBefore(view.el, list.children[i] ?? null);
      updateTile(view, tile, i, thumbnails.get(tile.id));
    });
    const { title = "", detail = "" } = model.get("_summary");
    count.textContent = title;
    shared.textContent = shared.title = detail;
    bar.hidden = split.hidden = !all.length;
    empty.hidden = Boolean(all.length);
    if (lightbox.el.open && !ids.has(lightbox.id)) lightbox.el.close();
    const focused = place(list.querySelector(":focus")?.dataset.id);
    if (focused >= 0) selection.current = focused; // others before it may have come or gone
    selection.settle();
    list.dataset.few = all.length <= 2 ? "2" : all.length <= 4 ? "4" : "";
    drawSelection();
    if (lost && all.length) focus(selection.current);
  }

  function drawSelection() {
    const selected = new Set(selection.indices);
    tiles().forEach((tile, i) => views.get(tile.id)?.el.setAttribute("aria-selected", String(selected.has(i))));
    const what = selected.size === 0 ? "all" : selected.size === 1 ? "the selected picture" : `the ${selected.size} selected`;
    downloadButton.title = `Download ${what} (D)`;
    say();
    drawCurrent();
  }

  /** The current picture is where Tab enters, and the one whose recipe is shown. */
  function drawCurrent() {
    tiles().forEach((tile, i) => views.get(tile.id)?.el.setAttribute("tabindex", i === selection.current ? "0" : "-1"));
    drawRecipe();
  }

  function drawRecipe() {
    const tile = tiles()[selection.current];
    const shown = model.get("show_recipe") && Boolean(tile);
    panel.hidden = !shown;
    split.classList.toggle("is-open", shown);
    recipeButton.setAttribute("aria-pressed", String(shown));
    if (shown) panelBody.replaceChildren(...recipe(tile, selection.current).filter(Boolean));
  }

  const place = (id) => tiles().findIndex((tile) => tile.id === id);
  const placeOf = (event) => place(event.target.closest?.(".iw-tile")?.dataset.id);

  function click(event) {
    const i = placeOf(event);
    if (i < 0 || event.detail > 1) return; // the second click of a double click opens, and selects nothing
    if (event.shiftKey) selection.range(i, event.ctrlKey || event.metaKey);
    else if (event.ctrlKey || event.metaKey || event.pointerType === "touch") selection.toggle(i);
    else selection.only(i);
    focus(i);
  }

  /** How many tiles stand in a row. */
  function across() {
    const [first, ...rest] = list.children;
    const next = rest.findIndex((tile) => tile.offsetTop > first.offsetTop);
    return next < 0 ? rest.length + 1 : next + 1;
  }

  /** @param {KeyboardEvent} event @returns {boolean} whether the key meant something here */
  function key(event) {
    const { current, count: n } = selection;
    if (event.altKey || !n) return false;
    const letter = { d: () => download(), i: toggleRecipe }[event.key.toLowerCase()];
    if (letter && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      letter();
      return true;
    }
    if (!list.contains(event.target)) return false; // in the bar and the panel, arrows and Enter are the buttons' own
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() === "a") selection.all();
      else if (event.key === " ") selection.toggle(current);
      else return false;
      return true;
    }
    const target = {
      ArrowLeft: current - 1, ArrowRight: current + 1, ArrowUp: current - across(), ArrowDown: current + across(), Home: 0, End: n - 1,
    }[event.key];
    if (target !== undefined) {
      if (target < 0 || target >= n) return true;
      if (event.shiftKey) selection.range(target);
      else selection.anchor = target;
      focus(target);
      return true;
    }
    if (event.key === " ") selection.toggle(current);
    else if (event.key === "Enter" && !event.shiftKey) open(current); // with Shift, the notebook runs the cell
    else return false;
    return true;
  }

  // Notebooks listen for keys on the document while they are on their way down, and D twice deletes a cell. So the
  // grid's own keys are taken on the window, before anyone else has seen them. Letters and digits stay here, even those
  // without a meaning: next to D lies X, which cuts the cell. All others, and Ctrl+S and the like, go on to the notebook,
  // but not from the lightbox, which covers it.
  window.addEventListener("keydown", (event) => {
    const inside = el.contains(event.target);
    const used = inside && (lightbox.el.open ? lightbox.key(event) : key(event));
    const letter = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (used) event.preventDefault();
    if (inside && (used || letter || lightbox.el.open)) event.stopImmediatePropagation();
  }, { capture: true, signal });

  list.addEventListener("click", click, { signal });
  list.addEventListener("dblclick", (event) => { const i = placeOf(event); if (i >= 0) open(i); }, { signal });
  list.addEventListener("focusin", (event) => { const i = placeOf(event); if (i >= 0 && i !== selection.current) { selection.current = i; drawCurrent(); } }, { signal });
  thumbnails.follow(drawTiles, signal);
  follow(model, ["_tiles", "_summary"], drawTiles, signal);
  follow(model, ["selected_indices"], () => { selection.adopt(); drawSelection(); }, signal);
  follow(model, ["show_recipe"], drawRecipe, signal);
  return () => { lightbox.release(); controller.abort(); };
}

export default () => {
  /** @type {ReturnType<typeof makeThumbnails>} */
  let thumbnails;
  return {
    initialize({ model }) {
      thumbnails = makeThumbnails(model);
      return () => thumbnails.close();
    },
    render: ({ model, el }) => render({ model, el, thumbnails }),
  };
};
