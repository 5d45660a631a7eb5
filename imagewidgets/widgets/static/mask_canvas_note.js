// Notes on the picture of the mask canvas: written where they will stand.

/** A click opens a field in the picture; Enter and a click elsewhere put the note down, Esc drops it. */
class NoteMark extends Behaviour {
  hasMode = false;
  /** @type {HTMLTextAreaElement | null} */
  field = null;
  /** @type {Point | null} */
  point = null;

  constructor(stage) {
    super(stage);
    stage.onView(() => this.place());
    follow(this.model, ["markup_color", "note_size"], () => this.place(), stage.signal);
  }

  begin({ point }) {
    if (this.field) return this.commit(); // and nothing else: the next click begins another
    this.busy = true;
    this.point = point.map(hundredth);
  }

  end() {
    if (this.busy && !this.field) this.open();
  }

  open() {
    const { width, height } = this.model.get("_state");
    const [x, y] = this.point;
    if (x < 0 || y < 0 || x >= width || y >= height) return void (this.busy = false);
    this.field = h("textarea", {
      class: "iw-note",
      "aria-label": "Note. Enter puts it down, Shift+Enter starts a line, Esc drops it.",
      maxlength: LIMITS.text[1],
      spellcheck: "false",
      rows: 1,
      oninput: () => this.place(),
      onkeydown: (event) => this.type(event),
    });
    // The picture's own pointer stays out of the field.
    for (const type of ["pointerdown", "pointermove", "pointerup", "wheel"]) {
      this.field.addEventListener(type, (event) => event.stopPropagation());
    }
    const { root, el } = this.stage;
    this.opened = new AbortController();
    const left = ({ relatedTarget }) => {
      if (relatedTarget && !root.contains(relatedTarget)) this.commit(); // on to something else in the notebook
    };
    root.addEventListener("focusout", left, { signal: this.opened.signal });
    el.append(this.field);
    this.place();
    this.field.focus({ preventScroll: true });
  }

  type(event) {
    const meant = event.key === "Escape" || (event.key === "Enter" && !event.shiftKey);
    if (event.isComposing || !meant) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") this.commit();
    else this.cancel();
  }

  commit() {
    const text = this.field.value.trimEnd();
    const [x, y] = this.point;
    this.cancel();
    if (!text.trim()) return;
    this.stage.link.do({
      type: "note",
      x,
      y,
      text,
      color: this.model.get("markup_color"),
      size: this.model.get("note_size"),
    });
  }

  leave() {
    if (this.field) this.commit();
    else this.cancel();
  }

  cancel() {
    const { field } = this;
    this.field = null;
    this.opened?.abort();
    if (field?.contains(document.activeElement)) this.stage.el.focus({ preventScroll: true });
    field?.remove();
    return super.cancel();
  }

  /** Put the field where the note will be, as large as its letters. */
  place() {
    if (!this.field) return;
    const { scale } = this.stage.view;
    const [left, top] = this.stage.view.toScreen(this.point);
    const size = this.model.get("note_size") * scale;
    const outline = 2 * scale * outlineOf({ type: "note", size: size / scale });
    const color = this.model.get("markup_color");
    const lines = this.field.value.split("\n");
    const ctx = (this.ctx ??= document.createElement("canvas").getContext("2d"));
    ctx.font = `${size}px ${LETTER_FONT}`;
    const width = Math.max(...lines.map((line) => ctx.measureText(line).width));
    const style = {
      left: `${left}px`,
      top: `${top}px`,
      width: `${Math.ceil(width + size)}px`, // room for the letter that comes next
      height: `${Math.ceil(lines.length * size * LINE_HEIGHT)}px`,
      "font-size": `${size}px`,
      "line-height": String(LINE_HEIGHT),
      "font-family": LETTER_FONT,
      color,
      "caret-color": color,
      "-webkit-text-stroke": `${outline}px ${contrast(color)}`,
    };
    for (const [name, value] of Object.entries(style)) this.field.style.setProperty(name, value);
  }
}

/** @type {Record<string, (stage: Stage) => Behaviour>} the tools of the markup: each view makes its own */
const MARK_BEHAVIOURS = {
  arrow: (stage) => new ArrowMark(stage),
  circle: (stage) => new CircleMark(stage),
  pen: (stage) => new PenMark(stage),
  note: (stage) => new NoteMark(stage),
};
