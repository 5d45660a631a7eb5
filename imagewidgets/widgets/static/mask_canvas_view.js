// The viewport of the mask canvas: which part of the picture is seen, and how large.

const MARGIN = 16; // CSS px around the picture where it is seen whole
const SMALLEST_SCALE = 0.05;
const LARGEST_SCALE = 32;
const NOTHING = { left: 0, top: 0, right: 0, bottom: 0 };
const ROUNDED = 1; // CSS px: an element's own size is told in whole ones
const KEPT = 48; // CSS px of the picture that stay in sight however far it is moved

/**
 * One view's scale and offset. The offset is whole device pixels, so that at 100 % each pixel of the picture is one of
 * the screen.
 */
class View {
  /**
   * @param {HTMLElement} el the viewport
   * @param {AbortSignal} signal
   */
  constructor(el, signal) {
    this.el = el;
    this.width = this.height = 0; // of the picture, px
    this.scale = 1; // CSS px for a px of the picture
    this.fitted = true; // whether it goes on fitting when the room changes
    this.left = this.top = 0; // of the picture in the viewport, device px
    this.room = { width: 0, height: 0 }; // of the viewport, CSS px
    this.reserved = NOTHING; // px of the picture that fit into sight around it
    this.ratio = devicePixelRatio;
    /** @type {(() => void)[]} called after each change */
    this.onView = [];
    const size = new ResizeObserver(() => this.measure());
    size.observe(el);
    const zoomed = () => this.measure(); // another screen, or the browser's own zoom
    window.addEventListener("resize", zoomed, { signal });
    signal.addEventListener("abort", () => size.disconnect());
  }

  /** Device px for a px of the picture. */
  get density() {
    return this.scale * this.ratio;
  }

  /** Show another picture, or the same one with another size. */
  setPicture(width, height) {
    if (width === this.width && height === this.height) return;
    Object.assign(this, { width, height });
    this.el.style.setProperty("--iw-aspect", `${width} / ${height}`);
    this.fit();
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.el;
    const same = width === this.room.width && height === this.room.height && devicePixelRatio === this.ratio;
    if (same || !width || !height) return;
    const sides = [this.room.width, this.room.height].map((side) => (side * this.ratio) / 2);
    const middle = [(sides[0] - this.left) / this.density, (sides[1] - this.top) / this.density];
    this.room = { width, height };
    this.ratio = devicePixelRatio;
    if (this.fitted) this.fit();
    else this.place(middle, [width / 2, height / 2]);
  }

  /** @returns {[number, number]} the middle of the viewport, as in `clientX` and `clientY` */
  middle() {
    const box = this.el.getBoundingClientRect();
    return [box.left + box.width / 2, box.top + box.height / 2];
  }

  /**
   * Where an event is in the viewport, also where a CSS transform shows that larger or smaller.
   * @param {[number, number]} at `clientX` and `clientY` @returns {[number, number]} CSS px of the viewport
   */
  toViewport([x, y]) {
    this.measure(); // an event may come before the observer has told of a new size, or of the first one
    const { room } = this;
    const box = this.el.getBoundingClientRect();
    const stretch = (shown, own) => (Math.abs(shown - own) < ROUNDED ? 1 : shown / own);
    return [(x - box.left) / stretch(box.width, room.width), (y - box.top) / stretch(box.height, room.height)];
  }

  /** @param {[number, number]} at `clientX` and `clientY` @returns {Point} px of the picture; also outside of it */
  toImage(at) {
    const [x, y] = this.toViewport(at);
    return [(x - this.left / this.ratio) / this.scale, (y - this.top / this.ratio) / this.scale];
  }

  /** @param {Point} point px of the picture @returns {[number, number]} CSS px of the viewport */
  toScreen([x, y]) {
    return [this.left / this.ratio + x * this.scale, this.top / this.ratio + y * this.scale];
  }

