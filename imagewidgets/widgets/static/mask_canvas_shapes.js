// Shapes of the mask canvas by pointer: rectangle and ellipse, polygon and lasso; wand and bucket.

const CLOSES = 9; // CSS px: a click so near the first point closes a polygon, one so near the last is the same point
const TWICE = 450; // ms between the clicks of a double click

/** Draw the outline of a shape in progress: white on black, so that it shows on every picture. */
function outlineDraft(ctx) {
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
  begin(at) {
    this.busy = true;
    this.mode = modeOf(at.event, this.model);
  }

  /** Fill the current path as the mask will be, and draw its outline. @param {CanvasRenderingContext2D} ctx */
  paint(ctx) {
    const mask = this.model.get("view") === "mask";
    const takes = this.mode === "subtract";
    ctx.fillStyle = takes ? (mask ? "#000" : "#fff") : mask ? "#fff" : this.model.get("overlay_color");
    ctx.globalAlpha = takes ? 0.35 : mask ? 0.6 : this.model.get("overlay_opacity") * 0.8;
    ctx.fill();
    outlineDraft(ctx);
  }

  /** Put a line through points of the picture into the current path. */
  trace(ctx, points) {
    ctx.beginPath();
    for (const point of points) ctx.lineTo(...this.stage.view.toScreen(point));
  }
}

/** Rectangle and ellipse: from corner to corner, on whole pixels. */
class BoxShape extends Shape {
  /** @param {any} stage @param {"rectangle" | "ellipse"} type */
  constructor(stage, type) {
    super(stage);
    this.type = type;
  }

  begin(at) {
    super.begin(at);
    this.from = this.to = at.point;
    this.show();
  }

  move(ats) {
    if (!this.busy) return;
    this.to = ats.at(-1).point;
    const { w, h: high } = this.box;
    this.show(`${w} × ${high}`);
  }

  hover(at) {
    if (this.busy && at) this.move([at]); // begun by the keyboard, gone on with the mouse
  }

  get box() {
    const [[x0, x1], [y0, y1]] = [0, 1].map((i) => [this.from[i], this.to[i]].map(Math.round).sort((a, b) => a - b));
    return { x: x0, y: y0, w: x1 - x0, h: y1 - y0 };
  }

  end() {
    if (!this.busy) return;
    const { box, type, mode } = this;
    this.cancel();
    if (box.w && box.h) this.stage.link.do({ type, ...box, mode });
  }

  preview(ctx) {
    const { x, y, w, h: high } = this.box;
    const [left, top] = this.stage.view.toScreen([x, y]);
    const [right, bottom] = this.stage.view.toScreen([x + w, y + high]);
    const [width, height] = [right - left, bottom - top];
    ctx.beginPath();
    if (this.type === "rectangle") ctx.rect(left, top, width, height);
    else ctx.ellipse(left + width / 2, top + height / 2, width / 2, height / 2, 0, 0, 2 * Math.PI);
    this.paint(ctx);
  }
}

/** Lasso: a line drawn by hand, closed where it ends. */
class Lasso extends Shape {
  begin(at) {
    super.begin(at);
    this.points = [];
    this.move([at]);
  }

  move(ats) {
    if (!this.busy) return;
    for (const { point } of ats) if (goesOn(this.points, point)) this.points.push(point);
    this.show();
  }

  end() {
    if (!this.busy) return;
    this.cancel();
    if (this.points.length > 2) this.stage.link.do({ type: "polygon", mode: this.mode }, this.points);
  }

  preview(ctx) {
    this.trace(ctx, this.points);
    ctx.closePath();
    this.paint(ctx);
  }
}

/** Polygon: point by point, each with a click or with Enter; it lasts until it is closed. */
class PolygonShape extends Shape {
  /** @type {Point[]} */
  points = [];
  /** @type {Point | null} where the next point would be */
  next = null;
  down = false;
  clicked = 0; // when, ms

  begin(at) {
    if (!this.busy) {
      super.begin(at);
      this.points = [];
    }
    const twice = at.event.timeStamp - this.clicked < TWICE && this.near(at.point, this.points.at(-1));
    this.clicked = at.event.timeStamp;
    this.down = true;
    this.next = null;
    if (this.points.length > 2 && (twice || this.near(at.point, this.points[0]))) return this.close();
    if (!twice) this.points.push(at.point);
    this.show();
  }

  move(ats) {
    if (!this.busy) return;
    const { point } = ats.at(-1);
    if (this.down) this.points[this.points.length - 1] = point; // a point goes with the finger that set it
    else this.next = point;
    this.show();
  }

  end() {
    this.down = false;
  }

  hover(at) {
    if (!this.busy) return;
    this.next = at?.point ?? null;
    this.show();
  }

  /** While the pointer is down only the point it has just set is taken back: it turned out to be a pinch. */
  cancel() {
    if (this.down) return this.back();
    this.points = [];
    this.next = null;
    return super.cancel();
  }

  back() {
    if (!this.busy) return false;
    this.down = false;
    this.clicked = 0;
    this.points.pop();
    if (!this.points.length) return super.cancel();
    this.show();
    return true;
  }

  key(event) {
    if (event.key === "Backspace") return this.back();
    if (event.key !== "Enter") return false;
    const here = this.stage.cursor.here();
    // With the pointer the points are set already; with the arrows Enter sets them, and on a point again it is done.
    const done = !this.stage.cursor.byKeys || this.points.some((point) => this.near(point, here, 0));
    if (this.busy && done) this.close();
    else {
      this.begin({ point: here, pressure: null, event });
      this.end();
      if (this.busy) this.stage.announce(`Point ${this.points.length}`);
    }
    return true;
  }

  close() {
    const { points, mode } = this;
    if (points.length < 3) return;
    this.down = false;
    this.cancel();
    this.stage.link.do({ type: "polygon", mode }, points);
  }

  near(a, b, within = CLOSES) {
    return Boolean(b) && Math.hypot(a[0] - b[0], a[1] - b[1]) * this.stage.view.scale <= within;
  }

  preview(ctx) {
    this.trace(ctx, this.next ? [...this.points, this.next] : this.points);
    if (this.points.length > 2) ctx.closePath();
    this.paint(ctx);
    const closes = this.next && this.points.length > 2 && this.near(this.next, this.points[0]);
    this.points.forEach((point, i) => {
      ctx.beginPath();
      ctx.arc(...this.stage.view.toScreen(point), closes && i === 0 ? 6 : 3, 0, 2 * Math.PI);
      ctx.fillStyle = "#fff";
      ctx.fill();
      outlineDraft(ctx);
    });
  }
}

/** Wand and bucket: a click on a pixel. */
class Spot extends Behaviour {
  /** @param {any} stage @param {string} type @param {string[]} settings traits that go with it */
  constructor(stage, type, settings) {
    super(stage);
    this.type = type;
    this.settings = settings;
  }

  begin(at) {
    this.busy = true;
    this.at = at;
  }

  end() {
    if (!this.busy) return;
    this.busy = false;
    const { width, height } = this.model.get("_state");
    const [x, y] = this.at.point.map(Math.floor);
    if (x < 0 || y < 0 || x >= width || y >= height) return;
    const settings = Object.fromEntries(this.settings.map((name) => [name, this.model.get(name)]));
    this.stage.link.do({ type: this.type, x, y, ...settings, mode: modeOf(this.at.event, this.model) });
  }

  key(event) {
    if (!super.key(event)) return false;
    this.end();
    return true;
  }
}
