// Pictures of the mask canvas on the screen, at any size.

const SHARP_FROM = 2; // device px for a px of the picture: from here on pixels are squares

/** Draw in one area of a canvas alone, all of it unless given, in place of what is there. */
function inside(ctx, place, area, draw) {
  const { x, y, w, h: high } = area ?? { x: 0, y: 0, w: place.w, h: place.h };
  if (w <= 0 || high <= 0) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, w, high);
  ctx.clip();
  ctx.clearRect(x, y, w, high);
  draw({ x, y, w, h: high });
  ctx.restore();
}

/**
 * Draw a picture in its place.
 * @param {Place} place of the whole picture
 * @param {CanvasImageSource} picture
 * @param {{ x: number, y: number }} [corner] of this part of it, px of the picture
 * @param {number} [shrunk] how much smaller it is than what it shows
 */
function drawScaled(ctx, { k, x, y }, picture, corner = { x: 0, y: 0 }, shrunk = 1) {
  ctx.imageSmoothingEnabled = k < SHARP_FROM && k !== 1;
  const [w, high] = [picture.width, picture.height].map((side) => side * shrunk * k);
  ctx.drawImage(picture, corner.x * k + x, corner.y * k + y, w, high);
}

/** A canvas and its halves: whatever it is shown at, as many pixels are looked at as are drawn, and none is missed. */
class Pyramid {
  /** @param {() => HTMLCanvasElement} source it may change with time */
  constructor(source) {
    this.source = source;
    /** @type {HTMLCanvasElement[]} each half as wide and high as the one before; made when they are needed */
    this.halves = [];
    this.changed = undefined; // where, since they were drawn: px of the source, null: everywhere
  }

  /** @param {{ x: number, y: number, w: number, h: number } | null} [box] px of the source */
  change(box = null) {
    this.changed = union(this.changed, box);
  }

  /** Draw it in its place, all of it: whoever calls has clipped it. */
  draw(ctx, place) {
    const source = this.source();
    const level = Math.max(0, Math.floor(Math.log2(1 / place.k)));
    if (level) this.update(source, level);
    drawScaled(ctx, place, level ? this.halves[level - 1] : source, undefined, 2 ** level);
  }

  update(source, level) {
    if (this.halves[0]?.of !== `${source.width} × ${source.height}`) this.halves = [];
    for (let i = 0; i < Math.max(level, this.halves.length); i++) {
      const from = this.halves[i - 1] ?? source;
      const made = i < this.halves.length;
      if (!made) this.halves.push(halved(from));
      this.halves[i].of ??= `${source.width} × ${source.height}`;
      if (!made || this.changed !== undefined) drawHalf(this.halves[i], from, made ? this.changed : null, 2 ** (i + 1));
    }
    this.changed = undefined;
  }
}

function halved({ width, height }) {
  return Object.assign(document.createElement("canvas"), { width: Math.ceil(width / 2), height: Math.ceil(height / 2) });
}

/** Draw the half of a canvas, where the source has changed: each px is the mean of four. */
function drawHalf(half, from, changed, shrunk) {
  const ctx = half.getContext("2d");
  const whole = { x: 0, y: 0, w: half.width * shrunk, h: half.height * shrunk };
  const { x, y, w, h: high } = changed ?? whole;
  const [left, top] = [x, y].map((at) => Math.max(0, Math.floor(at / shrunk) - 1));
  const [right, bottom] = [x + w, y + high].map((at) => Math.ceil(at / shrunk) + 1);
  inside(ctx, { w: half.width, h: half.height }, { x: left, y: top, w: right - left, h: bottom - top }, () => {
    ctx.drawImage(from, 0, 0, from.width / 2, from.height / 2);
  });
}
