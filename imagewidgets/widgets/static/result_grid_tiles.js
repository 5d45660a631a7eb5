// The thumbnails. There may be a thousand: those out of sight are not laid out (content-visibility in the style sheet),
// and of many only those have buttons of which a button can be seen.

const FEW = 60; // tiles that have all their buttons from the start, and make no list that scrolls
const NOTHING_HOVERS = "(hover: none)"; // there the style sheet shows the buttons of all tiles

/** The buttons of one thumbnail. */
function tileActs(grid, id) {
  return buttonsOnPicture({
    star: () => grid.choice.star(id),
    open: () => grid.open(id),
    act: (action) => grid.act(action, id),
    canAct: (action) => canAct(grid, action, id),
    save: () => grid.download([id]),
  });
}

/**
 * @param {any} grid
 * @returns {{el: HTMLElement, id: string, draw(tile: Tile): void, dress(): void, thumbnail(url: string): void,
 *   mark(selected: boolean, starred: boolean, current: boolean): void, hit: HTMLElement}}
 */
function makeTile(grid, id) {
  const image = h("img", { alt: "", draggable: "false" });
  const hit = h("button", { type: "button", class: "iw-tile__hit", tabindex: "-1", "aria-pressed": "false" });
  const badge = h("span", { class: "iw-badge", hidden: true });
  const tick = h("span", { class: "iw-tile__pick" }, icon("check"));
  const picture = h("div", { class: "iw-tile__pic iw-skel" }, image, hit, tick, badge);
  const caption = h("span", { class: "iw-tile__cap", "aria-hidden": "true" });
  const detail = h("span", { class: "iw-tile__meta", "aria-hidden": "true" });
  const el = h("li", { class: "iw-tile", "data-id": id }, picture, caption, detail);
  const marked = { selected: false, starred: false, current: false };
  /** @type {ReturnType<typeof tileActs> | undefined} */
  let acts;

  const words = (element, text) => {
    element.textContent = text;
    element.hidden = !text;
  };
  return {
    el, id, hit,
    draw(tile) {
      const alt = grid.store.alt(id);
      const more = [tile.caption !== tile.words && tile.caption, tile.detail, tile.badge].filter(Boolean);
      image.alt = alt;
      hit.setAttribute("aria-label", [`Select: ${alt}`, ...more].join(", "));
      hit.title = tile.caption.length > 40 ? tile.caption : "";
      words(badge, tile.badge);
      words(caption, tile.caption);
      words(detail, tile.detail);
      acts?.draw();
    },
    thumbnail(url) {
      if (url && image.getAttribute("src") !== url) image.src = url;
      picture.classList.toggle("iw-skel", url === undefined);
      picture.classList.toggle("is-broken", url === "");
    },
    /** Give it the buttons that are on it. */
    dress() {
      if (acts) return;
      acts = tileActs(grid, id);
      tick.after(acts.star);
      picture.append(acts.el);
      acts.mark(marked);
    },
    mark(selected, starred, current) {
      if (selected !== marked.selected) hit.setAttribute("aria-pressed", String(selected));
      if (current !== marked.current) hit.tabIndex = current ? 0 : -1;
      if (starred === marked.starred && current === marked.current && selected === marked.selected) return;
      Object.assign(marked, { selected, starred, current });
      if (starred) this.dress(); // a star that is set is seen without pointing at it
      acts?.mark(marked);
    },
  };
}

/** The list of thumbnails. @param {any} grid */
function tileList(grid) {
  const { store, choice, model, signal } = grid;
  /** @type {Map<string, ReturnType<typeof makeTile>>} */
  const tiles = new Map();
  const list = h("ul", { class: "iw-grid", "aria-label": "Pictures" });
  const touched = matchMedia(NOTHING_HOVERS).matches;
  const dress = ({ target }) => tiles.get(target.closest(".iw-tile")?.dataset.id)?.dress();
  for (const type of ["pointerover", "focusin"]) list.addEventListener(type, dress);

  const focused = () => grid.focused()?.closest?.(".iw-tile");

  /** Put the tiles in their places; only those that have moved are touched. */
  function draw() {
    const lost = focused();
    choice.settle();
    const shown = new Set(choice.shown);
    for (const [id, tile] of tiles) {
      if (shown.has(id)) continue;
      tile.el.remove();
      tiles.delete(id);
    }
    const order = choice.shown.map((id) => {
      if (!tiles.has(id)) {
        const tile = makeTile(grid, id);
        tiles.set(id, tile);
        tile.thumbnail(store.urls.get(id));
        if (touched) tile.el.addEventListener("contentvisibilityautostatechange", (event) => event.skipped || dress(event));
      }
      const tile = tiles.get(id);
      tile.draw(store.tile(id));
      if (shown.size <= FEW) tile.dress();
      return tile.el;
    });
    let next = list.firstChild;
    for (const el of order) {
      if (el === next) next = next.nextSibling;
      else list.insertBefore(el, next);
    }
    const count = order.length;
    list.dataset.few = count <= 2 ? "2" : count <= 4 ? "4" : "";
    mark();
    // Others before it may have come or gone, or the focus went with its tile.
    if (lost?.isConnected) focusWithin(lost);
    else if (lost && count) focus(choice.current);
  }

  /** Moving an element takes the focus from it. */
  function focusWithin(tile) {
    if (!focused()) tiles.get(tile.dataset.id)?.hit.focus({ preventScroll: true });
  }

  function mark() {
    const [selected, starred] = [choice.selected, choice.ids("starred_indices")];
    for (const [id, tile] of tiles) tile.mark(selected.has(id), starred.has(id), id === choice.current);
    list.classList.toggle("is-selecting", selected.size > 0);
  }

  /** @param {string} id */
  function focus(id) {
    choice.current = id;
    grid.drawCurrent();
    const tile = tiles.get(id);
    if (!tile) return;
    tile.hit.focus({ preventScroll: true });
    tile.el.scrollIntoView({ block: "nearest" });
  }

  /** How many tiles stand in a row. */
  function across() {
    const [first, ...rest] = list.children;
    const next = rest.findIndex((tile) => tile.offsetTop > first.offsetTop);
    return next < 0 ? rest.length + 1 : next + 1;
  }

  const arrived = (ids) => ids.forEach((id) => tiles.get(id)?.thumbnail(store.urls.get(id)));
  store.followers.add(arrived);
  signal.addEventListener("abort", () => store.followers.delete(arrived));
  follow(model, ["_listens"], () => tiles.forEach((tile) => tile.draw(store.tile(tile.id))), signal);
  return { el: list, draw, mark, focus, across };
}
