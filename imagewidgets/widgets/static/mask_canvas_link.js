// What all views of one mask canvas share: the layers as Python has them, and what Python has not answered yet.

const RESEND = [4000, 8000, 16000]; // ms without an answer until everything is sent again; the last one goes on
const BUSY = 500; // ms that something may take which cannot be shown before Python has done it
const PNG_DEPTH = 24; // where a PNG file says how many bits a pixel has

/** Operations that can be shown before Python has done them. */
const FORESEEN = new Set("stroke rectangle ellipse polygon select_all clear invert arrow circle pen note clear_markup".split(" "));

/**
 * @typedef {[number, number] | [number, number, number]} PathPoint px of the image; the third is the diameter there
 * @typedef {{ x: number, y: number, w: number, h: number }} Box px of the image
 * @typedef {{ original: number, origin: [number, number] }} Ground which picture was drawn on, and where its corner was
 * @typedef {{ number: number, picture: number, ground: Ground, type: string, operation?: any, points?: PathPoint[] }} Entry
 * @typedef {{ mask?: (box: Box | null, dropped: Entry[]) => void, picture?: () => void, markup?: () => void,
 *   added?: (entry: Entry) => void, busy?: (busy: boolean) => void }} Watcher
 */

/** The models of the layers, the mask in them, and the messages that are under way. One per model. */
class Link {
  /** @param {any} model the widget's model */
  constructor(model) {
    this.model = model;
    this.session = newSession();
    this.count = 0;
    /** @type {Entry[]} sent and not answered */
    this.pending = [];
    this.revision = undefined; // of the mask on its layer
    this.blank = true; // whether nothing is on its layer: a large one takes time to be cleared and drawn
    this.soft = false; // whether it may have pixels that are selected in part
    this.markupRevision = undefined;
    /** @type {{ bitmap: ImageBitmap, x: number, y: number } | null} */
    this.markup = null;
    /** @type {Set<Watcher>} */
    this.watchers = new Set();
    this.sent = Promise.resolve(); // when all files are sent that were given
    this.layers = this.connect();
    this.queue = this.layers;
    this.ended = new AbortController();
    follow(model, ["_state"], () => this.receive(), this.ended.signal);
    follow(model, ["_overlay_layer"], () => this.connectOverlay(), this.ended.signal);
  }

  close() {
    this.ended.abort();
    clearTimeout(this.timer);
    clearTimeout(this.busyTimer);
  }

  /** Tell a view what happens, until it goes. @param {Watcher} watcher */
  watch(watcher, signal) {
    this.watchers.add(watcher);
    signal.addEventListener("abort", () => this.watchers.delete(watcher));
  }

  tell(what, ...words) {
    for (const watcher of this.watchers) watcher[what]?.(...words);
  }

  find(name) {
    const reference = this.model.get(name);
    return reference ? this.model.widget_manager.get_model(reference.slice("IPY_MODEL_".length)) : null;
  }

  /** Find the models of the ipycanvas layers, and see whether they can be drawn on from here. */
  async connect() {
    const [picture, mask] = await Promise.all([this.find("_picture_layer"), this.find("_mask_layer")]);
    // None of these members is documented. Without them ipycanvas's own mouse events take over, by way of Python.
    const reachable = [picture, mask].every(
      (layer) => layer.canvas instanceof HTMLCanvasElement && layer.ctx instanceof CanvasRenderingContext2D,
    );
    this.picture = picture;
    this.mask = mask;
    if (reachable) this.hear(picture);
    else this.model.send({ type: "round_trip" });
    return { picture, mask, reachable };
  }

  async connectOverlay() {
    const { reachable } = await this.layers;
    const overlay = await this.find("_overlay_layer");
    if (!overlay || !reachable || overlay === this.overlay) return;
    this.overlay = overlay;
    this.hear(overlay);
    this.tell("markup");
  }

  /** Show what is drawn from Python on a layer. */
  hear(layer) {
    const drawn = () => this.tell(layer === this.picture ? "picture" : "markup");
    layer.on("new-frame", drawn);
    this.ended.signal.addEventListener("abort", () => layer.off("new-frame", drawn));
  }

  /** Take over what Python says, one state after the other. */
  receive() {
    const state = this.model.get("_state");
    const next = async () => this.take(state, (await this.layers).reachable);
    const afterFailure = (error) => {
      console.error(error);
      return next(); // it finds that one is missing, and asks for everything
    };
    this.queue = this.queue.then(next, afterFailure);
  }

  async take(state, reachable) {
    if (this.ended.signal.aborted || !reachable) return;
    const [patch, markup] = await Promise.all([decode(state.patch), decode(state.markup)]);
    const dropped = this.settle(state);
    if (!state.width) return this.tell("mask", null, dropped);
    let box = undefined; // where the mask on the layer has changed: undefined nowhere, null everywhere
    if (state.revision !== this.revision) {
      const whole = state.base === null || state.base === undefined;
      if (!whole && state.base !== this.revision) return this.model.send({ type: "sync" }); // one has been lost
      this.revision = state.revision;
      const { ctx, canvas } = this.mask;
      box = whole ? null : state.patch ?? undefined;
      this.soft = (this.soft && !whole) || isSoft(state.patch);
      const { x, y, w, h: high } = box ?? { x: 0, y: 0, w: canvas.width, h: canvas.height };
      if (box !== undefined && !this.blank) ctx.clearRect(x, y, w, high);
      this.blank = (this.blank || whole) && !patch;
      if (patch) ctx.drawImage(patch, state.patch.x, state.patch.y);
      patch?.close(); // its memory is not the page's own, and waits long to be collected
    }
    if (box !== undefined || dropped.length) this.tell("mask", box, dropped);
    if (state.markup_revision !== this.markupRevision && "markup" in state) {
      this.markupRevision = state.markup_revision;
      this.markup?.bitmap.close();
      this.markup = markup && { bitmap: markup, x: state.markup.x, y: state.markup.y };
      this.tell("markup");
    } else if (dropped.length) this.tell("markup");
  }

