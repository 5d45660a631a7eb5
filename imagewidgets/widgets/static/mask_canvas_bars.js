// What stands around the picture of the mask canvas: bars, tools, help, and what is there before a picture.

const LARGEST_BRUSH = 1000; // px of the image, as in Python

const TOOLS = {
  brush: { icon: "brush", label: "Brush", key: "B" },
  eraser: { icon: "eraser", label: "Eraser", key: "E" },
};
const VIEWS = { overlay: "Overlay", image: "Image", mask: "Mask", cutout: "Cut-out" };
const HELP = [
  ["Tools", ["B", "E"]],
  ["Brush size", ["[", "]"]],
  ["Straight line", ["Shift"], "click"],
  ["Move 1 px", ["←", "↑", "↓", "→"]],
  ["Move 10 px", ["Shift", "←"]],
  ["Paint", ["Enter"]],
  ["Invert", ["Ctrl", "I"]],
  ["Clear mask", ["Delete"]],
  ["Undo", ["Ctrl", "Z"]],
  ["Redo", ["Ctrl", "Shift", "Z"]],
  ["Leave", ["Esc"]],
];

/** Set a trait here and in Python. */
function set(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

/** A button that stays focusable when there is nothing to do: focus would fall off the page with it. */
function enable(button, enabled) {
  button.setAttribute("aria-disabled", String(!enabled));
}

/** Make arrows go from button to button; Tab stops only at the current one. */
function rove(group) {
  const buttons = [...group.querySelectorAll("button")];
  const stop = (at) => buttons.forEach((button) => button.setAttribute("tabindex", button === at ? "0" : "-1"));
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  group.addEventListener("focusin", (event) => stop(event.target));
  group.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
    next.focus();
    if (group.getAttribute("role") === "radiogroup") next.click();
  });
  stop(buttons[0]);
  return stop;
}

/** The bar on top: the tool, its settings, undo and redo. */
function optionsBar(model, run, signal) {
  const tool = h("span", { class: "iw-tool" });
  const slider = h("input", { type: "range", min: 0, max: 100, step: "any", "aria-label": "Size" });
  const size = h("output", {});
  const [undo, redo] = [
    iconButton("undo", "Undo", { key: "Ctrl+Z", onclick: () => run("undo") }),
    iconButton("redo", "Redo", { key: "Ctrl+Shift+Z", onclick: () => run("redo") }),
  ];
  // The slider goes by the square root: as fine for small brushes as they need it.
  slider.addEventListener("input", () => {
    model.set("brush_size", Math.round(1 + (LARGEST_BRUSH - 1) * (slider.value / 100) ** 2));
  });
  slider.addEventListener("change", () => model.save_changes());
  const showTool = () => {
    const { icon: name, label } = TOOLS[model.get("tool")];
    tool.replaceChildren(icon(name), label);
  };
  const showSize = () => {
    const px = model.get("brush_size");
    const position = 100 * Math.sqrt((px - 1) / (LARGEST_BRUSH - 1));
    if (signal.aborted) return;
    if (document.activeElement !== slider) slider.value = String(position);
    slider.style.setProperty("--v", `${position}%`);
    slider.setAttribute("aria-valuetext", `${px} px`);
    size.textContent = `${px} px`;
  };
  const showHistory = () => {
    enable(undo, model.get("_state").undo);
    enable(redo, model.get("_state").redo);
  };
  follow(model, ["tool"], showTool, signal);
  follow(model, ["brush_size"], showSize, signal);
  follow(model, ["_state"], showHistory, signal);
  const range = h("label", { class: "iw-range", title: "Size ([ and ])" }, h("span", {}, "Size"), slider, size);
  return h("div", { class: "iw-bar iw-bar--opts" }, tool, range, h("span", { class: "iw-spacer" }), undo, redo);
}

