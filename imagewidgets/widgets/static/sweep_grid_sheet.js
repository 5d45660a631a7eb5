// The page of the sweep: a table with its labels, or cells one after the other.

const MOST_LINES = 10; // of a table, and
const MOST_CELLS = 60; // of a page: of more, the rest is scrolled to inside
const LEAST_PICTURE = 48; // px: where less is left for each of those beside each other, they stand in more lines

/** @param {any} grid */
function sweepSheet(grid) {
  const { model, store, choice, signal } = grid;
  const el = h("div", { class: "iw-sweep__sheet" });
  /** @type {ReturnType<typeof sweepCell>[]} */
  let cells = [];
  let laid = "";

  /** A header's words in full, where they are cut. */
  const head = (scope, words) => h("th", { scope, title: words }, words);

  function table({ rows, columns, across, axes, whole }) {
    const [down, side] = [model.get("rows"), model.get("columns")];
    const swaps = whole && axes.length === 2 && iconButton("swap", "Swap rows and columns", {
      class: "iw-ib iw-ib--sm", onclick: () => model.send({ kind: "do", what: "swap" }),
    });
    const corner = h("td", { class: "iw-sweep__corner" }, swaps);
    const title = `${model.get("_head").title} by ${[down, side].filter(Boolean).join(" and ")}`;
    const line = (_, i) => cells.slice(i * across, (i + 1) * across);
    const lines = Array.from({ length: Math.ceil(cells.length / across) }, line);
    const kind = rows.length ? "iw-sweep" : "iw-sweep is-nameless";
    const names = columns.map((words) => head("col", words));
    return h("table", { class: kind, style: { "--columns": String(across) } },
      h("caption", { class: "iw-sr" }, title),
      h("colgroup", {}, rows.length > 0 && h("col", { class: "iw-sweep__names" }), ...lines[0].map(() => h("col"))),
      names.length > 0 && h("thead", {}, h("tr", {}, rows.length > 0 && corner, ...names)),
      h("tbody", {}, ...lines.map((each, i) =>
        h("tr", {}, rows.length > 0 && head("row", rows[i]), ...each.map((cell) => cell.el)))));
  }

  function lay(sheet) {
    const flows = sheet.kind === "flow";
    cells = sheet.cells.map(() => sweepCell(grid, flows));
    el.classList.toggle("is-flow", flows);
    const most = flows ? MOST_CELLS : Math.min(MOST_CELLS, MOST_LINES * sheet.across);
    el.classList.toggle("is-long", cells.length > most);
    el.style.setProperty("--each", String(inARow(sheet.each)));
    el.replaceChildren(flows
      ? h("ul", { class: "iw-grid", "aria-label": "Cells" }, ...cells.map((cell) => cell.el))
      : cells.length ? table(sheet) : h("p", { class: "iw-empty iw-muted" }, "There is nothing to show."));
  }

  /** Draw what has changed; only where other cells stand in other places everything is laid anew. */
  function draw() {
    const sheet = model.get("_sheet");
    if (store.tiles !== model.get("_tiles")) store.readTiles(); // both have come; the store hears of it a moment later
    const lost = grid.focused()?.closest?.("[data-picture]");
    const { kind, rows, columns, axes, each } = sheet;
    const places = sheet.cells.map(({ cell, words }) => [cell, words]);
    const wanted = JSON.stringify([kind, rows, columns, axes, each, places]);
    const anew = wanted !== laid;
    if (anew) lay(sheet);
    laid = wanted;
    choice.settle();
    el.style.setProperty("--ratio", String(sheet.ratio));
    sheet.cells.forEach((spot, i) => cells[i].draw(spot));
    if (anew) fit();
    mark();
    reach();
    if (lost && !lost.isConnected && choice.current) focus(choice.current);
  }

  function* pictures() {
    for (const cell of cells) yield* cell.shown().values();
  }

  function mark() {
    const picked = choice.test;
    for (const picture of pictures()) picture.mark(picked(picture.id), picture.id === choice.current);
  }

  /** @param {string | undefined} id */
  function focus(id) {
    choice.current = id;
    grid.drawCurrent();
    const picture = [...pictures()].find((each) => each.id === id);
    if (!picture) return;
    picture.hit.focus({ preventScroll: true });
    picture.el.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** Which picture an element is part of. The page does not tell, as it would in a blind comparison. */
  const idAt = (part) => [...pictures()].find((each) => each.el.contains(part))?.id;

  /** The picture that lies next to the current one, up or down on the screen. */
  function across(down) {
    const boxes = [...pictures()].map(({ id, el: each }) => ({ id, box: each.getBoundingClientRect() }));
    const from = boxes.find(({ id }) => id === choice.current)?.box;
    if (!from) return undefined;
    const middle = (box) => box.left + box.width / 2;
    const away = (box) => (down ? box.top - from.bottom : from.top - box.bottom);
    const candidates = boxes.filter(({ box }) => away(box) > -1);
    const cost = ({ box }) => away(box) + 2 * Math.abs(middle(box) - middle(from));
    return candidates.sort((a, b) => cost(a) - cost(b))[0]?.id;
  }

  /** How wide a place is depends on the notebook, and hardly on what stands in it: so this comes to an end. */
  function fit() {
    if (el.offsetWidth) for (const cell of cells) cell.fit(LEAST_PICTURE);
  }

  /** What can be scrolled, keys must reach, even if nothing in it can have the focus. */
  function reach() {
    if (el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1) el.tabIndex = 0;
    else el.removeAttribute("tabindex");
  }

  const arrived = () => { for (const picture of pictures()) picture.draw(); };
  const watch = new ResizeObserver(() => {
    fit();
    reach();
  });
  watch.observe(el);
  store.followers.add(arrived);
  signal.addEventListener("abort", () => {
    watch.disconnect();
    store.followers.delete(arrived);
  });
  follow(model, ["_listens"], arrived, signal);
  return { el, draw, mark, focus, across, idAt };
}

/** Click picks, double click opens; the second click of it takes back what the first has done. @param {any} grid */
function listenToClicks(grid) {
  const { list, choice, signal } = grid;
  const idOf = (event) => event.target.closest(".iw-tile__hit") && list.idAt(event.target);
  const current = (event) => {
    const id = list.idAt(event.target);
    if (!id || id === choice.current) return;
    choice.current = id;
    grid.drawCurrent();
  };
  const click = (event) => {
    const id = idOf(event);
    if (!id) return;
    choice.toggle(id);
    list.focus(id);
  };
  list.el.addEventListener("focusin", current, { signal });
  list.el.addEventListener("click", click, { signal });
  list.el.addEventListener("dblclick", (event) => idOf(event) && grid.open(idOf(event)), { signal });
}