  /** Show the whole picture in the middle, as large as there is room for. */
  fit() {
    const { width, height } = this.room;
    if (!width || !this.width) return;
    const { left, top, right, bottom } = this.reserved;
    const [across, down] = [left + this.width + right, top + this.height + bottom];
    this.fitted = true;
    this.scale = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / down, LARGEST_SCALE);
    this.left = Math.round(((width - across * this.scale) / 2 + left * this.scale) * this.ratio);
    this.top = Math.round(((height - down * this.scale) / 2 + top * this.scale) * this.ratio);
    this.changed();
  }

  /** Keep room around the picture when it fits. @param {typeof NOTHING | null} sides px of the picture; null: none */
  reserve(sides) {
    if (!sides && this.reserved === NOTHING) return;
    this.reserved = sides ?? NOTHING;
    this.fit();
  }

  /** @param {number} scale 1 is 100 % @param {[number, number]} [at] `clientX` and `clientY` of what stays in place */
  zoomTo(scale, at = this.middle()) {
    const point = this.toImage(at);
    this.scale = Math.min(Math.max(scale, Math.min(SMALLEST_SCALE, this.scale)), LARGEST_SCALE);
    this.place(point, this.toViewport(at));
  }

  /** @param {number} factor */
  zoomBy(factor, at) {
    this.zoomTo(this.scale * factor, at);
  }

  /** Move the picture by CSS px. */
  pan(dx, dy) {
    this.fitted = false;
    this.left += dx * this.ratio;
    this.top += dy * this.ratio;
    this.hold();
  }

  /** Move and zoom with two fingers, from where they were to where they are (`clientX` and `clientY` of each). */
  pinch(from, to) {
    const middle = ([a, b]) => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const apart = ([a, b]) => Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1]));
    const [was, is] = [from, to].map((fingers) => this.toViewport(middle(fingers)));
    this.left += (is[0] - was[0]) * this.ratio;
    this.top += (is[1] - was[1]) * this.ratio;
    this.zoomTo((this.scale * apart(to)) / apart(from), middle(to));
  }

  /** Bring a point into sight that the keyboard has gone to. @param {Point} point */
  reveal(point) {
    this.measure();
    const [x, y] = this.toScreen(point);
    const beyond = (at, room) => Math.min(0, at - MARGIN) + Math.max(0, at + MARGIN - room);
    const [dx, dy] = [beyond(x, this.room.width), beyond(y, this.room.height)];
    if (dx || dy) this.pan(-dx, -dy);
  }

  /** Put a point of the picture at a place of the viewport, CSS px. */
  place([x, y], [left, top]) {
    this.fitted = false;
    this.left = left * this.ratio - x * this.density;
    this.top = top * this.ratio - y * this.density;
    this.hold();
  }

  /** Keep the picture in sight, and its pixels on the screen's. */
  hold() {
    const within = (at, size, room) => Math.round(Math.min(Math.max(at, KEPT * this.ratio - size), room - KEPT * this.ratio));
    this.left = within(this.left, this.width * this.density, this.room.width * this.ratio);
    this.top = within(this.top, this.height * this.density, this.room.height * this.ratio);
    this.changed();
  }

  changed() {
    for (const callback of this.onView) callback();
  }

  /**
   * The part of the picture that is seen, in whole device px of the viewport; and the same in px of the picture.
   * @returns {{ x: number, y: number, w: number, h: number }} empty where nothing is seen
   */
  get visible() {
    // The part of a pixel that the picture's far edges may cover is left out: nothing would shine through there.
    // Of a picture thinner than a pixel one is shown: it would be gone otherwise.
    const far = (at, size, room) => Math.min(at + Math.max(Math.floor(size + 1e-6), 1), Math.round(room * this.ratio));
    const [x, y] = [Math.max(this.left, 0), Math.max(this.top, 0)];
    const w = far(this.left, this.width * this.density, this.room.width) - x;
    const high = far(this.top, this.height * this.density, this.room.height) - y;
    return { x, y, w: Math.max(w, 0), h: Math.max(high, 0) };
  }
}
