// What lies under the pointer of the mask canvas: the brush's outline, and what a tool has in progress.

/** One view's cursor and draft; both are drawn in CSS px over the whole viewport. */
class Cursor {
  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.draft = h("canvas", { class: "iw-art__draft", "aria-hidden": "true" });
    this.svg = document.createElementNS(SVG_NS, "svg");
    this.svg.setAttribute("class", "iw-art__brush");
    this.svg.setAttribute("aria-hidden", "true");
    // Two circles, so that it shows on every picture, and a cross for the middle.
    this.svg.innerHTML = '<g><circle class="b"/><circle/><path d="M0-4V4M-4 0H4"/></g>';
    this.empty = true;
    stage.el.append(this.draft, this.svg);
  }

  /** @param {Point | null} at where the pointer is, px of the picture */
  draw(at) {
    const tool = this.stage.tool();
    const point = tool.pinned ?? at;
    const diameter = tool.diameter?.();
    this.svg.style.display = point && diameter ? "" : "none";
    this.stage.el.classList.toggle("has-brush", Boolean(diameter));
    if (point && diameter) this.place(this.stage.view.toScreen(point), (diameter * this.stage.view.scale) / 2);
    this.drawDraft(tool);
  }

  place([x, y], radius) {
    const group = this.svg.firstChild;
    group.setAttribute("transform", `translate(${x} ${y})`);
    if (radius === this.radius) return;
    this.radius = radius;
    for (const circle of group.querySelectorAll("circle")) circle.setAttribute("r", String(radius));
  }

  drawDraft(tool) {
    if (!tool.busy && this.empty) return;
    const { room, ratio } = this.stage.view;
    const [width, height] = [room.width, room.height].map((side) => Math.round(side * ratio));
    const { draft } = this;
    if (draft.width !== width || draft.height !== height) Object.assign(draft, { width, height });
    const ctx = draft.getContext("2d");
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.empty = !tool.busy;
    if (this.empty) return;
    ctx.save();
    ctx.scale(ratio, ratio);
    tool.preview(ctx, this.stage.view);
    ctx.restore();
  }
}