  /** Let go of what Python has answered. @returns {Entry[]} that */
  settle(state) {
    const answered = state.answered?.[this.session] ?? 0;
    if (this.pending.length && answered < this.pending[0].number - 1) this.restart();
    const gone = (entry) => entry.number <= answered;
    const dropped = this.pending.filter(gone);
    this.pending = this.pending.filter((entry) => !gone(entry));
    if (dropped.length) this.expect(0);
    this.showBusy();
    return dropped;
  }

  /** Begin to count anew: Python remembers some sessions only, those heard of last, and this one no more. */
  restart() {
    this.session = newSession();
    this.pending.forEach((entry, i) => (entry.number = i + 1));
    this.count = this.pending.length;
    for (const entry of this.pending) this.post(entry);
  }

  /**
   * Do an operation on the mask or the markup. It is shown at once where it can be.
   * @param {any} operation as in `canvas.operations`, without the points where they are given
   * @param {PathPoint[]} [points] sent as 32-bit floats
   */
  do(operation, points) {
    this.send({ type: "do", operation, points });
  }

  /** @param {"undo" | "redo" | "keep_mask" | "keep_markup"} type */
  act(type) {
    this.send({ type });
  }

  send(what) {
    const { picture, original, origin } = this.model.get("_state");
    const entry = { ...what, number: ++this.count, picture, ground: { original, origin } };
    this.pending.push(entry);
    this.post(entry);
    if (this.pending.length === 1) this.expect(0);
    this.tell("added", entry);
    if (!this.foresees(entry)) this.busyTimer = setTimeout(() => this.showBusy(entry), BUSY);
  }

  post({ points, ground, ...message }) {
    const buffers = points ? [new Float32Array(points.flat()).buffer] : [];
    this.model.send({ session: this.session, ...message }, undefined, buffers);
  }

  /** Send everything again if no answer comes: Python does nothing twice, and nothing out of its order. */
  expect(waited) {
    clearTimeout(this.timer);
    if (!this.pending.length) return;
    this.timer = setTimeout(
      () => {
        if (this.live) for (const entry of this.pending) this.post(entry);
        this.expect(waited + 1);
      },
      RESEND[Math.min(waited, RESEND.length - 1)],
    );
  }

  /** Whether Python can be there: not once the kernel has been restarted. anywidget hides this of its own model. */
  get live() {
    return this.mask?.comm_live !== false;
  }

  /** Whether Python has more to say: messages are under way. */
  get waits() {
    const answered = this.model.get("_state").answered?.[this.session] ?? 0;
    return this.pending.some((entry) => entry.number > answered);
  }

  /** Whether the screen can show it by itself. @param {Entry} entry */
  foresees({ operation }) {
    return Boolean(operation) && FORESEEN.has(operation.type) && !operation.unforeseen;
  }

  /** Say that Python is at work: when something has waited long, and when nothing waits any more. */
  showBusy(entry) {
    const waits = this.pending.some((each) => !this.foresees(each));
    if (entry ? this.pending.includes(entry) : !waits) this.tell("busy", Boolean(entry));
  }

  /**
   * How far what was drawn lies from where it would be now: the picture may have been extended since.
   * @param {Entry} entry
   * @returns {[number, number] | null} px of the picture; null when it is another one altogether
   */
  moved({ ground }) {
    const { original, origin } = this.model.get("_state");
    return ground.original === original ? [origin[0] - ground.origin[0], origin[1] - ground.origin[1]] : null;
  }

  /**
   * What is to be drawn over the mask that Python has sent: what is under way, less what is being undone.
   * @returns {Entry[]}
   */
  foreseen() {
    const done = [];
    const undone = [];
    for (const entry of this.pending) {
      if (!this.moved(entry)) continue; // drawn on another picture: Python will not do it either
      if (entry.type === "undo") done.length && undone.push(done.pop());
      else if (entry.type === "redo") undone.length && done.push(undone.pop());
      else if (entry.operation) {
        done.push(entry);
        undone.length = 0;
      }
    }
    return done.filter((entry) => this.foresees(entry));
  }
}

/** @returns {string} a name by which two browsers' messages are told apart */
function newSession() {
  return Math.random().toString(36).slice(2);
}

/** Whether a PNG file has more than one bit a pixel, and so more than all or nothing. @param {{ data: DataView } | null} */
function isSoft(patch) {
  return Boolean(patch) && patch.data.getUint8(PNG_DEPTH) > 1;
}

/** @param {{ data: DataView } | null | undefined} patch a PNG file */
async function decode(patch) {
  if (!patch?.data) return null;
  const file = new Blob([patch.data], { type: "image/png" });
  return createImageBitmap(file, { colorSpaceConversion: "none" });
}
