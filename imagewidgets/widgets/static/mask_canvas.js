// The view of MaskCanvas: its parts put together. Everything lasting happens in Python.
//
// Each part of a view is handed the same `stage` object (see `makeStage`): the link to Python, the viewport, the screen,
// the pointer, and a few things that belong to the whole view.

/** Operations on the whole mask that have no settings, and what `_state` must hold for them to do something. */
const WHOLE = {
  select_all: () => true,
  invert: () => true,
  clear: (state) => state.any,
  fill_holes: (state) => state.any,
  keep_largest: (state) => state.any,
  clear_markup: (state) => state.marks,
};
/** Those that go by so many px of the image: the trait `by`. */
const BY = ["grow", "shrink", "smooth"];
/** What Python does with what was done before. */
const ACTS = {
  undo: (state) => state.undo,
  redo: (state) => state.redo,
  keep_mask: () => true,
  keep_markup: () => true,
};

/**
 * What all parts of one view share.
 * @returns {Stage} with `link`, `view`, `screen`, `pointer`, `root` (the section), `el` (`.iw-art`, the viewport), `signal`, and
 *   - `tool()`: the active behaviour; the same object for the life of the view
 *   - `run(name)`, `can(name)`: do an operation without settings by its name; whether it would do something now
 *   - `set(name, value)`: set a trait here and in Python; `announce(text)`: say it to screen readers
 *   - `redraw()`: have the tool's `preview(ctx, view)` drawn again before the next frame
 *   - `onHover(callback)`: told where the pointer is, `[x, y]` px of the image or null, once a frame
 *   - `onView(callback)`: told after each zoom, pan and change of size
 *   - `help`, `wide`: a `Toggle` each, for the help panel and the full width; `toggleHelp()`, `toggleFullWidth()`
 */
function makeStage({ model, link, root, signal }) {
  const behaviours = {};
  const makers = { mask: [BEHAVIOURS, "tool"], markup: [MARK_BEHAVIOURS, "markup_tool"] };
  const live = h("div", { class: "iw-sr", "aria-live": "polite" });
  root.append(live);
  const stage = {
    model,
    link,
    root,
    signal,
    help: new Toggle(),
    wide: new Toggle(),
    toggleHelp: () => stage.help.set(!stage.help.on),
    toggleFullWidth: () => stage.wide.set(!stage.wide.on),
    set: (name, value) => set(model, name, value),
    announce: (text) => (live.textContent = text),
    tool: () => {
      const [made, trait] = makers[model.get("layer")];
      const name = model.get(trait);
      return (behaviours[name] ??= made[name](stage));
    },
    can: (name) => {
      const state = model.get("_state");
      if (!state.width) return false;
      if (link.waits) return true; // what Python says now is not the last word
      return Boolean((WHOLE[name] ?? ACTS[name] ?? WHOLE.clear)(state));
    },
    run: (name) => {
      if (stage.pointer.active || !stage.can(name)) return;
      if (name in ACTS) link.act(name);
      else link.do(BY.includes(name) ? { type: name, by: model.get("by") } : { type: name });
    },
    redraw: () => stage.pointer.schedule(),
    onHover: (callback) => stage.pointer.onHover.push(callback),
    onView: (callback) => stage.view.onView.push(callback),
  };
  stage.el = h("div", { class: "iw-art", tabindex: "0", role: "application" });
  stage.view = new View(stage.el, signal);
  stage.screen = new Screen(stage);
  stage.pointer = new Pointer(stage);
  stage.el.append(outpaintHandles(stage));
  return stage;
}

/** Say what the picture is, and that Python is at work on it. */
function describe({ model, link, el, signal }) {
  const update = () => {
    const { width, height, covers } = model.get("_state");
    const doing = "Draw with the pointer, or move with the arrow keys and act with Enter.";
    el.setAttribute("aria-label", `Picture of ${width} × ${height} px, ${covers} masked. ${doing}`);
  };
  follow(model, ["_state"], update, signal);
  link.watch({ busy: (busy) => el.setAttribute("aria-busy", String(busy)) }, signal);
}

function render({ model, el }, link) {
  const ended = new AbortController();
  const { signal } = ended;
  const root = h("section", { class: "iw imagewidgets-mask-canvas", "aria-label": "Mask canvas" });
  const stage = makeStage({ model, link, root, signal });
  describe(stage);

  const help = helpPanel(stage);
  const work = h("div", { class: "iw-canvas" }, toolRail(stage), h("div", { class: "iw-stage" }, stage.el), help);
  stage.help.follow(() => work.classList.toggle("has-help", stage.help.on));
  stage.wide.follow(() => root.classList.toggle("is-wide", stage.wide.on));
  const filled = [optionsBar(stage), work, statusBar(stage)];
  root.append(h("div", { class: "iw-card" }, filesArea(stage), ...filled));
  const hasPicture = () => {
    for (const part of filled) part.hidden = !model.get("_state").width;
  };
  follow(model, ["_state"], hasPicture, signal);
  listenToKeys(stage);

  el.append(root);
  overSavedView(el, root);
  return () => ended.abort();
}

export default () => {
  /** @type {Link} */
  let link;
  return {
    initialize({ model }) {
      link = new Link(model);
      return () => link.close();
    },
    render: (context) => render(context, link),
  };
};
