// What every tool of the mask canvas has in common: how the pointer, the keyboard and Python meet in it.

const APART = 0.5; // px of the picture: points of a line closer to the one before are left out

/**
 * @typedef {[number, number]} Point px of the picture; it may lie outside
 * @typedef {[number, number, (number | null)?]} Passed a point that the pointer passed, and a pen's pressure there
 * @typedef {{ point: Point, pressure: number | null, event: PointerEvent | KeyboardEvent | null }} At where the pointer
 *   goes down; pressure is 0 to 1 from a pen and null from everything else
 */

/**
 * Whether a point is far enough from the last one of a line to be part of it.
 * @param {number[][]} points
 * @param {number[]} point
 */
function goesOn(points, point) {
  const last = points.at(-1);
  return !last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= APART;
}

/**
 * One tool of one view. The pointer calls begin, move and end, and hover while it is up. Whatever is in progress is
 * seen on this view alone; when it is finished it goes to the link as one operation. It is given up when another tool,
 * another layer or another picture is chosen.
 */
class Behaviour {
  /** Whether something is in progress, which Esc would take back. */
  busy = false;
  /** For the keyboard: whether Enter begins, the arrows move and Enter ends; otherwise Enter does both. */
  spans = false;
  /** Whether Shift and Alt, or the switch, say how it meets the mask. */
  hasMode = true;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    const { model, signal } = stage;
    const picture = () => model.get("_state").picture;
    let drawnOn = picture();
    const giveUp = () => {
      const another = picture() !== drawnOn;
      drawnOn = picture();
      if (another) this.forget();
      else if (this.busy && stage.tool() !== this) this.leave();
    };
    follow(model, ["tool", "markup_tool", "layer", "_state"], giveUp, signal);
  }

  get model() {
    return this.stage.model;
  }

  /** Whether there is something to preview. */
  get drafts() {
    return this.busy;
  }

  /** The pointer goes down. @param {At} at @param {"add" | "subtract" | "intersect"} mode */
  begin(at, mode) {}

  /** The pointer moves while it is down. @param {Passed[]} points in order @param {PointerEvent | null} event */
  move(points, event) {}

  /** The pointer goes up. */
  end() {}

  /** Take back what is in progress. @returns {boolean} whether anything was */
  cancel() {
    const { busy } = this;
    this.busy = false;
    this.stage.redraw();
    return busy;
  }

  /** There is another picture. */
  forget() {
    if (this.busy) this.cancel();
  }

  /** Another tool is chosen. */
  leave() {
    this.cancel();
  }

  /** The pointer was pressed twice at one place, as fast as the system calls a double click. */
  twice() {}

  /** The pointer moves and is not down. @param {Point | null} point null when it has left */
  hover(point) {}

  /** Take the last step back that is no operation yet. @returns {boolean} whether there was one */
  back() {
    return false;
  }

  /**
   * A key while the picture has the focus.
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it meant something
   */
  key(event) {
    return false;
  }

  /** Draw what is in progress. @param {CanvasRenderingContext2D} ctx in CSS px of the view @param {View} view */
  preview(ctx, view) {}
}

/**
 * Put words on the picture, beside a point, on a dark plate so that they are read on every picture.
 * @param {CanvasRenderingContext2D} ctx in CSS px of the view
 * @param {[number, number]} at CSS px
 * @param {string} words
 */
function plate(ctx, [x, y], words) {
  ctx.save();
  ctx.globalAlpha = 1;
  ctx.font = `500 11px ${getComputedStyle(ctx.canvas).fontFamily}`;
  ctx.textBaseline = "middle";
  const width = ctx.measureText(words).width + 12;
  const { clientWidth, clientHeight } = ctx.canvas;
  const left = Math.max(4, Math.min(x + 14, clientWidth - width - 4));
  const top = Math.max(4, Math.min(y + 14, clientHeight - 24));
  ctx.fillStyle = "rgb(0 0 0 / .75)";
  ctx.beginPath();
  ctx.roundRect(left, top, width, 20, 4);
  ctx.fill();
  ctx.fillStyle = "#fff";
  ctx.fillText(words, left + 6, top + 10.5);
  ctx.restore();
}
