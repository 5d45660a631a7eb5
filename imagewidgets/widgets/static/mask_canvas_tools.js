// The tools of the mask canvas by name, and which of them is at work in a view.

/**
 * @type {Record<string, { layer: "mask" | "markup", icon: string, label: string, key: string, hint: string,
 *   make: (stage: any) => Behaviour }>}
 */
const TOOLS = {
  brush: {
    layer: "mask",
    icon: "brush",
    label: "Brush",
    key: "B",
    hint: "Shift-click draws a straight line, Ctrl-drag resizes",
    make: (stage) => new Brush(stage, false),
  },
  eraser: {
    layer: "mask",
    icon: "eraser",
    label: "Eraser",
    key: "E",
    hint: "Shift-click draws a straight line, Ctrl-drag resizes",
    make: (stage) => new Brush(stage, true),
  },
  rectangle: {
    layer: "mask",
    icon: "rectangle",
    label: "Rectangle",
    key: "R",
    hint: "Drag, or type and press Enter",
    make: (stage) => new BoxShape(stage, "rectangle"),
  },
  ellipse: {
    layer: "mask",
    icon: "ellipse",
    label: "Ellipse",
    key: "O",
    hint: "Drag, or type and press Enter",
    make: (stage) => new BoxShape(stage, "ellipse"),
  },
  polygon: {
    layer: "mask",
    icon: "polygon",
    label: "Polygon",
    key: "P",
    hint: "Click points; the first one again, a double click or Enter closes",
    make: (stage) => new PolygonShape(stage),
  },
  lasso: {
    layer: "mask",
    icon: "lasso",
    label: "Lasso",
    key: "L",
    hint: "Draw around; Shift adds, Alt subtracts",
    make: (stage) => new Lasso(stage),
  },
  wand: {
    layer: "mask",
    icon: "wand",
    label: "Wand",
    key: "W",
    hint: "Click a colour; Shift adds, Alt subtracts",
    make: (stage) => new Spot(stage, "wand", ["tolerance", "contiguous"]),
  },
  bucket: {
    layer: "mask",
    icon: "bucket",
    label: "Bucket",
    key: "G",
    hint: "Click what the mask encloses; Alt empties it",
    make: (stage) => new Spot(stage, "bucket", []),
  },
  arrow: {
    layer: "markup",
    icon: "markup",
    label: "Arrow",
    key: "A",
    hint: "Drag to what it points at",
    make: (stage) => new ArrowMark(stage),
  },
  circle: {
    layer: "markup",
    icon: "ellipse",
    label: "Circle",
    key: "C",
    hint: "Drag from corner to corner",
    make: (stage) => new CircleMark(stage),
  },
  pen: {
    layer: "markup",
    icon: "edit",
    label: "Pen",
    key: "D",
    hint: "Draw a line",
    make: (stage) => new PenMark(stage),
  },
  note: {
    layer: "markup",
    icon: "note",
    label: "Note",
    key: "T",
    hint: "Click and write; Enter puts it down",
    make: (stage) => new NoteMark(stage),
  },
};

/** The name of the tool that is chosen. @param {any} model the widget's model */
function chosenTool(model) {
  return model.get(model.get("layer") === "markup" ? "markup_tool" : "tool");
}

/** The tools of one view: each is made when it is first used, and keeps where its last stroke ended. */
class Toolbox {
  /** @type {Map<string, Behaviour>} */
  made = new Map();

  /** @param {any} stage the view's parts, see mask_canvas.js */
  constructor(stage) {
    this.stage = stage;
    const { model, signal } = stage;
    this.name = chosenTool(model);
    follow(model, ["tool", "markup_tool", "layer"], () => this.change(), signal);
    let { picture } = model.get("_state");
    const onState = () => {
      if (model.get("_state").picture === picture) return;
      picture = model.get("_state").picture;
      for (const tool of this.made.values()) tool.cancel(); // what was drawn on another picture
      this.made.clear();
    };
    follow(model, ["_state"], onState, signal);
  }

  /** The tool that is chosen. @returns {Behaviour} */
  get active() {
    if (!this.made.has(this.name)) this.made.set(this.name, TOOLS[this.name].make(this.stage));
    return this.made.get(this.name);
  }

  /** Take over another choice; what was in progress with the tool before is given up. */
  change() {
    const name = chosenTool(this.stage.model);
    if (name === this.name) return;
    this.made.get(this.name)?.cancel();
    this.name = name;
  }
}
