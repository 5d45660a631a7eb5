// Soft strokes of the mask canvas: shown before Python has made them, in the screen's own pixels.

const OPAQUE = 255;

/** The strength of a soft stroke at each px of a canvas, as its alpha; it grows with the stroke. */
class SoftStroke {
  /** @param {Place} place */
  constructor(place) {
    this.place = place;
    this.strength = new Uint8ClampedArray(place.w * place.h);
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width: place.w, height: place.h });
    this.ctx = this.canvas.getContext("2d");
    this.drawn = 0; // points
  }

  extend(operation, points) {
    for (; this.drawn < points.length; this.drawn++) {
      const pair = [points[Math.max(this.drawn - 1, 0)], points[this.drawn]];
      const area = areaOf(this.place, operation, pair) ?? toArea(this.place, -Infinity, -Infinity, Infinity, Infinity);
      if (area.w > 0 && area.h > 0) this.add(operation, pair, area);
    }
  }

  /** Add one straight piece: of all pieces, the strongest counts at each px. */
  add({ size, hardness, pressure }, [[ax, ay, a], [bx, by, b]], area) {
    const { k, x, y, w } = this.place;
    const [x0, y0, dx, dy] = [ax * k + x, ay * k + y, (bx - ax) * k, (by - ay) * k];
    const [r0, r1] = (pressure ? [a, b] : [size, size]).map((diameter) => (diameter / 2) * k);
    const square = dx * dx + dy * dy || 1;
    const pixels = this.ctx.createImageData(area.w, area.h);
    for (let row = 0, i = 3; row < area.h; row++) {
      const [py, line] = [area.y + row + 0.5 - y0, (area.y + row) * w];
      for (let column = 0; column < area.w; column++, i += 4) {
        const px = area.x + column + 0.5 - x0;
        const t = Math.min(Math.max((px * dx + py * dy) / square, 0), 1);
        const radius = r0 + t * (r1 - r0);
        const apart = (px - t * dx) ** 2 + (py - t * dy) ** 2;
        const at = line + area.x + column;
        if (apart < radius * radius) {
          const inner = (radius * hardness) / 100;
          const value = (OPAQUE * (radius - Math.sqrt(apart))) / (radius - inner); // clamped by the array
          if (value > this.strength[at]) this.strength[at] = value;
        }
        pixels.data[i] = this.strength[at];
      }
    }
    this.ctx.putImageData(pixels, area.x, area.y);
  }
}

/** @type {WeakMap<PathPoint[], SoftStroke>} by the stroke's points, which stay the same while it is drawn and sent */
const softStrokes = new WeakMap();

/** @returns {SoftStroke} the stroke as far as it goes, for this place of the picture */
function softStroke(place, operation, points) {
  let made = softStrokes.get(points);
  if (made?.place !== place) softStrokes.set(points, (made = new SoftStroke(place)));
  made.extend(operation, points);
  return made;
}
