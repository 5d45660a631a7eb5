// The tree of what came from what: one line a step, moved through by arrows.

/** Unix time in s, as a time of day of this place. */
function timeOfDay(seconds) {
  const date = new Date(seconds * 1000);
  const words = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return h("time", { datetime: date.toISOString() }, words);
}

/** @param {Studio} studio */
function historyTree(studio) {
  const el = h("div", { class: "iw-studio-tree", role: "tree", "aria-label": "What came from what" });
  const line = (row, signal) =>
    h("button", {
      type: "button", class: "iw-node", role: "treeitem", "data-row": row.id, "aria-level": row.depth + 1, tabindex: -1,
      onclick: () => studio.send("revisit", { row: row.id, picture: 0 }),
    },
    studio.thumbnails.image(row.picture, signal),
    h("span", {}, h("b", {}, row.label), h("small", { class: "iw-num" }, row.detail)),
    timeOfDay(row.time));
  const lines = () => [...el.querySelectorAll(".iw-node")];

  const mark = () => {
    const shown = studio.model.get("_details").row;
    for (const one of lines()) {
      const current = one.dataset.row === shown;
      one.setAttribute("aria-selected", String(current));
      one.tabIndex = current ? 0 : -1;
    }
  };
  const draw = redrawn(studio.signal, (signal) => {
    const focused = el.contains(studio.focused) ? studio.focused.dataset.row : "";
    /** @type {Map<string | null, Element>} the list of what came from a line; null is for what came from nothing */
    const lists = new Map([[null, h("ul", { role: "none" })]]);
    const places = new Map();
    for (const row of studio.model.get("_rows")) {
      const place = h("li", { role: "none" }, line(row, signal));
      if (!lists.has(row.parent)) {
        lists.set(row.parent, h("ul", { role: "group" }));
        places.get(row.parent).append(lists.get(row.parent));
        places.get(row.parent).firstChild.setAttribute("aria-expanded", "true");
      }
      lists.get(row.parent).append(place);
      places.set(row.id, place);
    }
    el.replaceChildren(lists.get(null));
    mark();
    lines().find((one) => one.dataset.row === focused)?.focus();
  });
  studio.follow(["_rows"], draw);
  studio.follow(["_details"], mark);

  el.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const all = lines();
    const place = all.indexOf(event.target.closest(".iw-node"));
    const item = all[place].closest("li");
    const next = {
      ArrowUp: () => all[place - 1],
      ArrowDown: () => all[place + 1],
      ArrowLeft: () => item.parentElement.closest("li")?.firstChild,
      ArrowRight: () => item.querySelector(":scope > ul .iw-node"),
      Home: () => all[0],
      End: () => all.at(-1),
    }[event.key];
    if (!next) return;
    event.preventDefault();
    const found = next();
    if (!found) return;
    found.focus();
    found.click();
  });
  return el;
}
