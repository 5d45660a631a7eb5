// The view of MaskCanvas: its parts put together, its keys, and its messages. Everything lasting happens in Python.

const BRUSH_STEP = 0.1; // of its size: what [ and ] change, at least 1 px
const LARGEST_FILE = 8e6; // bytes: notebook servers close a connection on messages above 10 MB

/**
 * What each key does while the focus is inside; see the help panel.
 * @returns {(event: KeyboardEvent) => (() => void) | undefined} what it does; undefined where it means nothing here
 */
function keyboard(model, stage, run, toggleHelp, leave) {
  const resize = (direction) => {
    const size = model.get("brush_size");
    const step = direction * Math.max(1, Math.round(size * BRUSH_STEP));
    set(model, "brush_size", Math.min(Math.max(size + step, 1), LARGEST_BRUSH));
  };
  const plain = {
    b: () => set(model, "tool", "brush"),
    e: () => set(model, "tool", "eraser"),
    "[": () => resize(-1),
    "]": () => resize(1),
    "?": toggleHelp,
    Delete: () => run("clear"),
    Escape: () => stage.cancel() || leave(),
  };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  return (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return undefined;
    if (control && key === "z") return () => run(event.shiftKey ? "redo" : "undo");
    if (control && key === "i" && !event.shiftKey) return () => run("invert");
    if (control) return undefined;
    if (plain[key] || event.target !== stage.el) return plain[key];
    if (key === "Enter") return () => stage.dab();
    const px = event.shiftKey ? 10 : 1;
    return arrows[key] && (() => stage.nudge(arrows[key][0] * px, arrows[key][1] * px));
  };
}

function render({ model, el }, ink) {
  const ended = new AbortController();
  const { signal } = ended;
  const root = h("section", { class: "iw imagewidgets-mask-canvas", "aria-label": "Mask canvas" });
  const position = h("span", { class: "iw-num iw-faint iw-hide-md" });
  const alert = notice();

  const run = (type) => {
    const { undo, redo, any } = model.get("_state");
    if (ink.current || { undo, redo, clear: any, invert: true }[type] === false) return;
    model.send({ type });
  };
  const toggleHelp = () => {
    help.hidden = !help.hidden;
    work.classList.toggle("has-help", !help.hidden);
    status.querySelector(".iw-help-toggle").setAttribute("aria-pressed", String(!help.hidden));
  };
  const leave = () => {
    document.activeElement?.blur();
    root.parentElement?.closest("[tabindex]")?.focus({ preventScroll: true }); // on from here with the host's own keys
  };
  const take = async (file) => {
    if (file.size > LARGEST_FILE) {
      const size = `${(file.size / 1e6).toFixed(0)} MB`;
      return alert.say(`${file.name} has ${size}; above ${LARGEST_FILE / 1e6} MB set canvas.image to its path instead.`);
    }
    model.send({ type: "image" }, undefined, [await file.arrayBuffer()]);
  };

  const stage = new Stage(model, ink, signal, (at) => {
    position.textContent = at ? `x ${Math.floor(at[0])}, y ${Math.floor(at[1])}` : "";
  });
  const help = helpPanel(toggleHelp);
  const work = h("div", { class: "iw-canvas" }, toolRail(model, run, signal), h("div", { class: "iw-stage" }, stage.el), help);
  const status = statusBar(model, toggleHelp, position, signal);
  const filled = [optionsBar(model, run, signal), work, status];
  const empty = emptyState(take);
  root.append(h("div", { class: "iw-card" }, alert.el, ...filled, empty));

  const hasPicture = () => {
    const { width } = model.get("_state");
    for (const part of filled) part.hidden = !width;
    empty.hidden = Boolean(width);
  };
  follow(model, ["_state"], hasPicture, signal);
  // With each new state too: what was said here about a file is no longer true when another has become the picture.
  follow(model, ["_notice", "_state"], () => alert.say(model.get("_notice")), signal);

  const meaning = keyboard(model, stage, run, toggleHelp, leave);
  // Ours are the keys above, and everything without Ctrl: a letter would be a command to the notebook (X cuts the cell).
  // Ctrl+S and the like stay the host's, and Tab always leaves.
  const ours = (event) =>
    event.key !== "Tab" && Boolean(meaning(event) || !(event.ctrlKey || event.metaKey || event.altKey));
  const before = (event) => {
    // Notebook 7 hears keys on their way down, before anything in here. It leaves those alone whose target says so.
    if (root.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", ours(event));
  };
  window.addEventListener("keydown", before, { capture: true, signal });
  root.addEventListener("keydown", (event) => {
    if (!ours(event)) return;
    event.stopPropagation();
    const act = meaning(event);
    if (!act) return; // for the control that has the focus
    event.preventDefault();
    act();
  });

  el.append(root);
  return () => ended.abort();
}

export default () => {
  /** @type {Ink} */
  let ink;
  return {
    initialize({ model }) {
      ink = new Ink(model);
    },
    render: (context) => render(context, ink),
  };
};
