// Brush and eraser of the mask canvas.

const LIGHTEST = 0.1; // of the brush's diameter: what a pen draws that hardly touches
const THINNEST = 1; // px of the picture: finer lines would pass between its pixels
const PRESSURE_CURVE = 0.7; // a power below 1, so that a light hand has half the range for itself

/** @param {number} px @returns {number} the nearest diameter that a brush can have */
function brushSize(px) {
  return Math.min(Math.max(Math.round(px), LIMITS.brush_size[0]), LIMITS.brush_size[1]);
}

/** Brush and eraser: the stroke is drawn on the screen as it is made; Ctrl- or Alt-drag changes the size. */
class Brush extends Behaviour {
  hasMode = false; // Shift and Alt have other meanings here
  /** @type {Point | null} where the last stroke ended */
  last = null;
  /** @type {any} the stroke that is being drawn; its points have a diameter each where a pen draws */
  stroke = null;
  /** @type {{ point: Point, x: number, size: number } | null} a resizing in progress: where, from which size */
  resizing = null;

  /** @param {Stage} stage @param {boolean} erases */
  constructor(stage, erases) {
    super(stage);
    this.erases = erases;
  }

  /** @returns {number} px of the picture: what the outline under the pointer shows */
  diameter() {
    return this.model.get("brush_size");
  }

  /** The stroke itself is drawn on the screen. */
  get drafts() {
    return Boolean(this.resizing);
  }

  /** Where the outline stays while the brush is resized. @returns {Point | null} */
  get pinned() {
    return this.resizing?.point ?? null;
  }

  begin({ point, pressure, event }, mode) {
    this.busy = true;
    if (event?.ctrlKey || event?.metaKey || event?.altKey) {
      this.resizing = { point, x: event.clientX, size: this.diameter() };
      return this.stage.redraw();
    }
    this.stroke = {
      type: "stroke",
      size: this.diameter(),
      mode: this.erases ? "subtract" : mode,
      hardness: this.model.get("hardness"),
      pressure: pressure !== null,
      points: [],
    };
    const line = event?.shiftKey && this.last ? [[...this.last, pressure]] : [];
    this.move([...line, [...point, pressure]], event);
  }

  move(passed, event) {
    if (this.resizing) return this.resize(event.clientX);
    if (!this.stroke) return;
    const { size, pressure, points } = this.stroke;
    const from = Math.max(0, points.length - 1);
    for (const [x, y, force] of passed) {
      if (!goesOn(points, [x, y])) continue;
      const diameter = Math.max(THINNEST, size * Math.max(LIGHTEST, (force ?? 0) ** PRESSURE_CURVE));
      points.push(pressure ? [x, y, diameter] : [x, y]);
    }
    this.stage.screen.ink(this.stroke, from);
  }

  end() {
    this.busy = false;
    if (this.resizing) return this.endResize();
    if (!this.stroke) return;
    const { points, ...operation } = this.stroke;
    this.stroke = null;
    this.last = points.at(-1).slice(0, 2);
    this.stage.link.do(operation, points);
    this.stage.screen.endInk();
  }

  cancel() {
    if (this.resizing) {
      this.model.set("brush_size", this.resizing.size);
      this.endResize();
    }
    if (this.stroke) this.stage.screen.endInk();
    this.stroke = null;
    return super.cancel();
  }

  forget() {
    super.forget();
    this.last = null;
  }

  /** The edge of the outline goes with the pointer. @param {number} x where that is, CSS px */
  resize(x) {
    const { size, x: start } = this.resizing;
    this.model.set("brush_size", brushSize(size + (2 * (x - start)) / this.stage.view.scale));
    this.stage.redraw();
  }

  endResize() {
    this.resizing = null;
    this.model.save_changes();
    this.stage.redraw();
  }

  preview(ctx, view) {
    if (this.resizing) plate(ctx, view.toScreen(this.resizing.point), `${this.diameter()} px`);
  }
}
