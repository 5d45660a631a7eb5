// The picture of the mask canvas: two ipycanvas layers, what lies over them, and the pointer that draws.

const TALLEST = 528; // CSS px: the picture's height where there is room

/** The picture with its layers, the line around the mask, and the brush: one per view. */
class Stage {
  /**
   * @param {any} model
   * @param {Ink} ink
   * @param {AbortSignal} signal
   * @param {(point: Point | null) => void} onMove told where the brush is
   */
  constructor(model, ink, signal, onMove) {
    this.model = model;
    this.ink = ink;
    this.onMove = onMove;
    this.pointer = null; // the id of the pointer that is drawing
    /** @type {Point | null} */
    this.at = null; // where the brush is
    /** @type {Point | null} */
    this.last = null; // where the last stroke ended
    this.screen = h("canvas", { class: "iw-art__screen", "aria-hidden": "true" });
    this.scratch = document.createElement("canvas");
    this.brush = this.makeBrush();
    this.el = h("div", { class: "iw-art iw-checker", tabindex: "0", role: "application" }, this.screen, this.brush);
    const size = new ResizeObserver(() => this.resize());
    size.observe(this.el);
    signal.addEventListener("abort", () => size.disconnect());
    this.attach(signal);
    this.listen(signal);
    follow(model, ["_state"], () => this.describe(), signal);
    follow(model, ["view"], () => this.setView(), signal);
    follow(model, ["brush_size"], () => this.placeBrush(), signal);
  }

  /** Two circles, so that it shows on every picture, and a cross for the middle. */
  makeBrush() {
    const svg = document.createElementNS(SVG_NS, "svg");
    svg.setAttribute("class", "iw-art__brush");
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML = '<g><circle class="b"/><circle/><path d="M0-4V4M-4 0H4"/></g>';
    return svg;
  }

  /** Put ipycanvas's views of the two layers beneath the brush. */
  async attach(signal) {
    const { picture, mask, reachable } = await this.ink.layers;
    this.layers = reachable ? { picture: picture.canvas, mask: mask.canvas } : null;
    this.el.classList.toggle("is-round-trip", !reachable);
    for (const [layer, name] of [[picture, "picture"], [mask, "mask"]]) {
      const view = await this.model.widget_manager.create_view(layer, {});
      if (signal.aborted) return view.remove();
      view.el.classList.add(`iw-art__${name}`);
      view.el.setAttribute("aria-hidden", "true");
      view.el.setAttribute("tabindex", "-1"); // it would keep Tab and every other key to itself
      this.screen.before(view.el);
      const changed = () => this.schedule();
      layer.on("new-frame", changed);
      signal.addEventListener("abort", () => {
        layer.off("new-frame", changed);
        view.remove();
      });
    }
    this.schedule();
  }

