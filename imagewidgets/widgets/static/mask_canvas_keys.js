// The keys of the mask canvas; see the help panel. They are heard only while the focus is inside.

const SIZE_STEP = 0.1; // of the brush's diameter: what [ and ] change, at least 1 px
const HARDNESS_STEP = 10; // %
const ZOOM_STEP = 1.25; // + and −, also by their buttons
const FAR = 10; // px of the picture: an arrow with Shift

/** Whether letters are written into what has the focus. @param {EventTarget} target */
function takesText(target) {
  return target.matches("textarea, select, [contenteditable], input:not([type=range], [type=checkbox], [type=color])");
}

/** Set a number trait to the nearest value that it can have. */
function setWithin(stage, trait, value) {
  const [least, most] = LIMITS[trait];
  stage.set(trait, Math.min(Math.max(value, least), most));
}

/** [ and ]: what the tool draws with becomes smaller or larger by a step. */
function resizeTool(stage, direction) {
  const { model } = stage;
  const markup = model.get("layer") === "markup";
  const trait = !markup ? "brush_size" : model.get("markup_tool") === "note" ? "note_size" : "markup_width";
  setWithin(stage, trait, model.get(trait) + direction * Math.max(1, Math.round(model.get(trait) * SIZE_STEP)));
}

/** Shift+[ and Shift+]: softer and harder. */
function harden(stage, direction) {
  setWithin(stage, "hardness", stage.model.get("hardness") + direction * HARDNESS_STEP);
}

/** What letters and signs do, by what is drawn on. @returns {Record<string, () => void>} */
function plainKeys(stage) {
  const { model } = stage;
  const markup = model.get("layer") === "markup";
  const keys = {
    m: () => stage.set("layer", markup ? "mask" : "markup"),
    x: () => stage.set("mode", model.get("mode") === "add" ? "subtract" : "add"),
    "[": () => resizeTool(stage, -1),
    "]": () => resizeTool(stage, 1),
    "{": () => harden(stage, -1),
    "}": () => harden(stage, 1),
    0: () => stage.view.fit(),
    1: () => stage.view.zoomTo(1),
    "+": () => stage.view.zoomBy(ZOOM_STEP),
    "=": () => stage.view.zoomBy(ZOOM_STEP), // + without Shift
    "-": () => stage.view.zoomBy(1 / ZOOM_STEP),
    "?": () => stage.toggleHelp(),
    Delete: () => stage.run(markup ? "clear_markup" : "clear"),
  };
  for (const [name, { key, label, layer }] of Object.entries(TOOLS)) {
    if (layer !== model.get("layer")) continue;
    keys[key.toLowerCase()] = () => {
      stage.set(markup ? "markup_tool" : "tool", name);
      stage.announce(label);
    };
  }
  return keys;
}

/** What keys with Ctrl, or Cmd, do. @returns {(() => void) | undefined} */
function controlKey(stage, key, shift) {
  const back = () => stage.tool().back() || stage.run("undo");
  const mask = stage.model.get("layer") === "mask";
  if (key === "z") return shift ? () => stage.run("redo") : back;
  if (shift) return undefined;
  if (key === "y") return () => stage.run("redo");
  if (key === "i") return () => mask && stage.run("invert");
  if (key === "a") return () => mask && stage.run("select_all");
  return undefined;
}

/**
 * What a key means here.
 * @param {Stage} stage
 * @param {KeyboardEvent} event
 * @returns {(() => void) | undefined} what it does; undefined where it means nothing
 */
function meaning(stage, event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const typed = event.getModifierState("AltGraph"); // [ and ] are typed with it on many keyboards
  const [control, alt] = [(event.ctrlKey || event.metaKey) && !typed, event.altKey && !typed];
  if (event.key === "Alt" && event.target === stage.el) return () => {}; // on its own it would open the browser's menu
  if (key === "Escape" && stage.pointer.active) return () => stage.pointer.cancel(); // whatever is held while drawing
  if (alt) return undefined;
  if (key === "Escape" && !control) return () => stage.pointer.cancel() || stopExtending(stage) || leave(stage);
  if (takesText(event.target)) return undefined;
  if (control) return controlKey(stage, key, event.shiftKey);
  const shifted = event.shiftKey && { "[": "{", "]": "}" }[key];
  const plain = plainKeys(stage)[shifted || key];
  if (plain || event.target !== stage.el) return plain;
  return pictureKey(stage, event);
}

/** What keys do that others than the picture need for themselves. */
function pictureKey(stage, event) {
  const { key } = event;
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  if (key in arrows) {
    const px = event.shiftKey ? FAR : 1;
    return () => {
      stage.byKeys = true;
      stage.pointer.nudge(arrows[key][0] * px, arrows[key][1] * px);
      stage.announce(stage.pointer.at.map(Math.floor).join(", "));
    };
  }
  if (key === "Enter") return () => stage.tool().key(event) || stage.pointer.act(event);
  if (key === "Backspace") return () => stage.tool().key(event);
  if (key === " ") return () => {}; // held down it moves the picture, see the pointer; the page must not scroll
  return undefined;
}

/** @returns {boolean} whether the handles were open */
function stopExtending(stage) {
  const { on } = extending(stage);
  extending(stage).set(false);
  return on;
}

/** Give the focus back to the notebook: on from here with the host's own keys. */
function leave({ root }) {
  document.activeElement?.blur();
  root.parentElement?.closest("[tabindex]")?.focus({ preventScroll: true });
}

/**
 * Hear keys while the focus is inside. Ours are those that mean something, and everything without Ctrl: a letter would
 * be a command to the notebook (X cuts the cell). Ctrl+S and the like stay the host's, and Tab always leaves.
 * @param {Stage} stage
 */
function listenToKeys(stage) {
  const { root, signal } = stage;
  const ours = (event) => {
    if (event.key === "Tab") return false;
    if (!event.ctrlKey && !event.metaKey && !event.altKey) return true;
    if (takesText(event.target)) return /^[acvxyz]$/i.test(event.key); // the field's own undo, not the notebook's
    return Boolean(meaning(stage, event));
  };
  const before = (event) => {
    // Notebook 7 hears keys on their way down, before anything in here. It leaves those alone whose target says so.
    if (root.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", ours(event));
  };
  window.addEventListener("keydown", before, { capture: true, signal });
  const down = (event) => {
    if (!ours(event)) return;
    event.stopPropagation();
    const act = event.defaultPrevented ? undefined : meaning(stage, event); // an arrow in a bar has done its work
    if (!act) return; // for the control that has the focus
    event.preventDefault();
    act();
  };
  root.addEventListener("keydown", down, { signal });
  const moved = () => (stage.byKeys = false);
  for (const type of ["pointermove", "pointerdown"]) root.addEventListener(type, moved, { capture: true, signal });
}
