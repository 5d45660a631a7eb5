// What one view of the mask canvas shows, in the screen's own pixels: the cost of drawing never depends on the picture's.

/** The canvases of a view, from the bottom: the picture, the mask, the line around it, what is drawn over it. */
class Screen {
  /** @param {Stage} stage */
  constructor(stage) {
    const { model, link, view, signal } = stage;
    Object.assign(this, { model, link, view });
    const layer = (name) => h("canvas", { class: `iw-art__${name}`, "aria-hidden": "true" }).getContext("2d");
    this.layers = { picture: layer("picture"), mask: layer("mask"), edge: layer("edge"), markup: layer("markup") };
    this.scratch = document.createElement("canvas").getContext("2d");
    this.paper = h("div", { class: "iw-art__paper iw-checker" }, ...Object.values(this.layers).map((ctx) => ctx.canvas));
    stage.el.append(this.paper);
    /** @type {Place} where the picture is on the canvases */
    this.place = { k: 1, x: 0, y: 0, w: 0, h: 0 };
    this.stroke = null; // what is being drawn
    this.dirty = {}; // what is to be drawn again: areas, null for all of it
    this.sources = { picture: new Pyramid(() => link.picture.canvas), mask: new Pyramid(() => link.mask.canvas) };
    signal.addEventListener("abort", () => cancelAnimationFrame(this.frame));

    view.onView.push(() => this.schedule("layout"));
    const resize = () => {
      const { width = 0, height = 0 } = model.get("_state");
      view.setPicture(width, height);
    };
    const tint = () => {
      this.paper.style.setProperty("--iw-mask-opacity", model.get("overlay_opacity"));
      const shown = this.paper.dataset.view;
      this.paper.dataset.view = model.get("view");
      if ([shown, model.get("view")].includes("cutout")) this.schedule("picture"); // the mask is cut out of it, or was
      this.schedule("mask");
    };
    follow(model, ["_state"], resize, signal);
    follow(model, ["view", "overlay_color", "overlay_opacity"], tint, signal);
    const watcher = {
      mask: (box, dropped) => this.answer(box, dropped),
      picture: () => this.refresh(),
      markup: () => this.schedule("markup"),
      added: (entry) => this.add(entry),
    };
    link.watch(watcher, signal);
    link.layers.then(({ reachable }) => (reachable ? this.refresh() : this.fallBack(stage)));
  }

  /** Put ipycanvas's own views in the place of the canvases: it listens to the mouse itself. */
  async fallBack({ el, model, signal }) {
    el.classList.add("is-round-trip");
    this.paper.replaceChildren();
    for (const [name, layer] of Object.entries(await this.link.layers)) {
      if (name === "reachable") continue;
      const view = await model.widget_manager.create_view(layer, {});
      if (signal.aborted) return view.remove();
      view.el.classList.add(`iw-art__${name}`);
      view.el.setAttribute("aria-hidden", "true");
      view.el.setAttribute("tabindex", "-1"); // it would keep Tab and every other key to itself
      this.paper.append(view.el);
      signal.addEventListener("abort", () => view.remove());
    }
    this.roundTrip = true;
    this.layOut();
  }

  // When to draw

