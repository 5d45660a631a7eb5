// How the mask canvas shows an operation before Python has made it. What is drawn here is replaced by the mask itself as
// soon as Python answers, so it may differ from it in the smooth edge, and nowhere else.

const LINE = "rgb(255 255 255 / .95)"; // around the mask
const HARDER = { hard: 1, soft: 8 }; // how often the mask's alpha is doubled for its line: soft edges have one, no veil
const COMPOSITE = { add: "source-over", subtract: "destination-out", intersect: "destination-in" };

/**
 * @typedef {{ k: number, x: number, y: number, w: number, h: number }} Place where the picture is on a canvas: its
 *   top left corner and the length of one of its px, in px of the canvas; and the canvas's own size
 * @typedef {{ x: number, y: number, w: number, h: number }} Area px of the canvas
 */

/**
 * Draw an operation over a mask whose alpha is what counts.
 * @param {CanvasRenderingContext2D} ctx
 * @param {Place} place
 * @param {any} operation
 * @param {PathPoint[]} points
 * @param {string | CanvasPattern} ink
 * @param {number} [from] the point of a stroke to start at: those before are drawn already
 */
function paintOperation(ctx, place, operation, points, ink, from = 0) {
  ctx.save();
  ctx.fillStyle = ctx.strokeStyle = ink;
  const { type, mode } = operation;
  if (type === "clear") ctx.clearRect(0, 0, place.w, place.h);
  else if (type === "select_all") ctx.fillRect(0, 0, place.w, place.h);
  else if (type === "invert") {
    ctx.globalCompositeOperation = "source-out";
    ctx.fillRect(0, 0, place.w, place.h);
  } else {
    ctx.globalCompositeOperation = COMPOSITE[mode];
    if (type === "stroke" && operation.hardness < 100) {
      ctx.drawImage(softStroke(place, operation, points).canvas, 0, 0);
    } else {
      ctx.transform(place.k, 0, 0, place.k, place.x, place.y);
      if (type === "stroke") paintStroke(ctx, operation, points, from);
      else paintShape(ctx, operation, points);
    }
  }
  ctx.restore();
}

/** A line with round ends and corners; of changing width where the points have a third number, its diameter there. */
function paintStroke(ctx, { size, pressure, mode }, points, from) {
  ctx.beginPath();
  if (!pressure) {
    ctx.lineWidth = size;
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.moveTo(...points[from]);
    ctx.lineTo(...points[from]);
    for (let i = from + 1; i < points.length; i++) ctx.lineTo(...points[i]);
    return ctx.stroke();
  }
  for (let i = from; i < points.length; i++) traceCone(ctx, points[Math.max(i - 1, 0)], points[i]);
  ctx.fill();
}

/** Put a disc at each of two points and what lies between into the path, all with the same winding. */
function traceCone(ctx, [ax, ay, a], [bx, by, b]) {
  for (const [x, y, diameter] of [[ax, ay, a], [bx, by, b]]) {
    ctx.moveTo(x + diameter / 2, y);
    ctx.arc(x, y, diameter / 2, 0, 2 * Math.PI);
  }
  const length = Math.hypot(bx - ax, by - ay);
  if (length <= Math.abs(a - b) / 2) return; // one disc lies in the other
  const along = Math.atan2(by - ay, bx - ax);
  const turn = Math.acos((a - b) / 2 / length); // from the axis to where the tangents touch
  const on = (x, y, diameter, angle) => [x + (diameter / 2) * Math.cos(angle), y + (diameter / 2) * Math.sin(angle)];
  ctx.moveTo(...on(ax, ay, a, along - turn));
  ctx.lineTo(...on(bx, by, b, along - turn));
  ctx.lineTo(...on(bx, by, b, along + turn));
  ctx.lineTo(...on(ax, ay, a, along + turn));
  ctx.closePath();
}

function paintShape(ctx, { type, x, y, w, h: high }, points) {
  ctx.beginPath();
  if (type === "rectangle") ctx.rect(x, y, w, high);
  else if (type === "ellipse") ctx.ellipse(x + w / 2, y + high / 2, w / 2, high / 2, 0, 0, 2 * Math.PI);
  else for (const point of points) ctx.lineTo(...point);
  ctx.fill();
}

