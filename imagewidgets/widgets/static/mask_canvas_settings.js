// What the options bar holds, by tool: each function makes one group of settings.

/** How a tool changes the mask. The button of the number form says the same. */
const MODES = {
  add: { label: "Add to the mask", verb: "Add" },
  subtract: { label: "Subtract from the mask", verb: "Subtract" },
  intersect: { label: "Intersect with the mask", verb: "Intersect" },
};

/** Colours for marks: far apart from each other, and each seen on most pictures. */
const SWATCHES = {
  "#e01b24": "Red",
  "#ffd60a": "Yellow",
  "#2ec27e": "Green",
  "#1c71d8": "Blue",
  "#ffffff": "White",
  "#000000": "Black",
};

/** Add, subtract or intersect. */
function modeSwitch(stage) {
  const options = Object.entries(MODES).map(([value, { label }]) => {
    const title = value === "intersect" ? label : `${label} (X swaps)`;
    return { value, props: { "aria-label": label, title }, content: [icon(value)] };
  });
  const label = "How the tool changes the mask";
  return radios(stage, { trait: "mode", label, class: "iw-seg iw-seg--icons", options });
}

/** The settings of a tool; they flow into the bar. */
function group(...children) {
  return h("div", { class: "iw-opts" }, ...children);
}

/** Settings that stay together where there is room. */
function unit(...children) {
  return h("div", { class: "iw-unit" }, ...children);
}

/** Size and hardness of brush and eraser. */
function strokeSettings(stage) {
  const size = { label: "Size", title: "Size ([ and ])", unit: "px", curve: 2 };
  const hardness = { label: "Hardness", title: "Hardness (Shift+[ and ])", unit: "%" };
  return group(slider(stage, { trait: "brush_size", ...size }), slider(stage, { trait: "hardness", ...hardness }));
}

/** What a form begins with: the middle of the picture, on whole pixels. */
function middleBox(width, height) {
  return [width / 4, height / 4, width / 2, height / 2].map(Math.round);
}

function boxOf({ x, y, w, h: high }) {
  return [x, y, w, high];
}

/** A rectangle or an ellipse by numbers. */
function boxSettings(stage) {
  const { model } = stage;
  const form = numberForm(stage, {
    label: "By numbers",
    fields: SHAPE_FIELDS.box,
    start: middleBox,
    read: (operation) => ["rectangle", "ellipse"].includes(operation.type) && boxOf(operation),
    add: ([x, y, w, h]) => {
      const [type, mode] = [model.get("tool"), model.get("mode")];
      stage.link.do({ type, x, y, w, h, mode });
      stage.announce(`${MODES[mode].verb}: ${type}, ${w} × ${h} px at ${x}, ${y}.`);
    },
  });
  follow(model, ["mode"], () => (form.button.textContent = MODES[model.get("mode")].verb), stage.signal);
  return form.el;
}

/** How like its colour the pixels must be that the wand takes, and whether they must touch. */
function wandSettings(stage) {
  const contiguous = { trait: "contiguous", label: "Contiguous", title: "Only the area around the click" };
  return group(
    slider(stage, { trait: "tolerance", label: "Tolerance" }),
    checkbox(stage, contiguous),
  );
}

/** What is done to the whole mask, how soft its edge is sent, and how it is shown. */
function maskSettings(stage) {
  const act = (name, label, props) => command(stage, name, textButton(label, props));
  const by = { trait: "by", label: "by", meaning: "how far" };
  const paste = "How far an edit passes into the original when it is pasted back, inside the mask";
  const feather = { label: "Feather", title: paste, unit: "px", curve: 2 };
  const soft = "Give canvas.mask soft edges, too. Services read a mask as all or nothing, so it has none by itself";
  return group(
    unit(
      act("grow", "Grow", { icon: "grow" }),
      act("shrink", "Shrink", { icon: "shrink" }),
      act("smooth", "Smooth"),
      ...pixelField(stage, by),
    ),
    unit(
      act("fill_holes", "Fill holes"),
      act("keep_largest", "Keep largest"),
      act("select_all", "Select all", { title: "Select all (Ctrl+A)" }),
    ),
    unit(
      slider(stage, { trait: "feather", ...feather }),
      checkbox(stage, { trait: "soft_mask", label: "Soft edges", title: soft }),
    ),
    unit(
      h("label", { class: "iw-check" }, "Overlay", colour(stage, { trait: "overlay_color", label: "Overlay colour" })),
      slider(stage, { trait: "overlay_opacity", label: "Opacity", unit: "%", factor: 100 }),
    ),
  );
}

/** The colour of marks: one of six, or one's own. */
function inkSettings(stage) {
  const options = Object.entries(SWATCHES).map(([value, name]) => ({
    value,
    props: { class: "iw-swatch", "aria-label": name, title: name, style: { "--swatch": value } },
    content: [],
  }));
  const props = { class: "iw-colour iw-colour--own" };
  const own = colour(stage, { trait: "markup_color", label: "Own colour", props });
  const showOwn = () => own.classList.toggle("is-chosen", !(stage.model.get("markup_color") in SWATCHES));
  follow(stage.model, ["markup_color"], showOwn, stage.signal);
  return group(radios(stage, { trait: "markup_color", label: "Colour", class: "iw-swatches", options }), own);
}

/** How wide the lines of marks are. */
function lineSettings(stage) {
  const width = { label: "Width", title: "Width ([ and ])", unit: "px", curve: 2 };
  return group(slider(stage, { trait: "markup_width", ...width }));
}

/** How high the letters of notes are. */
function letterSettings(stage) {
  const letters = { label: "Letters", title: "Size of the letters ([ and ])", unit: "px", curve: 2 };
  return group(slider(stage, { trait: "note_size", ...letters }));
}

/** A mark by numbers. */
function markSettings(stage, { fields, read, operation }) {
  const form = numberForm(stage, {
    label: "By numbers",
    fields,
    start: middleBox,
    read,
    add: (values) => {
      const [color, width] = [stage.model.get("markup_color"), stage.model.get("markup_width")];
      stage.link.do({ ...operation(values), color, width });
      stage.announce(`Added: ${stage.model.get("markup_tool")}.`);
    },
  });
  return form.el;
}

/** An arrow by where it starts and where it points. */
function arrowSettings(stage) {
  return markSettings(stage, {
    fields: SHAPE_FIELDS.line,
    read: ({ type, start, end }) => type === "arrow" && [...start, ...end],
    operation: ([x1, y1, x2, y2]) => ({ type: "arrow", start: [x1, y1], end: [x2, y2] }),
  });
}

/** A circle by the box around it. */
function circleSettings(stage) {
  return markSettings(stage, {
    fields: SHAPE_FIELDS.box,
    read: (operation) => operation.type === "circle" && boxOf(operation),
    operation: ([x, y, w, h]) => ({ type: "circle", x, y, w, h }),
  });
}
