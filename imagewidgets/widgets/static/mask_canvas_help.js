// The keys, beside the picture so that they never cover it.

/**
 * What is done, by which keys, and what is done while they are held.
 * @type {Record<string, [string, string[], string?][]>}
 */
const KEYS = {
  Keys: [
    ["Mask, markup", ["M"]],
    ["Size", ["[", "]"]],
    ["Size", ["Ctrl"], "drag"],
    ["Hardness", ["Shift", "[", "]"]],
    ["Straight line", ["Shift"], "click"],
    ["Add, subtract", ["X"]],
    ["Add", ["Shift"], "drag"],
    ["Subtract", ["Alt"], "drag"],
    ["Intersect", ["Shift", "Alt"], "drag"],
    ["Close polygon", ["Enter"]],
    ["Point back", ["Backspace"]],
    ["Select all", ["Ctrl", "A"]],
    ["Invert", ["Ctrl", "I"]],
    ["Clear", ["Delete"]],
    ["Undo", ["Ctrl", "Z"]],
    ["Redo", ["Ctrl", "Shift", "Z"]],
  ],
  View: [
    ["Fit, 100 %", ["0", "1"]],
    ["Zoom", ["+", "−"]],
    ["Zoom", ["Ctrl"], "wheel"],
    ["Pan", ["Space"], "drag"],
    ["Help", ["?"]],
  ],
  "Without a pointer": [
    ["Move", ["←", "↑", "↓", "→"]],
    ["Move 10 px", ["Shift", "←"]],
    ["Act", ["Enter"]],
    ["Cancel, leave", ["Esc"]],
  ],
};

const MANY_KEYS = 6; // a line of its own for them

/** The keys of a layer's tools. @param {"mask" | "markup"} layer */
function toolKeys(layer) {
  return Object.values(TOOLS)
    .filter((tool) => tool.layer === layer)
    .map(({ key }) => key);
}

/** One line: what, and the keys. */
function keyLine([what, keys, then]) {
  const parts = keys.map((key) => h("span", { class: "iw-kbd" }, key));
  const wide = keys.length > MANY_KEYS ? "wide" : null;
  return h("div", { class: "iw-help__line" }, h("dt", {}, what), h("dd", { class: wide }, ...parts, then));
}

/** @param {Stage} stage */
function helpPanel(stage) {
  const close = iconButton("close", "Close help", { key: "?" });
  close.classList.add("iw-ib--sm");
  close.addEventListener("click", () => stage.help.set(false));
  const tools = [["Tools", toolKeys("mask")], ["Markup", toolKeys("markup")]];
  const sections = Object.entries({ ...KEYS, Keys: [...tools, ...KEYS.Keys] }).map(([title, lines], i) => [
    h("div", { class: "iw-help__head" }, h("span", {}, title), i === 0 && close),
    h("dl", {}, ...lines.map(keyLine)),
  ]);
  const el = h("aside", { class: "iw-help", "aria-label": "Keyboard help" }, ...sections.flat());
  stage.help.follow(() => show(stage, el, stage.help.on));
  return el;
}
