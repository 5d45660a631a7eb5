// The tools of the mask canvas by name: what is said about them, and what they do.

/** @type {Record<string, { layer: "mask" | "markup", icon: string, label: string, key: string, hint: string }>} */
const TOOLS = {
  brush: {
    layer: "mask",
    icon: "brush",
    label: "Brush",
    key: "B",
    hint: "Shift-click draws a straight line, Ctrl-drag resizes",
  },
  eraser: {
    layer: "mask",
    icon: "eraser",
    label: "Eraser",
    key: "E",
    hint: "Shift-click draws a straight line, Ctrl-drag resizes",
  },
  rectangle: {
    layer: "mask",
    icon: "rectangle",
    label: "Rectangle",
    key: "R",
    hint: "Drag, or type and press Enter",
  },
  ellipse: {
    layer: "mask",
    icon: "ellipse",
    label: "Ellipse",
    key: "O",
    hint: "Drag, or type and press Enter",
  },
  polygon: {
    layer: "mask",
    icon: "polygon",
    label: "Polygon",
    key: "P",
    hint: "Click points; the first one again, a double click or Enter closes",
  },
  lasso: {
    layer: "mask",
    icon: "lasso",
    label: "Lasso",
    key: "L",
    hint: "Draw around; Shift adds, Alt subtracts",
  },
  wand: {
    layer: "mask",
    icon: "wand",
    label: "Wand",
    key: "W",
    hint: "Click a colour; Shift adds, Alt subtracts",
  },
  bucket: {
    layer: "mask",
    icon: "bucket",
    label: "Bucket",
    key: "G",
    hint: "Click what the mask encloses; Alt empties it",
  },
  arrow: {
    layer: "markup",
    icon: "markup",
    label: "Arrow",
    key: "A",
    hint: "Drag to what it points at",
  },
  circle: {
    layer: "markup",
    icon: "ellipse",
    label: "Circle",
    key: "C",
    hint: "Drag from corner to corner",
  },
  pen: {
    layer: "markup",
    icon: "edit",
    label: "Pen",
    key: "D",
    hint: "Draw a line",
  },
  note: {
    layer: "markup",
    icon: "note",
    label: "Note",
    key: "T",
    hint: "Click and write; Enter puts it down",
  },
};

/** @type {Record<string, (stage: Stage) => Behaviour>} the tools of the mask: each view makes its own */
const BEHAVIOURS = {
  brush: (stage) => new Brush(stage, false),
  eraser: (stage) => new Brush(stage, true),
  rectangle: (stage) => new BoxShape(stage, "rectangle"),
  ellipse: (stage) => new BoxShape(stage, "ellipse"),
  polygon: (stage) => new PolygonShape(stage),
  lasso: (stage) => new Lasso(stage),
  wand: (stage) => new Spot(stage, "wand", ["tolerance", "contiguous"]),
  bucket: (stage) => new Spot(stage, "bucket", []),
};
