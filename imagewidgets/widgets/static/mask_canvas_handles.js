// Handles at the picture's four sides: drag one outwards, or type numbers, and the picture grows there.

const SIDES = {
  left: { axis: 0, outwards: -1, icon: "chevron-left" },
  top: { axis: 1, outwards: -1, icon: "chevron-up" },
  right: { axis: 0, outwards: 1, icon: "chevron-right" },
  bottom: { axis: 1, outwards: 1, icon: "chevron-down" },
};
const EXTENSION_STEP = 8; // px of the picture: what a drag goes by, and an arrow key; with Shift so many times more
const EXTENSION_STEPS = 8;
const SPARE = 0.25; // of the picture: room around it to drag into
const FORM_GAP = 12; // CSS px between the picture, a handle's half, and the form

/** Whether the handles are there, in one view. @param {Stage} stage @returns {Toggle} */
function extending(stage) {
  return (stage.extending ??= new Toggle());
}

/** The handles, what they would add, and its numbers. */
class Handles {
  sides = { left: 0, top: 0, right: 0, bottom: 0 }; // px of the picture

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.ghost = h("div", { class: "iw-extend__ghost" });
    this.handles = Object.fromEntries(Object.keys(SIDES).map((side) => [side, this.handle(side)]));
    this.form = this.makeForm();
    this.el = h("div", { class: "iw-extend", hidden: true }, this.ghost, ...Object.values(this.handles), this.form);
    for (const type of ["pointerdown", "pointermove", "pointerup", "dblclick"]) {
      this.form.addEventListener(type, (event) => event.stopPropagation()); // it is no part of the picture
    }
    const { model, signal } = stage;
    extending(stage).follow(() => this.toggle());
    stage.onView(() => this.place());
    const { picture } = model.get("_state");
    let shown = picture;
    const onState = () => {
      if (model.get("_state").picture === shown) return;
      shown = model.get("_state").picture;
      extending(stage).set(false); // it is done, or the picture is another one
    };
    follow(model, ["_state"], onState, signal);
  }

  /** A handle: a slider by role, so that its value is read out and arrows are expected to work. */
  handle(side) {
    const { axis, icon: drawing } = SIDES[side];
    const el = h(
      "button",
      {
        type: "button",
        class: `iw-handle iw-handle--${axis ? "row" : "column"}`,
        role: "slider",
        "aria-label": `Extend on the ${side}`,
        "aria-orientation": axis ? "vertical" : "horizontal",
        "aria-valuemin": 0,
        "aria-valuemax": LIMITS.extension[1],
        title: `Extend on the ${side}: drag, or arrow keys`,
      },
      icon(drawing),
    );
    el.addEventListener("pointerdown", (event) => this.drag(side, el, event));
    el.addEventListener("keydown", (event) => this.step(side, event));
    return el;
  }

  makeForm() {
    this.fields = {};
    this.sentence = fieldSentence();
    for (const side of Object.keys(SIDES)) {
      const { input, el } = numberField(side, `how far on the ${side}`);
      input.addEventListener("input", () => this.type(side, input));
      this.fields[side] = { input, el };
    }
    this.size = h("output", { class: "iw-num iw-sm iw-muted" });
    this.submit = textButton("Extend", { type: "submit", class: "iw-btn iw-btn--sm iw-btn--primary" });
    const cancel = textButton("Cancel", { class: "iw-btn iw-btn--sm iw-btn--quiet" });
    cancel.addEventListener("click", () => extending(this.stage).set(false));
    const fields = Object.values(this.fields).map(({ el }) => el);
    const form = h("form", { class: "iw-extend__form", "aria-label": "Extend the picture", novalidate: true });
    form.append(...fields, this.size, this.submit, cancel, this.sentence.el);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const wrong = form.querySelector('[aria-invalid="true"]');
      if (wrong) wrong.focus();
      else this.apply();
    });
    return form;
  }

  toggle() {
    const { on } = extending(this.stage);
    for (const side of Object.keys(SIDES)) this.sides[side] = 0;
    show(this.stage, this.el, on);
    if (!on) return this.stage.view.reserve(null);
    this.show();
    this.settle();
    this.handles.right.focus({ preventScroll: true });
  }

  /** Take over what is being typed, as soon as it is a number that can be. */
  type(side, input) {
    const px = readNumber(input);
    if (Number.isInteger(px) && px >= 0 && px <= LIMITS.extension[1]) {
      this.set(side, px, input);
      return this.settle();
    }
    const words = `${side} takes a whole number of px from 0 to ${LIMITS.extension[1]}; it is still ${this.sides[side]}.`;
    this.sentence.complain(input, words);
  }

  /**
   * @param {keyof SIDES} side
   * @param {number} px of the picture
   * @param {HTMLInputElement} [from] the field that it comes from
   */
  set(side, px, from) {
    this.sides[side] = Math.min(Math.max(px, 0), LIMITS.extension[1]);
    this.show(from);
  }

  /** Drag a handle: the new edge goes with the pointer, in steps. */
  drag(side, el, event) {
    event.stopPropagation(); // nothing is drawn
    if (event.button !== 0) return;
    const { axis, outwards } = SIDES[side];
    const dragged = new AbortController();
    const at = (each) => this.stage.view.toImage([each.clientX, each.clientY])[axis];
    const start = at(event) - outwards * this.sides[side]; // where the picture's edge is, as seen from the hand
    if (event.isTrusted) el.setPointerCapture(event.pointerId);
    const on = (type, listener) =>
      el.addEventListener(type, (each) => (each.stopPropagation(), listener(each)), { signal: dragged.signal });
    const move = (each) => {
      const px = outwards * (at(each) - start);
      this.set(side, Math.round(px / EXTENSION_STEP) * EXTENSION_STEP);
    };
    const done = () => {
      dragged.abort();
      this.settle(); // not before: the picture would run away from the hand
    };
    on("pointermove", move);
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"]) on(type, done);
  }

  step(side, event) {
    if (event.key === "Enter") return this.apply();
    const { axis, outwards } = SIDES[side];
    const arrows = axis ? { ArrowUp: -1, ArrowDown: 1 } : { ArrowLeft: -1, ArrowRight: 1 };
    const direction = arrows[event.key];
    if (!direction) return;
    event.preventDefault();
    const px = EXTENSION_STEP * (event.shiftKey ? EXTENSION_STEPS : 1);
    this.set(side, this.sides[side] + direction * outwards * px);
    this.settle();
  }

  /** Give the view so much room around the picture that all of it is seen, and the form beneath it. */
  settle() {
    const { view, model } = this.stage;
    const { width, height } = model.get("_state");
    const { left, top, right, bottom } = this.sides;
    const [aside, above] = [width * SPARE, height * SPARE];
    const room = { left: left + aside, top: top + above, right: right + aside, bottom: bottom + above };
    const form = this.form.offsetHeight + FORM_GAP;
    const across = view.room.width / (room.left + width + room.right);
    const down = (view.room.height - form) / (room.top + height + bottom);
    room.bottom = Math.max(room.bottom, bottom + form / Math.min(across, down));
    view.reserve(room);
  }

  /** Show the numbers everywhere but in the field that they come from. */
  show(from) {
    const { width, height } = this.stage.model.get("_state");
    const { left, top, right, bottom } = this.sides;
    for (const [side, px] of Object.entries(this.sides)) {
      const { input } = this.fields[side];
      if (input !== from) input.value = String(px);
      this.sentence.clear(input);
      this.handles[side].setAttribute("aria-valuenow", String(px));
      this.handles[side].setAttribute("aria-valuetext", `${px} px`);
    }
    this.size.textContent = `${width + left + right} × ${height + top + bottom} px`;
    enable(this.submit, left + top + right + bottom > 0);
    this.place();
  }

  /** Put everything where the picture is now. */
  place() {
    if (this.el.hidden) return;
    const { view, model } = this.stage;
    const { width, height } = model.get("_state");
    const { left, top, right, bottom } = this.sides;
    const [x0, y0] = view.toScreen([-left, -top]);
    const [x1, y1] = view.toScreen([width + right, height + bottom]);
    const [w, high] = [x1 - x0, y1 - y0];
    this.ghost.style.setProperty("--iw-ink", model.get("overlay_color"));
    Object.assign(this.ghost.style, { left: `${x0}px`, top: `${y0}px`, width: `${w}px`, height: `${high}px` });
    // Only what is new: the outline of all, and the picture as a hole in it.
    const inside = [left, top, left + width, top + height];
    const [l, t, r, b] = inside.map((px) => `${px * view.scale}px`);
    const hole = `${l} ${t}, ${l} ${b}, ${r} ${b}, ${r} ${t}, ${l} ${t}`;
    this.ghost.style.clipPath = `polygon(evenodd, 0 0, 100% 0, 100% 100%, 0 100%, 0 0, ${hole})`;
    const [middle, centre] = [x0 + w / 2, y0 + high / 2];
    const at = { left: [x0, centre], right: [x1, centre], top: [middle, y0], bottom: [middle, y1] };
    for (const [side, [x, y]] of Object.entries(at)) {
      this.handles[side].style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
    }
  }

  apply() {
    if (!Object.values(this.sides).some(Boolean)) return;
    this.stage.link.do({ type: "extend", ...this.sides });
    const { width, height } = this.stage.model.get("_state");
    this.stage.announce(`Extending ${width} × ${height} px to ${this.size.textContent}`);
    extending(this.stage).set(false);
  }
}

/** @param {Stage} stage @returns {HTMLElement} to lie over the picture */
function outpaintHandles(stage) {
  return new Handles(stage).el;
}
