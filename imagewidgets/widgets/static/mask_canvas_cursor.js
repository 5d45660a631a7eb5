// The cursor of the mask canvas: the brush's outline or a cross, and over the picture what a tool has in progress.

const SIGNS = {
  add: "M13 9v8M9 13h8",
  subtract: "M9 13h8",
  intersect: "M10 10l6 6M16 10l-6 6",
};

/** Where the pointer or the arrow keys are, in one view. */
class Cursor {
  /** @param {any} stage the view's parts, see mask_canvas.js */
  constructor(stage) {
    this.stage = stage;
    /** @type {Point | null} where it is; null when it is not in the picture's view */
    this.at = null;
    /** @type {Point | null} where it is drawn instead, while the brush is resized */
    this.pinned = null;
    this.byKeys = false; // whether the keyboard moved it last
    this.modifiers = { shiftKey: false, altKey: false };
    this.canvas = h("canvas", { class: "iw-art__draft", "aria-hidden": "true" });
    this.svg = document.createElementNS(SVG_NS, "svg");
    this.svg.setAttribute("class", "iw-art__brush");
    this.svg.setAttribute("aria-hidden", "true");
    this.svg.innerHTML =
      '<g><circle class="b"/><circle/><path class="b"/><path/><path class="b sign"/><path class="sign"/></g>';
    this.words = h("span", { class: "iw-art__words iw-num", "aria-hidden": "true", hidden: true });
    stage.el.append(this.canvas, this.svg, this.words);
    const traits = ["brush_size", "tool", "layer", "markup_tool", "mode", "markup_width", "view"];
    follow(stage.model, traits, () => this.place(), stage.signal);
    follow(stage.model, ["overlay_color", "overlay_opacity", "markup_color"], () => this.draft(), stage.signal);
  }

  /** Where a key acts: at the cursor, or where there is none in the middle of the picture. */
  here() {
    const { width, height } = this.stage.model.get("_state");
    if (!this.at) this.moveTo([width / 2, height / 2], true);
    return this.at;
  }

  /**
   * @param {Point | null} point null hides it
   * @param {boolean} [byKeys] whether the keyboard moves it
   */
  moveTo(point, byKeys = false) {
    this.at = point;
    this.byKeys = byKeys;
    this.stage.onCursor?.(point);
    this.place();
  }

  /** Move by the keyboard. @param {number} dx px of the picture @param {number} dy */
  nudge(dx, dy) {
    const { width, height } = this.stage.model.get("_state");
    const [x, y] = this.here();
    this.moveTo([Math.min(Math.max(x + dx, 0), width), Math.min(Math.max(y + dy, 0), height)], true);
    this.stage.view.reveal?.(this.at);
  }

  /** Show which of Shift and Alt are held. @param {{ shiftKey: boolean, altKey: boolean }} event */
  hold({ shiftKey, altKey }) {
    if (shiftKey === this.modifiers.shiftKey && altKey === this.modifiers.altKey) return;
    this.modifiers = { shiftKey, altKey };
    this.place();
  }

  /** Draw it where it belongs, after a move of the pointer or of the picture. */
  place() {
    const tool = this.stage.tool?.();
    const { model, view } = this.stage;
    const point = this.pinned ?? this.at;
    this.svg.style.display = point && tool ? "" : "none";
    if (!tool) return;
    if (point) {
      const [x, y] = view.toScreen(point);
      const group = this.svg.firstChild;
      group.setAttribute("transform", `translate(${x} ${y})`);
      const brush = tool.outline === "brush";
      const radius = brush ? (model.get("brush_size") * view.scale) / 2 : 0;
      for (const circle of group.querySelectorAll("circle")) {
        circle.setAttribute("r", String(radius));
        circle.style.display = brush ? "" : "none";
      }
      const cross = brush ? "M0-4V4M-4 0H4" : "M0-10V-3M0 3V10M-10 0H-3M3 0H10";
      const sign = tool.outline === "cross" ? SIGNS[modeOf(this.modifiers, model)] : "";
      for (const path of group.querySelectorAll("path")) {
        path.setAttribute("d", path.classList.contains("sign") ? sign : cross);
      }
      this.words.style.transform = `translate(${x + 14}px, ${y + 20}px)`;
    }
    this.draft();
  }

  /** Put words beside the cursor, or take them away. @param {string} [words] */
  say(words) {
    this.words.textContent = words ?? "";
    this.words.hidden = !words;
  }

  /** Draw what the tool has in progress. */
  draft() {
    const tool = this.stage.tool?.();
    const { clientWidth, clientHeight } = this.stage.el;
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * devicePixelRatio));
    const nothing = !tool?.busy || !width || !height;
    if (nothing && this.empty) return;
    const { canvas } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    const ctx = canvas.getContext("2d");
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, width, height);
    this.empty = nothing;
    if (nothing) return;
    ctx.scale(devicePixelRatio, devicePixelRatio);
    tool.preview(ctx);
  }
}
