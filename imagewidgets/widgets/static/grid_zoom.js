// One picture on a stage: as large as fits, or zoomed with wheel, pinch, double click and keys, and moved.

const ZOOM_STEP = 1.25; // + and −
const MOST_ZOOM = 32; // CSS px to a pixel of the picture
const WHEEL = 0.0015; // of the logarithm of the zoom to a px of the wheel
const PINCH_WHEEL = 0.01; // the same, with Ctrl: how browsers tell of a pinch on a touch pad
const SWIPE = 48; // px to the side: from here on it is a swipe
const STILL = 4; // px: a pointer that has moved less was not moved
const SHARP_PIXELS = 3; // device px to a pixel of the picture: from here on they are seen as squares

class Zoom {
  /**
   * @param {HTMLElement} stage @param {HTMLImageElement} image in it
   * @param {{signal: AbortSignal, onZoom(zoom: Zoom): void, onSwipe(by: number): void, onBeside(): void}} options
   *   `onBeside` is told of a click beside the picture
   */
  constructor(stage, image, { signal, ...told }) {
    Object.assign(this, { stage, image, told });
    this.size = [1, 1];
    /** @type {Map<number, [number, number]>} pointers that are down, by their ids */
    this.pointers = new Map();
    this.fit();
    const on = (type, listener, options = {}) => stage.addEventListener(type, listener, { signal, ...options });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("pointercancel", (event) => this.pointers.delete(event.pointerId));
    on("dblclick", (event) => this.first?.on === image && this.toggle(event)); // the target is who holds the pointer
    on("wheel", (event) => this.wheel(event), { passive: false });
    const watch = new ResizeObserver(() => this.draw());
    watch.observe(stage);
    signal.addEventListener("abort", () => watch.disconnect());
  }

  /** Start with another picture. @param {[number, number]} size px */
  show(size) {
    this.size = size;
    this.fit();
  }

  get fitting() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    return Math.min(width / this.size[0], height / this.size[1], 1) || 1;
  }

  /** CSS px to a pixel of the picture. */
  get scale() { return this.zoomed ?? this.fitting; }

  fit() {
    this.zoomed = null;
    this.at = [0, 0]; // of the picture's middle, from that of the stage, CSS px
    this.draw();
  }

  /** Zoom to `scale`, so that what lies at a point of the window stays there. */
  to(scale, point) {
    const box = this.stage.getBoundingClientRect();
    const from = point
      ? [point.clientX - box.left - box.width / 2, point.clientY - box.top - box.height / 2]
      : [0, 0];
    const next = Math.min(Math.max(scale, Math.min(this.fitting, 1)), MOST_ZOOM);
    const factor = next / this.scale;
    if (next <= this.fitting * 1.001) return this.fit();
    this.at = this.at.map((at, axis) => from[axis] + (at - from[axis]) * factor);
    this.zoomed = next;
    return this.draw();
  }

  by(factor, point) { this.to(this.scale * factor, point); }

  /** Between what fits and the picture's own size. */
  toggle(point) {
    if (this.zoomed) this.fit();
    else this.to(this.fitting < 0.99 ? 1 : 2, point);
  }

  draw() {
    const { image, scale, stage } = this;
    const room = [stage.clientWidth, stage.clientHeight];
    this.at = this.at.map((at, axis) => {
      const most = Math.max(0, (this.size[axis] * scale - room[axis]) / 2);
      return Math.min(Math.max(at, -most), most);
    });
    image.style.width = `${this.size[0] * scale}px`;
    image.style.height = `${this.size[1] * scale}px`;
    image.style.transform = `translate(-50%, -50%) translate(${this.at[0]}px, ${this.at[1]}px)`;
    image.style.imageRendering = scale * devicePixelRatio >= SHARP_PIXELS ? "pixelated" : "";
    stage.classList.toggle("is-zoomed", Boolean(this.zoomed));
    this.told.onZoom(this);
  }

  wheel(event) {
    event.preventDefault();
    const px = event.deltaY * (event.deltaMode ? 16 : 1); // lines, in some browsers
    this.by(Math.exp(-px * (event.ctrlKey ? PINCH_WHEEL : WHEEL)), event);
  }

  down(event) {
    if (event.button || event.target.closest("button")) return;
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, [event.clientX, event.clientY]);
    if (this.pointers.size === 1) this.first = { x: event.clientX, y: event.clientY, moved: false, on: event.target };
    else this.first.moved = true;
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = [event.clientX, event.clientY];
    if (this.pointers.size === 2) this.pinch(event.pointerId, now);
    else if (this.zoomed) {
      this.at = this.at.map((at, axis) => at + now[axis] - before[axis]);
      this.draw();
    }
    this.pointers.set(event.pointerId, now);
    this.first.moved ||= Math.hypot(now[0] - this.first.x, now[1] - this.first.y) > STILL;
  }

  pinch(id, now) {
    const before = this.pointers.get(id);
    const [, other] = [...this.pointers].find(([key]) => key !== id);
    const distance = (point) => Math.hypot(point[0] - other[0], point[1] - other[1]) || 1;
    this.by(distance(now) / distance(before), { clientX: (now[0] + other[0]) / 2, clientY: (now[1] + other[1]) / 2 });
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
    const [dx, dy] = [event.clientX - this.first.x, event.clientY - this.first.y];
    const sideways = Math.abs(dx) > SWIPE && Math.abs(dx) > 2 * Math.abs(dy);
    if (!this.zoomed && sideways && event.pointerType !== "mouse") this.told.onSwipe(dx < 0 ? 1 : -1);
    else if (!this.first.moved && this.first.on !== this.image) this.told.onBeside();
  }
}
