// What every tool of the mask canvas has in common: how the pointer, the keyboard and Python meet in it.

const APART = 0.5; // px of the picture: points of a line closer to the one before are left out

/**
 * @typedef {[number, number]} Point px of the picture; it may lie outside
 * @typedef {{ point: Point, pressure: number | null, event: PointerEvent | KeyboardEvent }} At where the pointer is;
 *   pressure is 0 to 1 from a pen and null from everything else
 */

/**
 * How a shape meets the mask: as Shift and Alt say, otherwise as the switch does.
 * @param {{ shiftKey: boolean, altKey: boolean }} event
 * @param {any} model
 * @returns {"add" | "subtract" | "intersect"}
 */
function modeOf(event, model) {
  if (event.shiftKey && event.altKey) return "intersect";
  if (event.shiftKey) return "add";
  if (event.altKey) return "subtract";
  return model.get("mode");
}

/**
 * Whether a point is far enough from the last one of a line to be part of it.
 * @param {Point[]} points
 * @param {Point} point
 */
function goesOn(points, point) {
  const last = points.at(-1);
  return !last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= APART;
}

/**
 * One tool of one view. The pointer calls begin, move and end; the keyboard calls key and, with the arrows, move.
 * Whatever is in progress is seen on this view alone; end() hands it over as one operation.
 */
class Behaviour {
  /** What the cursor is drawn as: "cross", with the sign of the mode, "plain" without, or "brush". */
  outline = "cross";
  /** Whether something is in progress, which Esc would take back. */
  busy = false;

  /** @param {any} stage the view's parts, see mask_canvas.js */
  constructor(stage) {
    this.stage = stage;
  }

  get model() {
    return this.stage.model;
  }

  /** The pointer goes down. @param {At} at */
  begin(at) {}

  /** The pointer moves while it is down. @param {At[]} ats all that it passed, in order */
  move(ats) {}

  /** The pointer goes up. */
  end() {}

  /** Take back what is in progress. @returns {boolean} whether anything was */
  cancel() {
    const busy = this.busy;
    this.busy = false;
    this.show();
    return busy;
  }

  /** The pointer moves and is not down. @param {At | null} at null when it has left */
  hover(at) {}

  /** Take the last step back that is not an operation yet. @returns {boolean} whether there was one */
  back() {
    return false;
  }

  /**
   * A key in the picture. Enter does what the pointer does: it goes down, and the next time up.
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it meant something
   */
  key(event) {
    if (event.key !== "Enter") return false;
    if (this.busy) this.end();
    else this.begin({ point: this.stage.cursor.here(), pressure: null, event });
    return true;
  }

  /** Draw what is in progress. @param {CanvasRenderingContext2D} ctx in CSS px of the view */
  preview(ctx) {}

  /** Draw it again. @param {string} [words] beside the cursor, such as a size */
  show(words) {
    this.stage.cursor.draft();
    this.stage.cursor.say(words);
  }
}