/** The tools, and what is done to the whole mask. */
function toolRail(model, run, signal) {
  const tools = Object.entries(TOOLS).map(([name, { icon: drawing, label, key }]) => {
    const button = iconButton(drawing, label, { key, onclick: () => set(model, "tool", name) });
    follow(model, ["tool"], () => button.setAttribute("aria-pressed", String(model.get("tool") === name)), signal);
    return button;
  });
  const invert = iconButton("invert", "Invert", { key: "Ctrl+I", onclick: () => run("invert") });
  const clear = iconButton("clear", "Clear mask", { key: "Delete", onclick: () => run("clear") });
  follow(model, ["_state"], () => enable(clear, model.get("_state").any), signal);
  const rail = h("div", { class: "iw-rail", role: "toolbar", "aria-label": "Tools" }, ...tools, h("hr"), invert, clear);
  rove(rail);
  return rail;
}

/** The bar below: views, how much is masked, sizes, help. */
function statusBar(model, help, position, signal) {
  const views = Object.entries(VIEWS).map(([name, label]) =>
    h("button", { type: "button", role: "radio", onclick: () => set(model, "view", name) }, label),
  );
  const group = h("div", { class: "iw-seg iw-viewseg", role: "radiogroup", "aria-label": "View" }, ...views);
  const stop = rove(group);
  const showView = () => {
    const chosen = views[Object.keys(VIEWS).indexOf(model.get("view"))];
    for (const button of views) button.setAttribute("aria-checked", String(button === chosen));
    stop(chosen);
  };
  follow(model, ["view"], showView, signal);
  const covers = h("span", { class: "iw-num iw-covers", role: "status" });
  const size = h("span", { class: "iw-num iw-faint iw-hide-md" });
  const showState = () => {
    const state = model.get("_state");
    covers.replaceChildren("Mask", h("span", { class: "iw-hide-xs" }, " covers"), ` ${state.covers}`);
    size.textContent = `${state.width} × ${state.height} px`;
  };
  follow(model, ["_state"], showState, signal);
  const toggle = iconButton("help", "Keyboard help", { key: "?", onclick: help, "aria-pressed": "false" });
  toggle.classList.add("iw-ib--sm", "iw-help-toggle");
  return h("div", { class: "iw-bar iw-bar--foot" }, group, covers, size, position, h("span", { class: "iw-spacer" }), toggle);
}

/** The keys, beside the picture so that they never cover it. */
function helpPanel(close) {
  const button = iconButton("close", "Close help", { onclick: close });
  button.classList.add("iw-ib--sm");
  const entries = HELP.flatMap(([what, keys, then]) => [
    h("dt", {}, what),
    h("dd", {}, ...keys.map((key) => h("span", { class: "iw-kbd" }, key)), then),
  ]);
  const head = h("div", { class: "iw-help__head" }, h("span", {}, "Keys"), button);
  return h("aside", { class: "iw-help", "aria-label": "Keyboard help", hidden: true }, head, h("dl", {}, ...entries));
}

/** What is there before a picture: drop one, paste one, choose one. */
function emptyState(take) {
  const input = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "Picture file" });
  input.addEventListener("change", () => input.files.length && take(input.files[0]));
  const choose = h("button", { type: "button", class: "iw-btn", onclick: () => input.click() }, icon("upload"), "Choose a file");
  const words = "Drop a file here, paste from the clipboard, or set canvas.image.";
  const el = h(
    "div",
    { class: "iw-stage iw-stage--empty", tabindex: "0", role: "group", "aria-label": "No picture yet" },
    h("span", { class: "iw-muted" }, icon("image")),
    h("b", {}, "No picture yet"),
    h("span", { class: "iw-sm iw-muted" }, words),
    choose,
    input,
  );
  const picture = (list) => [...(list?.files ?? [])].find((file) => file.type.startsWith("image/"));
  const receive = (event, list) => {
    const file = picture(list);
    if (!file) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook would take it too
    take(file);
  };
  el.addEventListener("dragover", (event) => event.preventDefault());
  el.addEventListener("drop", (event) => receive(event, event.dataTransfer));
  el.addEventListener("paste", (event) => receive(event, event.clipboardData));
  return el;
}

/** A sentence on what went wrong, across the card. */
function notice() {
  const text = h("p", {});
  const el = h("div", { class: "iw-alert iw-alert--error", role: "alert", hidden: true }, icon("warning"), text);
  return { el, say: (words) => ((el.hidden = !words), (text.textContent = words)) };
}
