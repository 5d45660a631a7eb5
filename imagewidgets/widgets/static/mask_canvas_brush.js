// Brush and eraser of the mask canvas.

const SMALLEST_BRUSH = 1; // px of the picture, as in Python
const LIGHTEST = 0.1; // of the brush's diameter: what a pen draws that hardly touches
const PRESSURE_CURVE = 0.7; // a power below 1, so that a light hand has half the range for itself

/** @param {number} px @returns {number} the nearest diameter that a brush can have */
function brushSize(px) {
  return Math.min(Math.max(Math.round(px), SMALLEST_BRUSH), LARGEST_BRUSH);
}

/** Brush and eraser: the stroke is drawn on the screen as it is made; Ctrl- or Alt-drag changes the size. */
class Brush extends Behaviour {
  outline = "brush";
  /** @type {Point | null} where the last stroke ended */
  last = null;
  /** @type {any} the stroke that is being drawn: the operation, and its points */
  stroke = null;

  /** @param {any} stage @param {boolean} erases */
  constructor(stage, erases) {
    super(stage);
    this.erases = erases;
  }

  begin(at) {
    const { ctrlKey, metaKey, altKey, shiftKey } = at.event;
    this.busy = true;
    if (ctrlKey || metaKey || altKey) return this.beginResize(at);
    const pressure = at.pressure !== null;
    this.stroke = {
      type: "stroke",
      size: this.model.get("brush_size"),
      mode: this.erases ? "subtract" : this.model.get("mode"),
      hardness: this.model.get("hardness"),
      pressure,
      points: [],
    };
    const from = shiftKey && this.last ? [{ ...at, point: this.last }] : [];
    this.move([...from, at]);
  }

  move(ats) {
    if (this.resizing) return this.resize(ats.at(-1).event.clientX);
    if (!this.stroke) return;
    const { points, size, pressure } = this.stroke;
    const from = Math.max(0, points.length - 1);
    for (const at of ats) {
      if (!goesOn(points, at.point)) continue;
      const diameter = pressure ? [size * Math.max(LIGHTEST, (at.pressure ?? 0) ** PRESSURE_CURVE)] : [];
      points.push([...at.point, ...diameter]);
    }
    this.stage.screen.ink(this.stroke, from);
  }

  end() {
    this.busy = false;
    if (this.resizing) return this.endResize(true);
    if (!this.stroke) return;
    const { points, ...operation } = this.stroke;
    this.stroke = null;
    this.last = points.at(-1).slice(0, 2);
    this.stage.link.do(operation, points);
    this.stage.screen.endInk();
  }

  cancel() {
    if (this.resizing) this.endResize(false);
    if (this.stroke) {
      this.stroke = null;
      this.stage.screen.endInk();
    }
    return super.cancel();
  }

  key(event) {
    if (!super.key(event)) return false;
    this.end(); // Enter is a dab
    return true;
  }

  // The outline stays where the drag began, and its edge goes with the pointer.
  beginResize({ point, event }) {
    this.resizing = { x: event.clientX, size: this.model.get("brush_size") };
    this.stage.cursor.pinned = point;
    this.resize(event.clientX);
  }

  resize(x) {
    const size = brushSize(this.resizing.size + (2 * (x - this.resizing.x)) / this.stage.view.scale);
    this.model.set("brush_size", size);
    this.show(`${size} px`);
  }

  endResize(keep) {
    if (!keep) this.model.set("brush_size", this.resizing.size);
    this.model.save_changes();
    this.resizing = null;
    this.stage.cursor.pinned = null;
    this.stage.cursor.place();
    this.show();
  }
}
