// The lightbox: one picture as large as the window allows, dark as a light table's room is.

const UNANSWERED = 5000; // ms: no kernel that does nothing else takes so long

/** @param {any} grid */
function lightbox(grid) {
  const { store, choice, files, signal } = grid;
  /** @type {string | undefined} of the picture that is shown */
  let id;
  const place = h("span", { class: "iw-num iw-sm iw-muted" });
  const title = h("span", { class: "iw-lightbox__title" });
  const image = /** @type {HTMLImageElement} */ (h("img", { alt: "", class: "iw-checker", draggable: "false" }));
  const note = h("p", { class: "iw-sm iw-muted iw-num iw-lightbox__note" });
  const said = h("p", { class: "iw-lightbox__said iw-sm", role: "status" });
  const zoomed = h("output", { class: "iw-sm iw-num iw-lightbox__zoom" });
  const film = filmStrip(grid);
  const close = () => grid.setOpen({});
  const step = (by) => choice.beside(id, by) && grid.open(choice.beside(id, by));
  const round = (name, label, key, by) =>
    iconButton(name, label, { key, class: "iw-ib iw-ib--round", onclick: () => step(by) });
  const [previous, next] = [round("chevron-left", "Previous", "←", -1), round("chevron-right", "Next", "→", 1)];
  const mark = grid.markButton(() => id);
  const listened = ["edit", "vary"].map((action) => {
    const { label, icon: name, key } = LISTENED[action];
    return [action, iconButton(name, label, { key, onclick: () => leaveFor(action) })];
  });
  const save = iconButton("download", "Download", { key: "D", onclick: () => grid.download([id]) });
  const info = iconButton("info", "Recipe", { key: "I", onclick: () => grid.toggleRecipe() });
  const panel = recipePanel(grid, () => id);
  const stage = h("div", { class: "iw-lightbox__stage" }, image);
  const el = makeDialog(grid, "one", "Picture", [
    h("div", { class: "iw-bar" }, place, title, h("span", { class: "iw-spacer" }), mark.el,
      iconButton("zoom-out", "Zoom out", { key: "−", onclick: () => zoom.by(1 / ZOOM_STEP) }), zoomed,
      iconButton("zoom-in", "Zoom in", { key: "+", onclick: () => zoom.by(ZOOM_STEP) }),
      h("span", { class: "iw-div" }), ...listened.map(([, button]) => button), save, info,
      iconButton("close", "Close", { key: "Esc", onclick: close })),
    h("div", { class: "iw-lightbox__pic" }, previous, stage, next, said),
    panel.el,
    h("div", { class: "iw-lightbox__foot" }, film.el, h("span", { class: "iw-spacer" }), note),
  ]);
  const zoom = new Zoom(stage, image, {
    signal,
    onZoom: (now) => { zoomed.textContent = now.zoomed ? `${Math.round(100 * now.scale)} %` : "Fit"; },
    onSwipe: step,
    onBeside: close,
  });

  /** Who listens may show something else: that is not to be covered. */
  function leaveFor(action) {
    const shown = id;
    close();
    grid.act(action, shown);
  }

  /** The thumbnail at once, the original as soon as the kernel has sent it; then those beside it, for the next step. */
  async function load() {
    const wanted = id;
    const say = (words) => id === wanted && (said.textContent = words);
    const waits = [
      setTimeout(() => say("Fetching the picture…"), PATIENCE),
      setTimeout(() => say("The kernel is busy or gone: this is the thumbnail."), UNANSWERED),
    ];
    image.src = store.urls.get(wanted) ?? "";
    image.dataset.original = "false";
    said.textContent = "";
    try {
      const url = await files.original(wanted);
      if (id !== wanted) return; // gone on in the meantime
      image.src = url;
      image.dataset.original = "true";
      waits.forEach(clearTimeout);
      say("");
      for (const by of [1, -1]) {
        const other = choice.beside(wanted, by);
        if (other && el.open) await files.original(other).catch(() => {}); // it is told when it is shown
      }
    } catch (error) {
      say(error.message);
    } finally {
      waits.forEach(clearTimeout);
    }
  }

  function draw() {
    if (!el.open || !store.tile(id)) return;
    const tile = store.tile(id);
    const at = choice.shown.indexOf(id);
    place.textContent = at < 0 ? "" : `${at + 1} of ${choice.shown.length}`;
    title.textContent = title.title = image.alt = store.alt(id);
    const facts = Object.fromEntries(tile.facts);
    note.textContent = [facts.Model, facts.Size, tile.detail, facts.Digest?.slice(0, 4)].filter(Boolean).join(" · ");
    previous.disabled = !choice.beside(id, -1);
    next.disabled = !choice.beside(id, 1);
    mark.draw(id);
    for (const [action, button] of listened) button.hidden = !canAct(grid, action, id);
    save.hidden = info.hidden = !grid.tellsAll();
    el.classList.toggle("has-panel", panel.draw());
    info.setAttribute("aria-pressed", String(grid.model.get("show_recipe")));
  }

  function show([wanted]) {
    const other = id !== wanted;
    id = choice.current = choice.anchor = wanted;
    draw();
    if (!other && image.dataset.original) return;
    zoom.show(store.tile(id).size);
    film.draw(id);
    load();
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const { shown } = choice;
    const act = {
      ArrowLeft: () => step(-1), ArrowRight: () => step(1),
      Home: () => grid.open(shown[0]), End: () => grid.open(shown.at(-1)),
      "+": () => zoom.by(ZOOM_STEP), "=": () => zoom.by(ZOOM_STEP), "-": () => zoom.by(1 / ZOOM_STEP),
      0: () => zoom.fit(),
      ...mark.keys, d: () => grid.download([id]), i: () => grid.toggleRecipe(), Escape: close,
      e: () => canAct(grid, "edit", id) && leaveFor("edit"), v: () => canAct(grid, "vary", id) && leaveFor("vary"),
    }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    act?.();
    return Boolean(act);
  }

  const hide = () => {
    id = undefined;
    image.removeAttribute("src");
    delete image.dataset.original;
  };
  return { el, show, hide, draw, key, said };
}
