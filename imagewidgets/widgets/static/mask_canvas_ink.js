// Strokes of the mask canvas: drawn here while they are made, sent to Python when they are finished, and kept on top of
// the mask that Python sends back until it holds them.

const INK = "#ff1f44"; // the overlay's colour, as Python sends it; how far it covers is CSS
const NEAREST = 0.5; // px of the image: points closer to the one before are left out

/**
 * @typedef {[number, number]} Point px of the image
 * @typedef {{ id: string, picture: number, points: Point[], size: number, erase: boolean }} Stroke
 */

/** What all views of one canvas share: the layers, and the strokes that Python has not answered yet. */
class Ink {
  /** @param {any} model the widget's model */
  constructor(model) {
    this.model = model;
    this.session = Math.random().toString(36).slice(2); // so that two browsers' strokes are told apart
    this.count = 0;
    this.turn = 0;
    this.bitmap = null; // the mask as Python last sent it
    this.current = null; // the stroke being drawn
    /** @type {Stroke[]} */
    this.sent = [];
    this.layers = this.connect();
    model.on("change:_state", () => this.receive());
    this.receive();
  }

  /** Find the models of the two ipycanvas layers, and see whether they can be drawn on from here. */
  async connect() {
    const find = (name) => this.model.widget_manager.get_model(this.model.get(name).slice("IPY_MODEL_".length));
    const [picture, mask] = await Promise.all([find("_picture_layer"), find("_mask_layer")]);
    // None of these members is documented. Without them ipycanvas's own mouse events take over, by way of Python.
    const reachable = [picture, mask].every(
      (layer) =>
        layer.canvas instanceof HTMLCanvasElement &&
        layer.ctx instanceof CanvasRenderingContext2D &&
        typeof layer.syncViews === "function",
    );
    if (reachable) this.mask = mask;
    else this.model.send({ type: "round_trip" });
    return { picture, mask, reachable };
  }

  /** Take over the mask that Python has made. Strokes it does not hold yet stay on top of it. */
  async receive() {
    const turn = ++this.turn;
    const state = this.model.get("_state");
    await this.layers;
    if (!this.mask || !state.mask) return;
    const bitmap = await createImageBitmap(new Blob([state.mask], { type: "image/png" }));
    if (turn !== this.turn) return; // a later one has come meanwhile
    this.bitmap = bitmap;
    this.sent = this.sent.slice(this.sent.findIndex((stroke) => stroke.id === state.stroke) + 1);
    if (this.current && this.current.picture !== state.picture) this.current = null;
    this.repaint();
  }

  /** Draw the mask and the strokes on top of it, in one go: nothing flickers. */
  repaint() {
    const { ctx } = this.mask;
    ctx.save();
    ctx.globalCompositeOperation = "copy";
    ctx.drawImage(this.bitmap, 0, 0);
    ctx.restore();
    for (const stroke of this.sent) this.draw(stroke, 0);
    if (this.current) this.draw(this.current, 0);
    this.mask.syncViews();
  }

  /**
   * Draw a stroke on the layer, with the geometry of the mask: straight lines with round ends and corners.
   * The ink is opaque, so nothing accumulates; CSS makes the whole layer translucent.
   * @param {Stroke} stroke
   * @param {number} from the point to start at: those before are drawn already
   */
  draw({ points, size, erase }, from) {
    const { ctx } = this.mask;
    ctx.save();
    ctx.globalCompositeOperation = erase ? "destination-out" : "source-over";
    ctx.strokeStyle = INK;
    ctx.lineWidth = size;
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.beginPath();
    ctx.moveTo(...points[from]);
    ctx.lineTo(...points[from]);
    for (let i = from + 1; i < points.length; i++) ctx.lineTo(...points[i]);
    ctx.stroke();
    ctx.restore();
  }

  /** @param {Point[]} points where the stroke begins */
  begin(points) {
    this.current = {
      id: `${this.session}:${++this.count}`,
      picture: this.model.get("_state").picture,
      size: this.model.get("brush_size"),
      erase: this.model.get("tool") === "eraser",
      points: [],
    };
    this.extend(points);
  }

  /** @param {Point[]} points where the stroke goes on */
  extend(points) {
    const stroke = this.current;
    const from = Math.max(0, stroke.points.length - 1);
    for (const point of points) {
      const last = stroke.points.at(-1);
      if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= NEAREST) stroke.points.push(point);
    }
    this.draw(stroke, from);
    this.mask.syncViews();
  }

  /** Send the stroke: one message, its points as 32-bit floats. */
  finish() {
    const { points, ...stroke } = this.current;
    this.sent.push(this.current);
    this.current = null;
    this.model.send({ type: "stroke", ...stroke }, undefined, [new Float32Array(points.flat()).buffer]);
  }

  /** Take the stroke back that is being drawn. */
  cancel() {
    this.current = null;
    this.repaint();
  }
}
