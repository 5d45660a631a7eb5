// Marks of the mask canvas: arrows, circles, lines by hand and notes on the layer beside the mask.

const HEAD = { length: 4, width: 3.6 }; // of an arrow, in widths of its line; as in Python
const LINE_HEIGHT = 1.2; // of a note, in heights of its letters
const SHORTEST = 3; // CSS px: a drag that is shorter was a click
const LONGEST_TEXT = 500; // characters, as in Python
const LETTER_FONT = "system-ui, sans-serif";

/** @returns {number} px of the picture, to a hundredth: what Python keeps */
function hundredth(px) {
  return Math.round(px * 100) / 100;
}

/** @param {string} color "#rrggbb" @returns {string} black or white, whichever is farther from it */
function contrast(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue > 128 ? "#000000" : "#ffffff";
}

/** Draw an arrow's line and head. */
function drawArrow(ctx, { start, end, width }) {
  const far = Math.hypot(end[0] - start[0], end[1] - start[1]);
  if (!far) return;
  const [dx, dy] = [(end[0] - start[0]) / far, (end[1] - start[1]) / far];
  const length = Math.min(HEAD.length * width, far);
  const half = (HEAD.width * width * (length / (HEAD.length * width))) / 2;
  const [x, y] = [end[0] - dx * length, end[1] - dy * length]; // where the head begins
  ctx.beginPath();
  ctx.moveTo(...start);
  ctx.lineTo(x, y);
  ctx.stroke();
  ctx.beginPath();
  ctx.moveTo(...end);
  ctx.lineTo(x - dy * half, y + dx * half);
  ctx.lineTo(x + dy * half, y - dx * half);
  ctx.fill();
}

/** Draw a note's letters, with a line around them so that they are read on every picture. */
function drawNote(ctx, { x, y, text, color, size }) {
  ctx.font = `${size}px ${LETTER_FONT}`;
  ctx.textBaseline = "top";
  ctx.strokeStyle = contrast(color);
  ctx.lineWidth = Math.max(2, size / 8);
  for (const [i, line] of text.split("\n").entries()) {
    ctx.strokeText(line, x, y + i * LINE_HEIGHT * size);
    ctx.fillText(line, x, y + i * LINE_HEIGHT * size);
  }
}

/**
 * Draw a mark, much as Python will: what is seen until its answer comes.
 * @param {CanvasRenderingContext2D} ctx in px of the picture
 * @param {any} mark an arrow, a circle, a pen's line or a note, as in `canvas.operations`
 * @param {Point[]} [points] of a pen's line
 */
function drawMark(ctx, mark, points = mark.points) {
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = mark.color;
  ctx.lineWidth = mark.width;
  ctx.lineCap = ctx.lineJoin = "round";
  if (mark.type === "arrow") drawArrow(ctx, mark);
  else if (mark.type === "note") drawNote(ctx, mark);
  else {
    ctx.beginPath();
    if (mark.type === "circle") {
      const { x, y, w, h: high } = mark;
      ctx.ellipse(x + w / 2, y + high / 2, w / 2, high / 2, 0, 0, 2 * Math.PI);
    } else for (const [x, y] of [points[0], ...points]) ctx.lineTo(x, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** A mark that is drawn by dragging. */
class DraggedMark extends Behaviour {
  spans = true;
  hasMode = false;
  /** @type {Point[]} */
  points = [];

  begin(at) {
    this.busy = true;
    this.points = [];
    this.move([at.point]);
  }

  move(passed) {
    if (!this.busy) return;
    for (const [x, y] of passed) if (goesOn(this.points, [x, y])) this.points.push([hundredth(x), hundredth(y)]);
    this.stage.redraw();
  }

  end() {
    if (!this.cancel()) return;
    const [a, b] = [this.points[0], this.points.at(-1)];
    const far = Math.hypot(a[0] - b[0], a[1] - b[1]) * this.stage.view.scale;
    if (far >= SHORTEST) this.stage.link.do(...this.mark());
  }

  get line() {
    return { color: this.model.get("markup_color"), width: this.model.get("markup_width") };
  }

  /** @returns {[any, Point[]?]} what the link takes */
  mark() {
    throw new Error("Each mark says what it is.");
  }

  preview(ctx, view) {
    if (!this.busy) return;
    ctx.save();
    ctx.translate(...view.toScreen([0, 0]));
    ctx.scale(view.scale, view.scale);
    drawMark(ctx, ...this.mark());
    ctx.restore();
  }
}

class ArrowMark extends DraggedMark {
  mark() {
    return [{ type: "arrow", start: this.points[0], end: this.points.at(-1), ...this.line }];
  }
}

class CircleMark extends DraggedMark {
  mark() {
    const { x, y, w, h: high } = boxBetween(this.points[0], this.points.at(-1));
    const [width, height] = [w, high].map((side) => Math.max(hundredth(side), 1)); // a box has some of both
    return [{ type: "circle", x, y, w: width, h: height, ...this.line }];
  }
}

class PenMark extends DraggedMark {
  mark() {
    return [{ type: "pen", ...this.line }, this.points];
  }

  end() {
    if (this.cancel()) this.stage.link.do(...this.mark()); // a click is a dot
  }
}
