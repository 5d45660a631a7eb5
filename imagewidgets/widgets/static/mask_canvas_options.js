// The options bar: the tool's name and settings on the left, the layer and the history on the right.

/** Which settings belong to which tool; "mask" is the bar of the whole mask, which the rail's last button opens. */
const SETTINGS = {
  brush: [modeSwitch, strokeSettings],
  eraser: [strokeSettings],
  rectangle: [modeSwitch, boxSettings],
  ellipse: [modeSwitch, boxSettings],
  polygon: [modeSwitch],
  lasso: [modeSwitch],
  wand: [modeSwitch, wandSettings],
  bucket: [modeSwitch],
  mask: [maskSettings],
  arrow: [inkSettings, lineSettings, arrowSettings],
  circle: [inkSettings, lineSettings, circleSettings],
  pen: [inkSettings, lineSettings],
  note: [inkSettings, letterSettings],
};

const LAYERS = {
  mask: { icon: "mask", label: "Mask" },
  markup: { icon: "markup", label: "Markup" },
};

/** Whether the bar of the whole mask is open in this view. @param {Stage} stage @returns {Toggle} */
function maskBar(stage) {
  return (stage.maskBar ??= new Toggle());
}

/** @param {Stage} stage */
function optionsBar(stage) {
  const { model, signal } = stage;
  const name = h("span", { class: "iw-tool" });
  const hint = h("span", { class: "iw-sm iw-faint" });
  const makers = [...new Set(Object.values(SETTINGS).flat())];
  const settings = new Map(makers.map((make) => [make, make(stage)]));
  const left = h(
    "div",
    { class: "iw-bar__tool", role: "group" },
    name,
    ...settings.values(),
    h("span", { class: "iw-hint" }, hint),
  );

  const open = maskBar(stage);
  const update = () => {
    const tool = open.on ? "mask" : chosenTool(model);
    const { icon: drawing, label, hint: words = "" } = TOOLS[tool] ?? LAYERS.mask;
    name.replaceChildren(icon(drawing), h("span", {}, label));
    left.setAttribute("aria-label", `${label} options`);
    hint.textContent = words;
    for (const [make, part] of settings) show(stage, part, SETTINGS[tool].includes(make));
  };
  for (const trait of ["tool", "layer"]) {
    model.on(`change:${trait}`, closeMask);
    signal.addEventListener("abort", () => model.off(`change:${trait}`, closeMask));
  }
  function closeMask() {
    open.set(false);
  }
  follow(model, ["tool", "markup_tool", "layer"], update, signal);
  open.follow(update);
  return h("div", { class: "iw-bar iw-bar--opts" }, left, layerAndHistory(stage));
}

/** What stays at its place whatever the tool is. */
function layerAndHistory(stage) {
  const options = Object.entries(LAYERS).map(([value, { icon: drawing, label }]) => ({
    value,
    props: { "aria-label": label, title: `Draw the ${value} (M switches)` },
    content: [icon(drawing), h("span", {}, label)],
  }));
  return h(
    "div",
    { class: "iw-bar__end" },
    radios(stage, { trait: "layer", label: "Layer", options }),
    divider(),
    command(stage, "undo", iconButton("undo", "Undo", { key: "Ctrl+Z" })),
    command(stage, "redo", iconButton("redo", "Redo", { key: "Ctrl+Shift+Z" })),
  );
}