  listen(signal) {
    const on = (type, handler) => this.el.addEventListener(type, handler, { signal });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => event.pointerId === this.pointer && this.finish());
    on("lostpointercapture", (event) => event.pointerId === this.pointer && this.finish());
    on("pointercancel", (event) => event.pointerId === this.pointer && this.cancel());
    on("pointerleave", () => this.pointer === null && this.moveBrush(null));
    on("blur", () => this.el.matches(":hover") || this.moveBrush(null));
  }

  /** @returns {Point} where an event is, px of the image; right under CSS scaling and any device pixel ratio */
  locate(event) {
    const box = this.el.getBoundingClientRect();
    const { width, height } = this.model.get("_state");
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
  }

  down(event) {
    if (!this.layers || event.button !== 0 || !event.isPrimary || this.ink.current) return;
    if (event.isTrusted) this.el.setPointerCapture(event.pointerId); // an event made by a script has no pointer
    const point = this.locate(event);
    this.pointer = event.pointerId;
    if (this.model.get("view") === "image") set(this.model, "view", "overlay"); // nobody should draw unseen
    this.ink.begin(event.shiftKey && this.last ? [this.last, point] : [point]);
    this.moveBrush(point);
  }

  move(event) {
    if (event.pointerId === this.pointer) {
      if (!(event.buttons & 1)) return this.finish(); // let go where nobody told us
      const between = event.getCoalescedEvents?.() ?? [];
      if (this.ink.current) this.ink.extend((between.length ? between : [event]).map((each) => this.locate(each)));
    }
    this.moveBrush(this.locate(event));
  }

  finish() {
    this.pointer = null;
    if (!this.ink.current) return; // Esc, or another picture, has ended it
    this.last = this.ink.current.points.at(-1);
    this.ink.finish();
  }

  /** Stop the stroke in progress. @returns {boolean} whether there was one */
  cancel() {
    const drawing = this.pointer !== null && this.ink.current !== null;
    this.pointer = null;
    if (drawing) this.ink.cancel();
    return drawing;
  }

  /** Move the brush with the keyboard, by px of the image. */
  nudge(dx, dy) {
    const { width, height } = this.model.get("_state");
    const [x, y] = this.at ?? [width / 2, height / 2];
    this.moveBrush([Math.min(Math.max(x + dx, 0), width), Math.min(Math.max(y + dy, 0), height)]);
  }

  /** Paint once where the brush is: what Enter does. */
  dab() {
    if (!this.at || !this.layers || this.ink.current) return;
    this.ink.begin([this.at]);
    this.finish();
  }

  moveBrush(point) {
    this.at = point;
    this.onMove(point);
    this.placeBrush();
  }

  placeBrush() {
    this.brush.style.display = this.at && this.layers ? "" : "none";
    const { width } = this.model.get("_state");
    if (!this.at || !width) return;
    const scale = this.el.clientWidth / width;
    this.brush.firstChild.setAttribute("transform", `translate(${this.at[0] * scale} ${this.at[1] * scale})`);
    const radius = (this.model.get("brush_size") * scale) / 2;
    for (const circle of this.brush.querySelectorAll("circle")) circle.setAttribute("r", String(radius));
  }

  describe() {
    const { width, height, covers } = this.model.get("_state");
    if (!width) return;
    this.el.style.aspectRatio = `${width} / ${height}`;
    this.el.style.maxWidth = `${Math.round((TALLEST * width) / height)}px`;
    const doing = "Draw with the pointer, or move with the arrow keys and paint with Enter.";
    this.el.setAttribute("aria-label", `Picture of ${width} × ${height} px, ${covers} masked. ${doing}`);
  }

  setView() {
    this.el.dataset.view = this.model.get("view");
    this.schedule();
  }

  resize() {
    this.placeBrush();
    this.schedule();
  }

  /** Draw the screen layer before the next frame, however often it is asked for. */
  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.drawScreen();
    });
  }

  /** What lies over the layers, in the screen's own pixels: the line around the mask, or the whole cut-out. */
  drawScreen() {
    const view = this.model.get("view");
    const [width, height] = [this.el.clientWidth, this.el.clientHeight].map((side) =>
      Math.round(side * devicePixelRatio),
    );
    if (!this.layers || !width || !height) return;
    const { screen, scratch } = this;
    if (screen.width !== width || screen.height !== height) {
      for (const canvas of [screen, scratch]) Object.assign(canvas, { width, height });
    }
    const ctx = screen.getContext("2d");
    const onto = (operation, picture, x = 0, y = 0) => {
      ctx.globalCompositeOperation = operation;
      ctx.drawImage(picture, x, y, width, height);
    };
    ctx.clearRect(0, 0, width, height);
    if (view === "cutout") {
      onto("source-over", this.layers.picture);
      onto("destination-out", this.layers.mask);
    } else if (view === "overlay") {
      // The mask a little to all sides, without the mask: what is left is a line around it.
      const small = scratch.getContext("2d");
      small.globalCompositeOperation = "copy";
      small.drawImage(this.layers.mask, 0, 0, width, height);
      const line = devicePixelRatio;
      for (const x of [-line, 0, line]) for (const y of [-line, 0, line]) if (x || y) onto("source-over", scratch, x, y);
      onto("destination-out", scratch);
      ctx.globalCompositeOperation = "source-in";
      ctx.fillStyle = "#fff";
      ctx.fillRect(0, 0, width, height);
    }
  }
}
