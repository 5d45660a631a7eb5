// The status bar: what is shown, how much is masked and where the pointer is; the viewport, help and another picture.

const SETTLED = 60; // ms without a move: new words on the page cost more than drawing does

const VIEWS = { overlay: "Overlay", image: "Image", mask: "Mask", cutout: "Cut-out" };

/** How much of the picture is selected, its size, and where the pointer is. */
function facts(stage) {
  const covers = h("span", { class: "iw-num iw-covers", role: "status" });
  const size = h("span", { class: "iw-num iw-faint iw-size" });
  const position = h("span", { class: "iw-num iw-faint iw-position iw-hide-md" });
  const update = () => {
    const state = stage.model.get("_state");
    covers.replaceChildren("Mask", h("span", { class: "iw-hide-xs" }, " covers"), ` ${state.covers}`);
    size.textContent = `${state.width} × ${state.height} px`;
  };
  follow(stage.model, ["_state"], update, stage.signal);
  let later;
  stage.onHover((at) => {
    clearTimeout(later);
    later = setTimeout(() => {
      const { width, height } = stage.model.get("_state");
      const within = at && at[0] >= 0 && at[1] >= 0 && at[0] < width && at[1] < height;
      position.textContent = within ? `x ${Math.floor(at[0])}, y ${Math.floor(at[1])}` : "";
    }, SETTLED);
  });
  stage.signal.addEventListener("abort", () => clearTimeout(later));
  return [covers, size, position];
}

/** Zoom out and in, how large it is shown, all of it, and pixel for pixel. */
function zoomButtons(stage) {
  const { view } = stage;
  const small = (drawing, label, key, act) => {
    const button = iconButton(drawing, label, { key, onclick: act });
    button.classList.add("iw-ib--sm");
    return button;
  };
  const scale = h("output", { "aria-label": "Zoom" });
  const whole = { type: "button", class: "iw-ib iw-ib--sm", "aria-label": "100 %", title: "100 % (1)" };
  const actual = h("button", { ...whole, onclick: () => view.zoomTo(1) }, "1:1");
  const update = () => (scale.textContent = `${Math.round(view.scale * 100)} %`);
  stage.onView(update);
  update();
  return h(
    "div",
    { class: "iw-zoom" },
    small("zoom-out", "Zoom out", "−", () => view.zoomBy(1 / ZOOM_STEP)),
    scale,
    small("zoom-in", "Zoom in", "+", () => view.zoomBy(ZOOM_STEP)),
    small("fit", "Fit", "0", () => view.fit()),
    actual,
  );
}

/** @param {Stage} stage */
function statusBar(stage) {
  const options = Object.entries(VIEWS).map(([value, label]) => ({ value, content: [label] }));
  const toggles = [
    toggleButton(stage.help, iconButton("help", "Keyboard help", { key: "?" })),
    toggleButton(stage.wide, iconButton("expand", "Full width")),
  ];
  for (const button of toggles) button.classList.add("iw-ib--sm");
  const tools = h(
    "div",
    { class: "iw-bar__end", role: "toolbar", "aria-label": "Zoom, files and help" },
    zoomButtons(stage),
    ...replaceButton(stage),
    ...toggles,
  );
  rove(tools);
  const bar = h(
    "div",
    { class: "iw-bar iw-bar--foot iw-bar--status" },
    radios(stage, { trait: "view", label: "View", options }),
    ...facts(stage),
    h("span", { class: "iw-spacer" }),
    tools,
  );
  return h("div", {}, bar, exclusionNotice(stage));
}