  /**
   * Draw something again before the next frame, however often it is asked for.
   * @param {"layout" | "picture" | "mask" | "edge" | "markup"} what
   * @param {Area | null} [area] px of the canvas; all of it unless given
   */
  schedule(what, area = null) {
    this.dirty[what] = union(this.dirty[what], area);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.draw();
    });
  }

  draw() {
    if ("layout" in this.dirty) this.layOut();
    const { dirty, place } = this;
    this.dirty = {};
    if (this.roundTrip || !place.w || !place.h || !this.link.picture) return;
    if ("mask" in dirty) {
      this.drawMask(dirty.mask);
      dirty.edge = union(dirty.edge, dirty.mask);
    }
    const view = this.model.get("view");
    if (view === "cutout") dirty.picture = union(dirty.picture, dirty.edge);
    if (dirty.picture !== undefined) this.drawPicture(dirty.picture);
    if (dirty.edge !== undefined && view === "overlay") this.drawEdge(dirty.edge);
    if ("markup" in dirty) this.drawMarkup();
  }

  /** Give the canvases the place and the size of what is seen of the picture. */
  layOut() {
    const { view } = this;
    const seen = this.roundTrip
      ? { x: view.left, y: view.top, w: view.width * view.density, h: view.height * view.density }
      : view.visible;
    const [left, top, width, height] = [seen.x, seen.y, seen.w, seen.h].map((length) => `${length / view.ratio}px`);
    Object.assign(this.paper.style, { left, top, width, height });
    this.place = { k: view.density, x: view.left - seen.x, y: view.top - seen.y, w: seen.w, h: seen.h };
    if (this.roundTrip) return;
    for (const { canvas } of [...Object.values(this.layers), this.scratch]) {
      if (canvas.width !== seen.w || canvas.height !== seen.h) Object.assign(canvas, { width: seen.w, height: seen.h });
    }
    this.dirty = { picture: null, mask: null, edge: null, markup: null };
  }

  // The picture

  /** The picture itself has changed. */
  refresh() {
    this.sources.picture.change();
    this.schedule("picture");
    this.schedule("mask");
    this.schedule("markup");
  }

  /** @param {Area | null} area */
  drawPicture(area) {
    const ctx = this.layers.picture;
    inside(ctx, this.place, area, () => {
      this.sources.picture.draw(ctx, this.place);
      if (this.model.get("view") !== "cutout") return;
      ctx.globalCompositeOperation = "destination-out";
      ctx.drawImage(this.layers.mask.canvas, 0, 0);
    });
  }

  // The mask

  /** What the mask is drawn with: its alpha is the mask, the colour is only how it is shown. */
  colour() {
    return this.model.get("view") === "mask" ? "#fff" : this.model.get("overlay_color");
  }

  /** Draw the mask as Python has it and over it what it has not answered yet, in one go: nothing flickers. */
  drawMask(area) {
    const ctx = this.layers.mask;
    const ink = this.colour();
    inside(ctx, this.place, area, ({ x, y, w, h: high }) => {
      if (!this.link.blank) this.sources.mask.draw(ctx, this.place);
      for (const entry of this.link.foreseen()) {
        const { operation, points } = entry;
        if (!isMark(operation)) paintOperation(ctx, this.placeOf(entry), operation, points, ink);
      }
      if (this.stroke) paintOperation(ctx, this.place, this.stroke, this.stroke.points, ink);
      ctx.globalCompositeOperation = "source-in";
      ctx.fillStyle = ink;
      ctx.fillRect(x, y, w, high);
    });
  }

  /**
   * Draw a stroke that is being made: at once, and only what it has grown by.
   * @param {any} stroke the operation with its points; the same object each time
   * @param {number} from the point since which it has grown
   */
  ink(stroke, from) {
    this.stroke = stroke;
    const area = areaOf(this.place, stroke, stroke.points, from);
    if (area === null) return this.schedule("mask"); // what is left of the mask is known from all of it alone
    if (stroke.hardness < 100) this.drawMask(area);
    else paintOperation(this.layers.mask, this.place, stroke, stroke.points, this.colour(), from);
    this.schedule("edge", area);
  }

  /** The stroke is finished, and the link has its points; or it is not to be. */
  endInk() {
    const { stroke } = this;
    this.stroke = null;
    if (!stroke || this.link.pending.some((entry) => entry.points === stroke.points)) return;
    this.schedule("mask", areaOf(this.place, stroke, stroke.points));
  }

  /** Show what has been sent. @param {Entry} entry */
  add(entry) {
    const { operation, points } = entry;
    if (points && points === this.stroke?.points) return; // it is there already
    if (operation && isMark(operation)) this.schedule("markup");
    else if (operation && this.link.foresees(entry)) this.schedule("mask", areaOf(this.place, operation, points));
    else if (!operation && this.link.pending.length > 1) this.redoAll(); // it may take back what is under way
  }

  redoAll() {
    this.schedule("mask");
    this.schedule("markup");
  }

  /** Show what has come from Python: the box in which the mask has changed, and what had been drawn for it. */
  answer(box, dropped) {
    if (box !== undefined) this.sources.mask.change(box);
    let area = box && toArea(this.place, box.x, box.y, box.x + box.w, box.y + box.h);
    for (const entry of dropped) {
      const { operation, points } = entry;
      if (!this.link.foresees(entry) || isMark(operation)) continue;
      area = union(area, areaOf(this.placeOf(entry), operation, points));
    }
    if (area !== undefined) this.schedule("mask", area);
  }

  /** Where the picture would be that an operation was drawn on, were it not extended since. @returns {Place} */
  placeOf(entry) {
    const [dx, dy] = this.link.moved(entry) ?? [0, 0];
    const { k, x, y } = this.place;
    return dx || dy ? { ...this.place, x: x + dx * k, y: y + dy * k } : this.place;
  }

  /** @param {Area | null} area where the mask has changed */
  drawEdge(area) {
    const soft = this.link.soft || this.stroke?.hardness < 100;
    const line = Math.max(1, Math.round(this.view.ratio));
    paintEdge(this.layers.edge, this.layers.mask.canvas, this.scratch, this.place, area, line, soft);
  }

  // What lies over the mask

  drawMarkup() {
    const ctx = this.layers.markup;
    const { place, link } = this;
    ctx.clearRect(0, 0, place.w, place.h);
    ctx.canvas.hidden = !(link.overlay || link.markup || link.pending.length); // a layer less to put together
    if (link.overlay) drawScaled(ctx, place, link.overlay.canvas);
    const foreseen = link.foreseen().filter(({ operation }) => isMark(operation));
    const cleared = foreseen.findLastIndex(({ operation }) => operation.type === "clear_markup");
    if (link.markup && cleared < 0) drawScaled(ctx, place, link.markup.bitmap, link.markup);
    for (const entry of foreseen.slice(cleared + 1)) {
      const { k, x, y } = this.placeOf(entry);
      ctx.setTransform(k, 0, 0, k, x, y);
      drawMark(ctx, entry.operation, entry.points);
    }
    ctx.resetTransform();
  }
}

/** Whether an operation is one on the markup. */
function isMark({ type }) {
  return ["arrow", "circle", "pen", "note", "clear_markup"].includes(type);
}