/** The largest diameter that a stroke has, px of the picture. */
function widest({ size, pressure }, points) {
  return pressure ? Math.max(...points.map((point) => point[2])) : size;
}

/**
 * Where an operation changes the canvas.
 * @returns {Area | null} null: anywhere
 */
function areaOf(place, operation, points, from = 0) {
  const { type, mode, x, y, w, h: high } = operation;
  if (mode === "intersect") return null;
  if (type === "rectangle" || type === "ellipse") return toArea(place, x, y, x + w, y + high);
  if (type !== "stroke" && type !== "polygon") return null;
  const half = type === "stroke" ? widest(operation, points.slice(from)) / 2 : 0;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = from; i < points.length; i++) {
    const [px, py] = points[i];
    left = Math.min(left, px);
    top = Math.min(top, py);
    right = Math.max(right, px);
    bottom = Math.max(bottom, py);
  }
  return toArea(place, left - half, top - half, right + half, bottom + half);
}

/** Whole px of the canvas around what lies between px of the picture, and a little more for smooth edges. */
function toArea({ k, x, y, w, h: high }, left, top, right, bottom) {
  const within = (at, room) => Math.min(Math.max(at, 0), room);
  const [x0, y0] = [within(Math.floor(left * k + x) - 2, w), within(Math.floor(top * k + y) - 2, high)];
  return { x: x0, y: y0, w: within(Math.ceil(right * k + x) + 2, w) - x0, h: within(Math.ceil(bottom * k + y) + 2, high) - y0 };
}

/** @param {Area | null | undefined} a @param {Area | null | undefined} b undefined: nothing, null: everything */
function union(a, b) {
  if (a === undefined || b === null) return b;
  if (b === undefined || a === null) return a;
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
  return { x, y, w: Math.max(a.x + a.w, b.x + b.w) - x, h: Math.max(a.y + a.h, b.y + b.h) - y };
}

/**
 * Draw a line around a mask, so that it shows on every picture: the mask a little to all sides, without the mask.
 * @param {CanvasRenderingContext2D} ctx a canvas as large as the mask's
 * @param {HTMLCanvasElement} mask
 * @param {CanvasRenderingContext2D} scratch another one
 * @param {{ w: number, h: number }} size theirs
 * @param {Area | null} area where the mask has changed, null: anywhere
 * @param {number} line its width, px of the canvas
 * @param {boolean} soft whether the mask is soft somewhere
 */
function paintEdge(ctx, mask, scratch, size, area, line, soft) {
  const grown = (by) => {
    const from = area ?? { x: 0, y: 0, w: size.w, h: size.h };
    const [x, y] = [Math.max(from.x - by, 0), Math.max(from.y - by, 0)];
    return { x, y, w: Math.min(from.x + from.w + by, size.w) - x, h: Math.min(from.y + from.h + by, size.h) - y };
  };
  const inner = grown(line + 1);
  const { x, y, w, h: high } = grown(2 * line + 2);
  if (w <= 0 || high <= 0) return;
  const outer = [x, y, w, high];
  scratch.globalCompositeOperation = "source-over";
  scratch.clearRect(...outer);
  scratch.drawImage(mask, ...outer, ...outer);
  scratch.globalCompositeOperation = "lighter";
  for (let i = 0; i < (soft ? HARDER.soft : HARDER.hard); i++) scratch.drawImage(scratch.canvas, ...outer, ...outer);
  const onto = (dx, dy) => ctx.drawImage(scratch.canvas, ...outer, x + dx, y + dy, w, high);
  inside(ctx, size, inner, () => {
    for (const dx of [-line, 0, line]) for (const dy of [-line, 0, line]) if (dx || dy) onto(dx, dy);
    ctx.globalCompositeOperation = "destination-out";
    onto(0, 0);
    ctx.globalCompositeOperation = "source-in";
    ctx.fillStyle = LINE;
    ctx.fillRect(inner.x, inner.y, inner.w, inner.h);
  });
}
