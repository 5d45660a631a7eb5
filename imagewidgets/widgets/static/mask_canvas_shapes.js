// Shapes of the mask canvas by pointer: rectangle, ellipse and lasso; wand and bucket.

const TAKEN = 0.35; // how opaque a shape is that is being taken away

/** Draw the current path as an outline: white on black, so that it shows on every picture. */
function outline(ctx) {
  ctx.globalAlpha = 1;
  ctx.lineJoin = ctx.lineCap = "round";
  ctx.strokeStyle = "rgb(0 0 0 / .55)";
  ctx.lineWidth = 3;
  ctx.stroke();
  ctx.strokeStyle = "#fff";
  ctx.lineWidth = 1.3;
  ctx.stroke();
}

/** A tool that draws one closed shape. */
class Shape extends Behaviour {
  spans = true;

  begin(at, mode) {
    this.busy = true;
    this.mode = mode;
  }

  /** Fill the current path as the mask will be, and draw its outline. @param {CanvasRenderingContext2D} ctx */
  paint(ctx) {
    const alone = this.model.get("view") === "mask";
    const takes = this.mode === "subtract";
    const ink = alone ? "#fff" : this.model.get("overlay_color");
    const paper = alone ? "#000" : "#fff";
    ctx.fillStyle = takes ? paper : ink;
    ctx.globalAlpha = takes ? TAKEN : this.model.get("overlay_opacity");
    ctx.fill();
    outline(ctx);
  }
}

/** Put a line through points of the picture into the current path. */
function trace(ctx, view, points) {
  ctx.beginPath();
  for (const [x, y] of points) ctx.lineTo(...view.toScreen([x, y]));
}

/** @returns {{ x: number, y: number, w: number, h: number }} the box between two corners */
function boxBetween(a, b) {
  const [x, y] = [Math.min(a[0], b[0]), Math.min(a[1], b[1])];
  return { x, y, w: Math.max(a[0], b[0]) - x, h: Math.max(a[1], b[1]) - y };
}

/** @returns {[number, number, number, number]} left, top, width, height of a box of the picture, CSS px of the view */
function boxOnScreen(view, { x, y, w, h: high }) {
  const [left, top] = view.toScreen([x, y]);
  return [left, top, w * view.scale, high * view.scale];
}

/** Rectangle and ellipse: from corner to corner, on whole pixels. */
class BoxShape extends Shape {
  /** @param {Stage} stage @param {"rectangle" | "ellipse"} type */
  constructor(stage, type) {
    super(stage);
    this.type = type;
  }

  begin(at, mode) {
    super.begin(at, mode);
    this.from = this.to = at.point.map(Math.round);
    this.stage.redraw();
  }

  move(points) {
    if (!this.busy) return;
    this.to = points.at(-1).slice(0, 2).map(Math.round);
    this.stage.redraw();
  }

  end() {
    if (!this.cancel()) return;
    const box = boxBetween(this.from, this.to);
    if (box.w && box.h) this.stage.link.do({ type: this.type, ...box, mode: this.mode });
  }

  preview(ctx, view) {
    if (!this.busy) return;
    const box = boxBetween(this.from, this.to);
    const [left, top, width, height] = boxOnScreen(view, box);
    ctx.beginPath();
    if (this.type === "rectangle") ctx.rect(left, top, width, height);
    else ctx.ellipse(left + width / 2, top + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
    this.paint(ctx);
    if (box.w || box.h) plate(ctx, view.toScreen(this.to), `${box.w} × ${box.h}`);
  }
}

/** Lasso: a line drawn by hand, closed where it ends. */
class Lasso extends Shape {
  /** @type {Point[]} */
  points = [];

  begin(at, mode) {
    super.begin(at, mode);
    this.points = [];
    this.move([at.point]);
  }

  move(passed) {
    if (!this.busy) return;
    for (const [x, y] of passed) if (goesOn(this.points, [x, y])) this.points.push([x, y]);
    this.stage.redraw();
  }

  end() {
    if (!this.cancel()) return;
    if (this.points.length > 2) this.stage.link.do({ type: "polygon", mode: this.mode }, this.points);
  }

  preview(ctx, view) {
    if (!this.busy) return;
    trace(ctx, view, this.points);
    ctx.closePath();
    this.paint(ctx);
  }
}

/** Wand and bucket: a click on a pixel. */
class Spot extends Behaviour {
  /** @param {Stage} stage @param {string} type @param {string[]} settings traits that go with it */
  constructor(stage, type, settings) {
    super(stage);
    this.type = type;
    this.settings = settings;
  }

  begin(at, mode) {
    this.busy = true;
    this.at = at.point.map(Math.floor);
    this.mode = mode;
  }

  end() {
    if (!this.cancel()) return;
    const [x, y] = this.at;
    const { width, height } = this.model.get("_state");
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const settings = Object.fromEntries(this.settings.map((name) => [name, this.model.get(name)]));
    this.stage.link.do({ type: this.type, x, y, ...settings, mode: this.mode });
  }
}
