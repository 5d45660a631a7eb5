// Mouse, pen and touch on the mask canvas: who draws, who moves the picture, and where they are.

const WHEEL_ZOOM = 0.01; // of the scale, for a px that the wheel turns: as far as two fingers on a trackpad move
const WHEEL_MOST = 24; // px: a notch of a mouse wheel turns it by 100 and more
const TIP = { button: 0, buttons: 1 }; // of a mouse, a finger, a pen
const RUBBER = { button: 5, buttons: 32 }; // the other end of a pen
const WHEEL_LINE = 16; // px of a line, where the wheel counts lines

/**
 * How a shape meets the mask: as Shift and Alt say, otherwise as the switch does.
 * @returns {"add" | "subtract" | "intersect"}
 */
function modeOf({ shiftKey, altKey }, model) {
  if (shiftKey && altKey) return "intersect";
  if (shiftKey) return "add";
  return altKey ? "subtract" : model.get("mode");
}

/** The pointers over one view, and the point that the keyboard moves. */
class Pointer {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    /** @type {Point | null} where it is, px of the picture */
    this.at = null;
    /** @type {((at: Point | null) => void)[]} told once a frame */
    this.onHover = [];
    /** @type {{ id: number, tool: Behaviour } | null} the pointer that draws */
    this.drawing = null;
    /** @type {{ id: number, from: [number, number] } | null} the pointer that moves the picture; CSS px of the view */
    this.panning = null;
    /** @type {Map<number, [number, number]>} the fingers, `clientX` and `clientY` */
    this.fingers = new Map();
    /** @type {Behaviour | null} what the keyboard has begun */
    this.keyed = null;
    this.hand = false; // whether Space is held down
    this.cursor = new Cursor(stage);
    this.listen();
    stage.view.onView.push(() => this.schedule());
    const shown = ["tool", "layer", "markup_tool", "brush_size", "markup_width", "mode", "overlay_color", "overlay_opacity", "view"];
    follow(stage.model, shown, () => this.schedule(), stage.signal);
    stage.signal.addEventListener("abort", () => cancelAnimationFrame(this.frame));
  }

  /** Whether something is being drawn. */
  get active() {
    return Boolean(this.drawing || this.keyed?.busy);
  }

  listen() {
    const { el, signal } = this.stage;
    const on = (type, handler, options) => el.addEventListener(type, handler, { signal, ...options });
    on("pointerdown", (event) => event.target === el && this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => this.up(event));
    on("lostpointercapture", (event) => this.up(event));
    on("pointercancel", (event) => this.lose(event));
    on("dblclick", (event) => event.target === el && this.stage.tool().twice());
    on("pointerleave", (event) => this.leave(event));
    on("contextmenu", (event) => (this.drawing || this.fingers.size) && event.preventDefault());
    on("wheel", (event) => this.wheel(event), { passive: false });
    on("keydown", (event) => event.target === el && event.key === " " && this.setHand(true));
    on("keyup", (event) => event.key === " " && this.setHand(false));
    on("blur", () => {
      this.setHand(false);
      if (!el.matches(":hover")) this.moveTo(null);
    });
  }

  down(event) {
    if (this.stage.screen.roundTrip) return;
    const { el } = this.stage;
    el.focus({ preventScroll: true, focusVisible: false });
    if (event.pointerType === "touch") {
      this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
      if (this.fingers.size > 1) return this.drop(); // two fingers move the picture: the first one has drawn nothing
    }
    if (this.drawing || this.panning) return;
    const moves = event.button === 1 || (event.button === TIP.button && this.hand);
    if (!moves && event.button !== TIP.button && event.button !== RUBBER.button) return;
    if (event.isTrusted) el.setPointerCapture(event.pointerId); // an event made by a script has no pointer
    if (moves) {
      event.preventDefault(); // the middle button would scroll the page
      this.panning = { id: event.pointerId, from: this.stage.view.toViewport([event.clientX, event.clientY]) };
      return this.showHand();
    }
    this.begin(event);
  }

  begin(event) {
    const [x, y, pressure] = this.locate(event);
    this.at = [x, y];
    if (this.keyed?.busy) {
      this.hover();
      return this.act(event); // the keyboard has begun, the mouse ends it
    }
    this.drawing = { id: event.pointerId, tool: this.stage.tool() };
    this.start([x, y], pressure, event);
    this.schedule();
  }

  /** Let the tool begin at a point. @returns {Behaviour} */
  start(point, pressure, event) {
    const { model, set, tool: chosen } = this.stage;
    const shown = model.get("layer") === "markup" ? ["overlay"] : ["overlay", "mask", "cutout"];
    if (!shown.includes(model.get("view"))) set("view", "overlay"); // nobody should draw unseen
    const tool = chosen();
    const mode = tool.hasMode ? modeOf(event, model) : model.get("mode");
    tool.begin({ point, pressure, event }, event.button === RUBBER.button ? "subtract" : mode);
    return tool;
  }

  /** @returns {[number, number, number | null]} where an event is, px of the picture, and how hard a pen presses */
  locate({ clientX, clientY, pointerType, pressure }) {
    return [...this.stage.view.toImage([clientX, clientY]), pointerType === "pen" ? pressure : null];
  }

  move(event) {
    if (this.fingers.has(event.pointerId) && this.fingers.size > 1) return this.pinch(event);
    if (this.panning?.id === event.pointerId) return this.pan(event);
    if (this.drawing?.id === event.pointerId) {
      if (!(event.buttons & (TIP.buttons | RUBBER.buttons))) return this.up(event); // let go where nobody told us
      const between = event.getCoalescedEvents?.() ?? [];
      const passed = (between.length ? between : [event]).map((each) => this.locate(each));
      this.drawing.tool.move(passed, event);
    }
    if (this.drawing && this.drawing.id !== event.pointerId) return;
    const [x, y] = this.locate(event);
    this.at = [x, y];
    if (!this.drawing && event.target === this.stage.el) this.hover();
    this.schedule();
  }

  hover() {
    const { busy } = this.keyed ?? {};
    if (busy) this.keyed.move([[...this.at, null]], null); // begun by the keyboard, gone on with the mouse
    else this.stage.tool().hover?.(this.at);
  }

  up(event) {
    this.fingers.delete(event.pointerId);
    if (this.panning?.id === event.pointerId) this.panning = null;
    if (this.drawing?.id === event.pointerId) {
      const { tool } = this.drawing;
      this.drawing = null;
      tool.end();
    }
    if (event.pointerType === "touch") this.at = null; // a finger that is up is nowhere
    this.showHand();
    this.schedule();
  }

  /** The system has taken the pointer away. */
  lose(event) {
    if (this.drawing?.id === event.pointerId) this.drop();
    this.up(event);
  }

  leave(event) {
    if (this.drawing || this.panning) return;
    this.moveTo(null);
    if (!this.keyed?.busy) this.stage.tool().hover?.(null);
    this.fingers.delete(event.pointerId);
  }

  /** Take back what is being drawn. */
  drop() {
    const { drawing } = this;
    this.drawing = null;
    this.schedule();
    return Boolean(drawing?.tool.cancel());
  }

  // Moving the picture

  pan(event) {
    const { view } = this.stage;
    const { from } = this.panning;
    const to = view.toViewport([event.clientX, event.clientY]);
    // The picture goes by whole px of the screen. What is less waits for the next move: it stays under the hand.
    const [dx, dy] = to.map((at, axis) => Math.round((at - from[axis]) * view.ratio) / view.ratio);
    this.panning.from = [from[0] + dx, from[1] + dy];
    view.pan(dx, dy);
  }

  pinch(event) {
    const before = [...this.fingers.values()].slice(0, 2);
    this.fingers.set(event.pointerId, [event.clientX, event.clientY]);
    this.stage.view.pinch(before, [...this.fingers.values()].slice(0, 2));
  }

  /** With Ctrl the wheel zooms; without, it scrolls the page as everywhere. Two fingers on a trackpad come as Ctrl. */
  wheel(event) {
    if (!(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const turned = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? WHEEL_LINE : 1);
    const by = Math.min(Math.max(turned, -WHEEL_MOST), WHEEL_MOST);
    this.stage.view.zoomBy(Math.exp(-by * WHEEL_ZOOM), [event.clientX, event.clientY]);
  }

  setHand(hand) {
    this.hand = hand;
    this.showHand();
  }

  showHand() {
    this.stage.el.classList.toggle("has-hand", this.hand || Boolean(this.panning));
    this.stage.el.classList.toggle("is-panning", Boolean(this.panning));
  }

  // The keyboard

  /** Move to a point, or nowhere. @param {Point | null} point px of the picture */
  moveTo(point) {
    this.at = point;
    this.schedule();
  }

  /** Move by the keyboard, px of the picture. */
  nudge(dx, dy) {
    const { width, height } = this.stage.view;
    const [x, y] = this.at ?? [width / 2, height / 2];
    this.moveTo([Math.min(Math.max(x + dx, 0), width), Math.min(Math.max(y + dy, 0), height)]);
    this.stage.view.reveal(this.at);
    this.hover();
  }

  /**
   * What Enter does: the tool begins here, and ends here if it needs no second place.
   * @param {KeyboardEvent} event Shift means what it means with the pointer
   */
  act(event) {
    const { stage } = this;
    if (this.drawing || stage.screen.roundTrip) return;
    if (this.keyed?.busy) {
      this.keyed.end();
      this.keyed = null;
      return;
    }
    const { width, height } = stage.view;
    if (!this.at) this.moveTo([width / 2, height / 2]);
    const tool = this.start(this.at, null, event);
    if (!tool.spans) return tool.end();
    this.keyed = tool;
    stage.announce(`Begun at ${this.at.map(Math.floor).join(", ")}. Enter ends it, Esc takes it back.`);
  }

  /** Take back what is in progress. @returns {boolean} whether there was something */
  cancel() {
    if (this.drawing) return this.drop();
    this.keyed = null;
    return this.stage.tool().cancel();
  }

  // Once a frame

  /** Draw what lies under the pointer before the next frame. */
  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.cursor.draw(this.at);
      for (const callback of this.onHover) callback(this.at);
    });
  }
}
