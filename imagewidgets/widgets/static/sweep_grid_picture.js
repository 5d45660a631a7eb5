// One picture of the sweep, with the buttons that are on it.

/** @param {any} grid @param {string} id */
function sweepPicture(grid, id) {
  const { store } = grid;
  const image = h("img", { alt: "", draggable: "false" });
  const hit = h("button", { type: "button", class: "iw-tile__hit", tabindex: "-1", "aria-pressed": "false" });
  const on = { class: "iw-onpic", tabindex: "-1" };
  const recipe = iconButton("info", "Recipe", { key: "I", ...on, onclick: () => grid.tellOf(id) });
  const listened = ["edit", "vary"].map((action) => {
    const { label, icon: name, key } = LISTENED[action];
    return { action, el: iconButton(name, label, { key, ...on, onclick: () => grid.act(action, id) }) };
  });
  const acts = h("div", { class: "iw-tile__acts" },
    iconButton("expand", "Open", { key: "Enter", ...on, onclick: () => grid.open(id) }), recipe,
    ...listened.map((each) => each.el));
  const el = h("div", { class: "iw-tile__pic iw-skel", "data-picture": "" }, image, hit,
    h("span", { class: "iw-tile__pick" }, icon("check")), acts);
  return {
    el, id, hit,
    draw() {
      image.alt = store.alt(id);
      hit.setAttribute("aria-label", `Pick: ${store.alt(id)}`);
      recipe.hidden = !grid.tellsAll();
      for (const each of listened) each.el.hidden = !grid.tellsAll() || !canAct(grid, each.action, id);
      const url = store.urls.get(id);
      if (url && image.getAttribute("src") !== url) image.src = url;
      el.classList.toggle("iw-skel", url === undefined);
      el.classList.toggle("is-broken", url === "");
    },
    mark(picked, current) {
      hit.setAttribute("aria-pressed", String(picked));
      for (const button of [hit, ...acts.children]) button.tabIndex = current ? 0 : -1;
    },
  };
}
