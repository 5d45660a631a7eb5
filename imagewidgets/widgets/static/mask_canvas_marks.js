// Marks of the mask canvas: arrows, circles, lines by hand and notes on the layer beside the mask.

// How Python draws them (imagewidgets.mask.markup), so that nothing moves when its answer comes.
const HEAD = { length: 4.2, width: 3.8, notch: 0.78, rounding: 0.2 }; // of an arrow, in widths of its line
const OUTLINE = { line: 0.16, letters: 0.07, least: 1, most: 4, alpha: 0.85, light: 140 };
const LINE_HEIGHT = 1.25; // of a note, in sizes of its letters
const ASCENT = 0.97; // from the top of a note to where its first line stands, in sizes of its letters
const LETTER_FONT = "system-ui, sans-serif";
const SHORTEST = 3; // CSS px: a drag that is shorter was a click

/** @returns {number} px of the picture, to a hundredth: what Python keeps */
function hundredth(px) {
  return Math.round(px * 100) / 100;
}

/** @param {string} color "#rrggbb" @returns {string} black or white, whichever stands out from it */
function contrast(color) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue >= OUTLINE.light ? "#000000" : "#ffffff";
}

/** @returns {number} the width of the outline around a mark, px of the picture */
function outlineOf({ type, width, size }) {
  const px = type === "note" ? Math.round(size * OUTLINE.letters) : width * OUTLINE.line;
  return Math.min(Math.max(px, OUTLINE.least), OUTLINE.most);
}

/** Draw an arrow, `wider` px wider on all sides. */
function drawArrow(ctx, { start, end, width: widest }, wider) {
  const far = Math.hypot(end[0] - start[0], end[1] - start[1]);
  if (!far) return;
  const along = [(end[0] - start[0]) / far, (end[1] - start[1]) / far];
  const width = Math.min(widest, far / HEAD.length); // a short arrow is all head
  const rounding = HEAD.rounding * width;
  const at = (back, aside) => [
    end[0] - along[0] * back - along[1] * aside,
    end[1] - along[1] * back + along[0] * aside,
  ];
  const neck = at(HEAD.length * HEAD.notch * width, 0);
  ctx.lineWidth = width + 2 * wider;
  ctx.beginPath();
  ctx.moveTo(...start);
  ctx.lineTo(...neck);
  ctx.stroke();
  const [back, side] = [HEAD.length * width - rounding, (HEAD.width / 2) * width - rounding];
  ctx.lineWidth = 2 * (rounding + wider);
  ctx.beginPath();
  for (const corner of [at(rounding, 0), at(back, side), neck, at(back, -side)]) ctx.lineTo(...corner);
  ctx.closePath();
  ctx.fill();
  ctx.stroke();
}

/** Draw a note's letters, `wider` px wider on all sides. */
function drawNote(ctx, { x, y, text, size }, wider) {
  ctx.font = `${size}px ${LETTER_FONT}`;
  ctx.lineWidth = 2 * wider;
  for (const [i, line] of text.split("\n").entries()) {
    const baseline = y + (ASCENT + i * LINE_HEIGHT) * size;
    if (wider) ctx.strokeText(line, x, baseline);
    ctx.fillText(line, x, baseline);
  }
}

/** Draw a circle or a pen's line, `wider` px wider on all sides. */
function drawLine(ctx, { type, width, x, y, w, h: high }, points, wider) {
  ctx.lineWidth = width + 2 * wider;
  ctx.beginPath();
  if (type === "circle") ctx.ellipse(x + w / 2, y + high / 2, w / 2, high / 2, 0, 0, 2 * Math.PI);
  else for (const point of [points[0], ...points]) ctx.lineTo(...point);
  ctx.stroke();
}

/**
 * Draw a mark: what is seen until Python's answer comes.
 * @param {CanvasRenderingContext2D} ctx in px of the picture
 * @param {any} mark an arrow, a circle, a pen's line or a note, as in `canvas.operations`
 * @param {Point[]} [points] of a pen's line
 */
function drawMark(ctx, mark, points = mark.points) {
  ctx.save();
  ctx.lineCap = ctx.lineJoin = "round";
  const below = [contrast(mark.color), OUTLINE.alpha, outlineOf(mark)];
  for (const [color, alpha, wider] of [below, [mark.color, 1, 0]]) {
    ctx.strokeStyle = ctx.fillStyle = color;
    ctx.globalAlpha = alpha;
    if (mark.type === "arrow") drawArrow(ctx, mark, wider);
    else if (mark.type === "note") drawNote(ctx, mark, wider);
    else drawLine(ctx, mark, points, wider);
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
