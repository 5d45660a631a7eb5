// The polygon of the mask canvas.

// CSS px: a click so near the first point closes a polygon, one so near the last is the same point
const CLOSES = 9;
const FINGER_CLOSES = 20;
const TWICE = 450; // ms between the clicks of a double click

/** Polygon: point by point, each with a click or with Enter; it lasts until it is closed. */
class PolygonShape extends Shape {
  spans = false;
  /** @type {Point[]} */
  points = [];
  /** @type {Point | null} where the next point would be */
  next = null;
  down = false;
  clicked = 0; // when, ms
  within = CLOSES;

  begin({ point, event }, mode) {
    if (!this.busy) {
      super.begin(point, mode);
      this.points = [];
    }
    this.within = event?.pointerType === "touch" ? FINGER_CLOSES : CLOSES;
    const now = event?.timeStamp ?? 0;
    const twice = now - this.clicked < TWICE && this.near(point, this.points.at(-1));
    this.clicked = now;
    this.down = true;
    this.next = null;
    if (this.points.length > 2 && (twice || this.near(point, this.points[0]))) return this.close();
    if (!twice) this.points.push(point);
    this.stage.announce(this.points.length === 1 ? "1 point" : `${this.points.length} points`);
    this.stage.redraw();
  }

  move(passed) {
    if (!this.busy || !this.down) return;
    const [x, y] = passed.at(-1);
    this.points[this.points.length - 1] = [x, y]; // a point goes with the finger that set it
    this.stage.redraw();
  }

  end() {
    this.down = false;
  }

  hover(point) {
    if (!this.busy) return;
    this.next = point;
    this.stage.redraw();
  }

  /** A double click closes, however slow it may be here: then it has set the same point twice. */
  twice() {
    if (!this.busy) return;
    if (this.near(this.points.at(-1), this.points.at(-2))) this.points.pop();
    this.close();
  }

  /** While the pointer is down only the point it has just set is taken back: it turned out to be a pinch. */
  cancel() {
    if (this.down) return this.back();
    this.next = null;
    return super.cancel();
  }

  back() {
    if (!this.busy) return false;
    this.down = false;
    this.clicked = 0;
    this.points.pop();
    if (!this.points.length) return this.cancel();
    this.stage.redraw();
    return true;
  }

  key(event) {
    if (event.key === "Backspace") return this.back();
    if (event.key !== "Enter" || !this.busy) return false;
    const { at } = this.stage.pointer;
    // With the mouse the points are set already. With the arrows Enter sets them, and where there is one it closes.
    if (this.stage.byKeys && !this.points.some((point) => this.near(point, at, 0))) return false;
    this.close();
    return true;
  }

  close() {
    if (this.points.length < 3) return;
    this.down = false;
    this.cancel();
    this.stage.link.do({ type: "polygon", mode: this.mode }, this.points);
  }

  near(a, b, within = this.within) {
    return Boolean(b) && Math.hypot(a[0] - b[0], a[1] - b[1]) * this.stage.view.scale <= within;
  }

  preview(ctx, view) {
    if (!this.busy) return;
    trace(ctx, view, this.next ? [...this.points, this.next] : this.points);
    ctx.closePath();
    this.paint(ctx);
    const closes = this.next && this.points.length > 2 && this.near(this.next, this.points[0]);
    this.points.forEach((point, i) => {
      ctx.beginPath();
      ctx.arc(...view.toScreen(point), closes && i === 0 ? 6 : 3, 0, 2 * Math.PI);
      ctx.fillStyle = "#fff";
      ctx.fill();
      outline(ctx);
    });
  }
}
