// The rail: the tools of the layer that is drawn on, and what is done to all of it.

/** The buttons of one layer's tools. */
function toolButtons(stage, layer, trait) {
  const tools = Object.entries(TOOLS).filter(([, tool]) => tool.layer === layer);
  return tools.map(([name, { icon: drawing, label, key }]) => {
    const choose = () => {
      stage.set(trait, name);
      maskBar(stage).set(false); // also when it was the tool already
    };
    const button = iconButton(drawing, label, { key, onclick: choose });
    const update = () => button.setAttribute("aria-pressed", String(stage.model.get(trait) === name));
    follow(stage.model, [trait], update, stage.signal);
    return button;
  });
}

/** @param {Stage} stage */
function toolRail(stage) {
  const { model, signal } = stage;
  const layers = {
    mask: [
      ...toolButtons(stage, "mask", "tool"),
      h("hr"),
      command(stage, "invert", iconButton("invert", "Invert", { key: "Ctrl+I" })),
      command(stage, "grow", iconButton("grow", "Grow")),
      command(stage, "shrink", iconButton("shrink", "Shrink")),
      command(stage, "clear", iconButton("clear", "Clear mask", { key: "Delete" })),
      toggleButton(maskBar(stage), iconButton("more", "More mask operations")),
    ],
    markup: [
      ...toolButtons(stage, "markup", "markup_tool"),
      h("hr"),
      command(stage, "clear_markup", iconButton("clear", "Clear markup", { key: "Delete" })),
    ],
  };
  const rail = h(
    "div",
    { class: "iw-rail", role: "toolbar", "aria-label": "Tools" },
    ...layers.mask,
    ...layers.markup,
    h("hr"),
    toggleButton(extending(stage), iconButton("extend", "Extend the picture")),
  );
  const stop = rove(rail);
  const update = () => {
    const layer = model.get("layer");
    for (const [name, parts] of Object.entries(layers)) for (const part of parts) show(stage, part, name === layer);
    stop(layers[layer].find((part) => part.getAttribute("aria-pressed") === "true"));
  };
  follow(model, ["layer"], update, signal);
  return rail;
}
