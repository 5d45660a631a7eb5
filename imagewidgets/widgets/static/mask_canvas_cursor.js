// What lies under the pointer of the mask canvas: the brush's outline, and what a tool has in progress.

const CROSSES = { small: "M0-4V4M-4 0H4", large: "M0-11V-3M0 3V11M-11 0H-3M3 0H11" };
/** Beside a pointer that does not simply add, so that held keys are seen before they count. */
const SIGNS = { add: "", subtract: "M9 14h8", intersect: "M10 11l6 6M16 11l-6 6" };

/** Set an attribute where it is another one: setting it again would cost as much as a change. */
function put(el, name, value) {
  if (el.getAttribute(name) !== value) el.setAttribute(name, value);
}

/** One view's cursor, and over the whole viewport the draft; both in CSS px. */
class Cursor {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.draft = h("canvas", { class: "iw-art__draft", "aria-hidden": "true", hidden: true });
    this.svg = document.createElementNS(SVG_NS, "svg");
    this.svg.setAttribute("class", "iw-art__brush");
    this.svg.setAttribute("aria-hidden", "true");
    // All is there twice, black below white, so that it shows on every picture: a circle, a cross, a sign.
    this.svg.innerHTML = '<circle class="b"/><circle/><path class="b"/><path/><path class="b"/><path/>';
    [this.cross, this.sign] = [0, 2].map((at) => [...this.svg.querySelectorAll("path")].slice(at, at + 2));
    this.held = { shiftKey: false, altKey: false };
    stage.el.append(this.draft, this.svg);
    for (const type of ["keydown", "keyup", "pointermove"]) {
      stage.root.addEventListener(type, (event) => this.hold(event), { capture: true, signal: stage.signal });
    }
  }

  /** Show what Shift and Alt would make of a shape. */
  hold({ shiftKey, altKey }) {
    if (shiftKey === this.held.shiftKey && altKey === this.held.altKey) return;
    this.held = { shiftKey, altKey };
    this.stage.redraw();
  }

  /** @param {Point | null} at where the pointer is, px of the picture */
  draw(at) {
    const tool = this.stage.tool();
    const point = tool.pinned ?? at;
    const diameter = tool.diameter?.() ?? 0;
    this.svg.style.display = point ? "" : "none";
    this.stage.el.classList.toggle("has-brush", Boolean(diameter));
    if (point) this.place(this.stage.view.toScreen(point), (diameter * this.stage.view.scale) / 2);
    // The mouse has the system's cross; what the keyboard moves needs one, too.
    const cross = diameter ? CROSSES.small : this.stage.byKeys ? CROSSES.large : "";
    for (const path of this.cross) put(path, "d", cross);
    const sign = tool.hasMode && !tool.busy ? SIGNS[modeOf(this.held, this.stage.model)] : "";
    for (const path of this.sign) put(path, "d", sign);
    this.drawDraft(tool);
  }

  /** The outline is a small layer that is moved: nothing is drawn again but where it has been and where it is. */
  place([x, y], radius) {
    this.svg.style.transform = `translate(${x}px, ${y}px)`;
    for (const circle of this.svg.querySelectorAll("circle")) put(circle, "r", String(radius));
  }

  drawDraft(tool) {
    const { draft } = this;
    if (draft.hidden && !tool.drafts) return;
    draft.hidden = !tool.drafts;
    const { room, ratio } = this.stage.view;
    const [width, height] = [room.width, room.height].map((side) => Math.round(side * ratio));
    if (draft.width !== width || draft.height !== height) Object.assign(draft, { width, height });
    const ctx = draft.getContext("2d");
    ctx.clearRect(0, 0, width, height);
    if (draft.hidden) return;
    ctx.save();
    ctx.scale(ratio, ratio);
    tool.preview(ctx, this.stage.view);
    ctx.restore();
  }
}
