// The mask canvas in the browser: the pointer layer, and the bars around it.
// Everything lasting happens in Python; here a stroke is drawn while it is made, and sent when it is finished.

const INK = "#ff1f44"; // the overlay's colour, as Python sends it; how far it covers is CSS
const LARGEST_BRUSH = 1000; // px of the image, as in Python
const BRUSH_STEP = 0.1; // of its size: what [ and ] change, at least 1 px
const NEAREST = 0.5; // px of the image: points closer to the one before are left out
const LARGEST_FILE = 8e6; // bytes: notebook servers close a connection on messages above 10 MB
const TALLEST = 528; // CSS px: the picture's height where there is room

const TOOLS = {
  brush: { icon: "brush", label: "Brush", key: "B" },
  eraser: { icon: "eraser", label: "Eraser", key: "E" },
};
const VIEWS = { overlay: "Overlay", image: "Image", mask: "Mask", cutout: "Cut-out" };
const HELP = [
  ["Tools", ["B", "E"]],
  ["Brush size", ["[", "]"]],
  ["Straight line", ["Shift"], "click"],
  ["Move 1 px", ["←", "↑", "↓", "→"]],
  ["Move 10 px", ["Shift", "←"]],
  ["Paint", ["Enter"]],
  ["Invert", ["Ctrl", "I"]],
  ["Clear mask", ["Delete"]],
  ["Undo", ["Ctrl", "Z"]],
  ["Redo", ["Ctrl", "Shift", "Z"]],
  ["Leave", ["Esc"]],
];

/**
 * @typedef {[number, number]} Point px of the image
 * @typedef {{ id: string, picture: number, points: Point[], size: number, erase: boolean }} Stroke
 */

/** What all views of one canvas share: the layers, and the strokes that Python has not answered yet. */
class Ink {
  /** @param {any} model the widget's model */
  constructor(model) {
    this.model = model;
    this.session = Math.random().toString(36).slice(2); // so that two browsers' strokes are told apart
    this.count = 0;
    this.turn = 0;
    this.bitmap = null; // the mask as Python last sent it
    this.current = null; // the stroke being drawn
    /** @type {Stroke[]} */
    this.sent = [];
    this.layers = this.connect();
    model.on("change:_state", () => this.receive());
    this.receive();
  }

  /** Find the models of the two ipycanvas layers, and see whether they can be drawn on from here. */
  async connect() {
    const find = (name) => this.model.widget_manager.get_model(this.model.get(name).slice("IPY_MODEL_".length));
    const [picture, mask] = await Promise.all([find("_picture_layer"), find("_mask_layer")]);
    // None of these members is documented. Without them ipycanvas's own mouse events take over, by way of Python.
    const reachable = [picture, mask].every(
      (layer) =>
        layer.canvas instanceof HTMLCanvasElement &&
        layer.ctx instanceof CanvasRenderingContext2D &&
        typeof layer.syncViews === "function",
    );
    if (reachable) this.mask = mask;
    else this.model.send({ type: "round_trip" });
    return { picture, mask, reachable };
  }

  /** Take over the mask that Python has made. Strokes it does not hold yet stay on top of it. */
  async receive() {
    const turn = ++this.turn;
    const state = this.model.get("_state");
    await this.layers;
    if (!this.mask || !state.mask) return;
    const bitmap = await createImageBitmap(new Blob([state.mask], { type: "image/png" }));
    if (turn !== this.turn) return; // a later one has come meanwhile
    this.bitmap = bitmap;
    this.sent = this.sent.slice(this.sent.findIndex((stroke) => stroke.id === state.stroke) + 1);
    if (this.current && this.current.picture !== state.picture) this.current = null;
    this.repaint();
  }

  /** Draw the mask and the strokes on top of it, in one go: nothing flickers. */
  repaint() {
    const { ctx } = this.mask;
    ctx.save();
    ctx.globalCompositeOperation = "copy";
    ctx.drawImage(this.bitmap, 0, 0);
    ctx.restore();
    for (const stroke of this.sent) this.draw(stroke, 0);
    if (this.current) this.draw(this.current, 0);
    this.mask.syncViews();
  }

  /**
   * Draw a stroke on the layer, with the geometry of the mask: straight lines with round ends and corners.
   * The ink is opaque, so nothing accumulates; CSS makes the whole layer translucent.
   * @param {Stroke} stroke
   * @param {number} from the point to start at: those before are drawn already
   */
  draw({ points, size, erase }, from) {
    const { ctx } = this.mask;
    ctx.save();
    ctx.globalCompositeOperation = erase ? "destination-out" : "source-over";
    ctx.strokeStyle = INK;
    ctx.lineWidth = size;
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.beginPath();
    ctx.moveTo(...points[from]);
    ctx.lineTo(...points[from]);
    for (let i = from + 1; i < points.length; i++) ctx.lineTo(...points[i]);
    ctx.stroke();
    ctx.restore();
  }

  /** @param {Point[]} points where the stroke begins */
  begin(points) {
    this.current = {
      id: `${this.session}:${++this.count}`,
      picture: this.model.get("_state").picture,
      size: this.model.get("brush_size"),
      erase: this.model.get("tool") === "eraser",
      points: [],
    };
    this.extend(points);
  }

  /** @param {Point[]} points where the stroke goes on */
  extend(points) {
    const stroke = this.current;
    const from = Math.max(0, stroke.points.length - 1);
    for (const point of points) {
      const last = stroke.points.at(-1);
      if (!last || Math.hypot(point[0] - last[0], point[1] - last[1]) >= NEAREST) stroke.points.push(point);
    }
    this.draw(stroke, from);
    this.mask.syncViews();
  }

  /** Send the stroke: one message, its points as 32-bit floats. */
  finish() {
    const { points, ...stroke } = this.current;
    this.sent.push(this.current);
    this.current = null;
    this.model.send({ type: "stroke", ...stroke }, undefined, [new Float32Array(points.flat()).buffer]);
  }

  /** Take the stroke back that is being drawn. */
  cancel() {
    this.current = null;
    this.repaint();
  }
}

/** The picture with its layers, the line around the mask, and the brush: one per view. */
class Stage {
  /**
   * @param {any} model
   * @param {Ink} ink
   * @param {AbortSignal} signal
   * @param {(point: Point | null) => void} onMove told where the brush is
   */
  constructor(model, ink, signal, onMove) {
    this.model = model;
    this.ink = ink;
    this.onMove = onMove;
    this.pointer = null; // the id of the pointer that is drawing
    /** @type {Point | null} */
    this.at = null; // where the brush is
    /** @type {Point | null} */
    this.last = null; // where the last stroke ended
    this.screen = h("canvas", { class: "iw-art__screen", "aria-hidden": "true" });
    this.scratch = document.createElement("canvas");
    this.brush = this.makeBrush();
    this.el = h("div", { class: "iw-art iw-checker", tabindex: "0", role: "application" }, this.screen, this.brush);
    const size = new ResizeObserver(() => this.resize());
    size.observe(this.el);
    signal.addEventListener("abort", () => size.disconnect());
    this.attach(signal);
    this.listen(signal);
    follow(model, ["_state"], () => this.describe(), signal);
    follow(model, ["view"], () => this.setView(), signal);
    follow(model, ["brush_size"], () => this.placeBrush(), signal);
  }

  /** Two circles, so that it shows on every picture, and a cross for the middle. */
  makeBrush() {
    const svg = document.createElementNS(SVG_NS, "svg");
    svg.setAttribute("class", "iw-art__brush");
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML = '<g><circle class="b"/><circle/><path d="M0-4V4M-4 0H4"/></g>';
    return svg;
  }

  /** Put ipycanvas's views of the two layers beneath the brush. */
  async attach(signal) {
    const { picture, mask, reachable } = await this.ink.layers;
    this.layers = reachable ? { picture: picture.canvas, mask: mask.canvas } : null;
    this.el.classList.toggle("is-round-trip", !reachable);
    for (const [layer, name] of [[picture, "picture"], [mask, "mask"]]) {
      const view = await this.model.widget_manager.create_view(layer, {});
      if (signal.aborted) return view.remove();
      view.el.classList.add(`iw-art__${name}`);
      view.el.setAttribute("aria-hidden", "true");
      view.el.setAttribute("tabindex", "-1"); // it would keep Tab and every other key to itself
      this.screen.before(view.el);
      const changed = () => this.schedule();
      layer.on("new-frame", changed);
      signal.addEventListener("abort", () => {
        layer.off("new-frame", changed);
        view.remove();
      });
    }
    this.schedule();
  }

  listen(signal) {
    const on = (type, handler) => this.el.addEventListener(type, handler, { signal });
    on("pointerdown", (event) => this.down(event));
    on("pointermove", (event) => this.move(event));
    on("pointerup", (event) => event.pointerId === this.pointer && this.finish());
    on("lostpointercapture", (event) => event.pointerId === this.pointer && this.finish());
    on("pointercancel", (event) => event.pointerId === this.pointer && this.cancel());
    on("pointerleave", () => this.pointer === null && this.moveBrush(null));
    on("blur", () => this.el.matches(":hover") || this.moveBrush(null));
  }

  /** @returns {Point} where an event is, px of the image; right under CSS scaling and any device pixel ratio */
  locate(event) {
    const box = this.el.getBoundingClientRect();
    const { width, height } = this.model.get("_state");
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height];
  }

  down(event) {
    if (!this.layers || event.button !== 0 || !event.isPrimary || this.ink.current) return;
    if (event.isTrusted) this.el.setPointerCapture(event.pointerId); // an event made by a script has no pointer
    const point = this.locate(event);
    this.pointer = event.pointerId;
    if (this.model.get("view") === "image") set(this.model, "view", "overlay"); // nobody should draw unseen
    this.ink.begin(event.shiftKey && this.last ? [this.last, point] : [point]);
    this.moveBrush(point);
  }

  move(event) {
    if (event.pointerId === this.pointer) {
      if (!(event.buttons & 1)) return this.finish(); // let go where nobody told us
      const between = event.getCoalescedEvents?.() ?? [];
      if (this.ink.current) this.ink.extend((between.length ? between : [event]).map((each) => this.locate(each)));
    }
    this.moveBrush(this.locate(event));
  }

  finish() {
    this.pointer = null;
    if (!this.ink.current) return; // Esc, or another picture, has ended it
    this.last = this.ink.current.points.at(-1);
    this.ink.finish();
  }

  /** Stop the stroke in progress. @returns {boolean} whether there was one */
  cancel() {
    const drawing = this.pointer !== null && this.ink.current !== null;
    this.pointer = null;
    if (drawing) this.ink.cancel();
    return drawing;
  }

  /** Move the brush with the keyboard, by px of the image. */
  nudge(dx, dy) {
    const { width, height } = this.model.get("_state");
    const [x, y] = this.at ?? [width / 2, height / 2];
    this.moveBrush([Math.min(Math.max(x + dx, 0), width), Math.min(Math.max(y + dy, 0), height)]);
  }

  /** Paint once where the brush is: what Enter does. */
  dab() {
    if (!this.at || !this.layers || this.ink.current) return;
    this.ink.begin([this.at]);
    this.finish();
  }

  moveBrush(point) {
    this.at = point;
    this.onMove(point);
    this.placeBrush();
  }

  placeBrush() {
    this.brush.style.display = this.at && this.layers ? "" : "none";
    const { width } = this.model.get("_state");
    if (!this.at || !width) return;
    const scale = this.el.clientWidth / width;
    this.brush.firstChild.setAttribute("transform", `translate(${this.at[0] * scale} ${this.at[1] * scale})`);
    const radius = (this.model.get("brush_size") * scale) / 2;
    for (const circle of this.brush.querySelectorAll("circle")) circle.setAttribute("r", String(radius));
  }

  describe() {
    const { width, height, covers } = this.model.get("_state");
    if (!width) return;
    this.el.style.aspectRatio = `${width} / ${height}`;
    this.el.style.maxWidth = `${Math.round((TALLEST * width) / height)}px`;
    const doing = "Draw with the pointer, or move with the arrow keys and paint with Enter.";
    this.el.setAttribute("aria-label", `Picture of ${width} × ${height} px, ${covers} masked. ${doing}`);
  }

  setView() {
    this.el.dataset.view = this.model.get("view");
    this.schedule();
  }

  resize() {
    this.placeBrush();
    this.schedule();
  }

  /** Draw the screen layer before the next frame, however often it is asked for. */
  schedule() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.drawScreen();
    });
  }

  /** What lies over the layers, in the screen's own pixels: the line around the mask, or the whole cut-out. */
  drawScreen() {
    const view = this.model.get("view");
    const [width, height] = [this.el.clientWidth, this.el.clientHeight].map((side) =>
      Math.round(side * devicePixelRatio),
    );
    if (!this.layers || !width || !height) return;
    const { screen, scratch } = this;
    if (screen.width !== width || screen.height !== height) {
      for (const canvas of [screen, scratch]) Object.assign(canvas, { width, height });
    }
    const ctx = screen.getContext("2d");
    const onto = (operation, picture, x = 0, y = 0) => {
      ctx.globalCompositeOperation = operation;
      ctx.drawImage(picture, x, y, width, height);
    };
    ctx.clearRect(0, 0, width, height);
    if (view === "cutout") {
      onto("source-over", this.layers.picture);
      onto("destination-out", this.layers.mask);
    } else if (view === "overlay") {
      // The mask a little to all sides, without the mask: what is left is a line around it.
      const small = scratch.getContext("2d");
      small.globalCompositeOperation = "copy";
      small.drawImage(this.layers.mask, 0, 0, width, height);
      const line = devicePixelRatio;
      for (const x of [-line, 0, line]) for (const y of [-line, 0, line]) if (x || y) onto("source-over", scratch, x, y);
      onto("destination-out", scratch);
      ctx.globalCompositeOperation = "source-in";
      ctx.fillStyle = "#fff";
      ctx.fillRect(0, 0, width, height);
    }
  }
}

/** Set a trait here and in Python. */
function set(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

/** A button that stays focusable when there is nothing to do: focus would fall off the page with it. */
function enable(button, enabled) {
  button.setAttribute("aria-disabled", String(!enabled));
}

/** Make arrows go from button to button; Tab stops only at the current one. */
function rove(group) {
  const buttons = [...group.querySelectorAll("button")];
  const stop = (at) => buttons.forEach((button) => button.setAttribute("tabindex", button === at ? "0" : "-1"));
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  group.addEventListener("focusin", (event) => stop(event.target));
  group.addEventListener("keydown", (event) => {
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    const next = buttons[(buttons.indexOf(event.target) + step + buttons.length) % buttons.length];
    next.focus();
    if (group.getAttribute("role") === "radiogroup") next.click();
  });
  stop(buttons[0]);
  return stop;
}

/** The bar on top: the tool, its settings, undo and redo. */
function optionsBar(model, run, signal) {
  const tool = h("span", { class: "iw-tool" });
  const slider = h("input", { type: "range", min: 0, max: 100, step: "any", "aria-label": "Size" });
  const size = h("output", {});
  const [undo, redo] = [
    iconButton("undo", "Undo", { key: "Ctrl+Z", onclick: () => run("undo") }),
    iconButton("redo", "Redo", { key: "Ctrl+Shift+Z", onclick: () => run("redo") }),
  ];
  // The slider goes by the square root: as fine for small brushes as they need it.
  slider.addEventListener("input", () => {
    model.set("brush_size", Math.round(1 + (LARGEST_BRUSH - 1) * (slider.value / 100) ** 2));
  });
  slider.addEventListener("change", () => model.save_changes());
  const showTool = () => {
    const { icon: name, label } = TOOLS[model.get("tool")];
    tool.replaceChildren(icon(name), label);
  };
  const showSize = () => {
    const px = model.get("brush_size");
    const position = 100 * Math.sqrt((px - 1) / (LARGEST_BRUSH - 1));
    if (signal.aborted) return;
    if (document.activeElement !== slider) slider.value = String(position);
    slider.style.setProperty("--v", `${position}%`);
    slider.setAttribute("aria-valuetext", `${px} px`);
    size.textContent = `${px} px`;
  };
  const showHistory = () => {
    enable(undo, model.get("_state").undo);
    enable(redo, model.get("_state").redo);
  };
  follow(model, ["tool"], showTool, signal);
  follow(model, ["brush_size"], showSize, signal);
  follow(model, ["_state"], showHistory, signal);
  const range = h("label", { class: "iw-range", title: "Size ([ and ])" }, h("span", {}, "Size"), slider, size);
  return h("div", { class: "iw-bar iw-bar--opts" }, tool, range, h("span", { class: "iw-spacer" }), undo, redo);
}

/** The tools, and what is done to the whole mask. */
function toolRail(model, run, signal) {
  const tools = Object.entries(TOOLS).map(([name, { icon: drawing, label, key }]) => {
    const button = iconButton(drawing, label, { key, onclick: () => set(model, "tool", name) });
    follow(model, ["tool"], () => button.setAttribute("aria-pressed", String(model.get("tool") === name)), signal);
    return button;
  });
  const invert = iconButton("invert", "Invert", { key: "Ctrl+I", onclick: () => run("invert") });
  const clear = iconButton("clear", "Clear mask", { key: "Delete", onclick: () => run("clear") });
  follow(model, ["_state"], () => enable(clear, model.get("_state").any), signal);
  const rail = h("div", { class: "iw-rail", role: "toolbar", "aria-label": "Tools" }, ...tools, h("hr"), invert, clear);
  rove(rail);
  return rail;
}

/** The bar below: views, how much is masked, sizes, help. */
function statusBar(model, help, position, signal) {
  const views = Object.entries(VIEWS).map(([name, label]) =>
    h("button", { type: "button", role: "radio", onclick: () => set(model, "view", name) }, label),
  );
  const group = h("div", { class: "iw-seg iw-viewseg", role: "radiogroup", "aria-label": "View" }, ...views);
  const stop = rove(group);
  const showView = () => {
    const chosen = views[Object.keys(VIEWS).indexOf(model.get("view"))];
    for (const button of views) button.setAttribute("aria-checked", String(button === chosen));
    stop(chosen);
  };
  follow(model, ["view"], showView, signal);
  const covers = h("span", { class: "iw-num iw-covers", role: "status" });
  const size = h("span", { class: "iw-num iw-faint iw-hide-md" });
  const showState = () => {
    const state = model.get("_state");
    covers.replaceChildren("Mask", h("span", { class: "iw-hide-xs" }, " covers"), ` ${state.covers}`);
    size.textContent = `${state.width} × ${state.height} px`;
  };
  follow(model, ["_state"], showState, signal);
  const toggle = iconButton("help", "Keyboard help", { key: "?", onclick: help, "aria-pressed": "false" });
  toggle.classList.add("iw-ib--sm", "iw-help-toggle");
  return h("div", { class: "iw-bar iw-bar--foot" }, group, covers, size, position, h("span", { class: "iw-spacer" }), toggle);
}

/** The keys, beside the picture so that they never cover it. */
function helpPanel(close) {
  const button = iconButton("close", "Close help", { onclick: close });
  button.classList.add("iw-ib--sm");
  const entries = HELP.flatMap(([what, keys, then]) => [
    h("dt", {}, what),
    h("dd", {}, ...keys.map((key) => h("span", { class: "iw-kbd" }, key)), then),
  ]);
  const head = h("div", { class: "iw-help__head" }, h("span", {}, "Keys"), button);
  return h("aside", { class: "iw-help", "aria-label": "Keyboard help", hidden: true }, head, h("dl", {}, ...entries));
}

/** What is there before a picture: drop one, paste one, choose one. */
function emptyState(take) {
  const input = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "Picture file" });
  input.addEventListener("change", () => input.files.length && take(input.files[0]));
  const choose = h("button", { type: "button", class: "iw-btn", onclick: () => input.click() }, icon("upload"), "Choose a file");
  const words = "Drop a file here, paste from the clipboard, or set canvas.image.";
  const el = h(
    "div",
    { class: "iw-stage iw-stage--empty", tabindex: "0", role: "group", "aria-label": "No picture yet" },
    h("span", { class: "iw-muted" }, icon("image")),
    h("b", {}, "No picture yet"),
    h("span", { class: "iw-sm iw-muted" }, words),
    choose,
    input,
  );
  const picture = (list) => [...(list?.files ?? [])].find((file) => file.type.startsWith("image/"));
  const receive = (event, list) => {
    const file = picture(list);
    if (!file) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook would take it too
    take(file);
  };
  el.addEventListener("dragover", (event) => event.preventDefault());
  el.addEventListener("drop", (event) => receive(event, event.dataTransfer));
  el.addEventListener("paste", (event) => receive(event, event.clipboardData));
  return el;
}

/** A sentence on what went wrong, across the card. */
function notice() {
  const text = h("p", {});
  const el = h("div", { class: "iw-alert iw-alert--error", role: "alert", hidden: true }, icon("warning"), text);
  return { el, say: (words) => ((el.hidden = !words), (text.textContent = words)) };
}

/**
 * What each key does while the focus is inside; see the help panel.
 * @returns {(event: KeyboardEvent) => (() => void) | undefined} what it does; undefined where it means nothing here
 */
function keyboard(model, stage, run, toggleHelp, leave) {
  const resize = (direction) => {
    const size = model.get("brush_size");
    const step = direction * Math.max(1, Math.round(size * BRUSH_STEP));
    set(model, "brush_size", Math.min(Math.max(size + step, 1), LARGEST_BRUSH));
  };
  const plain = {
    b: () => set(model, "tool", "brush"),
    e: () => set(model, "tool", "eraser"),
    "[": () => resize(-1),
    "]": () => resize(1),
    "?": toggleHelp,
    Delete: () => run("clear"),
    Escape: () => stage.cancel() || leave(),
  };
  const arrows = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  return (event) => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const control = event.ctrlKey || event.metaKey;
    if (event.altKey) return undefined;
    if (control && key === "z") return () => run(event.shiftKey ? "redo" : "undo");
    if (control && key === "i" && !event.shiftKey) return () => run("invert");
    if (control) return undefined;
    if (plain[key] || event.target !== stage.el) return plain[key];
    if (key === "Enter") return () => stage.dab();
    const px = event.shiftKey ? 10 : 1;
    return arrows[key] && (() => stage.nudge(arrows[key][0] * px, arrows[key][1] * px));
  };
}

function render({ model, el }, ink) {
  const ended = new AbortController();
  const { signal } = ended;
  const root = h("section", { class: "iw imagewidgets-mask-canvas", "aria-label": "Mask canvas" });
  const position = h("span", { class: "iw-num iw-faint iw-hide-md" });
  const alert = notice();

  const run = (type) => {
    const { undo, redo, any } = model.get("_state");
    if (ink.current || { undo, redo, clear: any, invert: true }[type] === false) return;
    model.send({ type });
  };
  const toggleHelp = () => {
    help.hidden = !help.hidden;
    work.classList.toggle("has-help", !help.hidden);
    status.querySelector(".iw-help-toggle").setAttribute("aria-pressed", String(!help.hidden));
  };
  const leave = () => {
    document.activeElement?.blur();
    root.parentElement?.closest("[tabindex]")?.focus({ preventScroll: true }); // on from here with the host's own keys
  };
  const take = async (file) => {
    if (file.size > LARGEST_FILE) {
      const size = `${(file.size / 1e6).toFixed(0)} MB`;
      return alert.say(`${file.name} has ${size}; above ${LARGEST_FILE / 1e6} MB set canvas.image to its path instead.`);
    }
    model.send({ type: "image" }, undefined, [await file.arrayBuffer()]);
  };

  const stage = new Stage(model, ink, signal, (at) => {
    position.textContent = at ? `x ${Math.floor(at[0])}, y ${Math.floor(at[1])}` : "";
  });
  const help = helpPanel(toggleHelp);
  const work = h("div", { class: "iw-canvas" }, toolRail(model, run, signal), h("div", { class: "iw-stage" }, stage.el), help);
  const status = statusBar(model, toggleHelp, position, signal);
  const filled = [optionsBar(model, run, signal), work, status];
  const empty = emptyState(take);
  root.append(h("div", { class: "iw-card" }, alert.el, ...filled, empty));

  const hasPicture = () => {
    const { width } = model.get("_state");
    for (const part of filled) part.hidden = !width;
    empty.hidden = Boolean(width);
  };
  follow(model, ["_state"], hasPicture, signal);
  // With each new state too: what was said here about a file is no longer true when another has become the picture.
  follow(model, ["_notice", "_state"], () => alert.say(model.get("_notice")), signal);

  const meaning = keyboard(model, stage, run, toggleHelp, leave);
  // Ours are the keys above, and everything without Ctrl: a letter would be a command to the notebook (X cuts the cell).
  // Ctrl+S and the like stay the host's, and Tab always leaves.
  const ours = (event) =>
    event.key !== "Tab" && Boolean(meaning(event) || !(event.ctrlKey || event.metaKey || event.altKey));
  const before = (event) => {
    // Notebook 7 hears keys on their way down, before anything in here. It leaves those alone whose target says so.
    if (root.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", ours(event));
  };
  window.addEventListener("keydown", before, { capture: true, signal });
  root.addEventListener("keydown", (event) => {
    if (!ours(event)) return;
    event.stopPropagation();
    const act = meaning(event);
    if (!act) return; // for the control that has the focus
    event.preventDefault();
    act();
  });

  el.append(root);
  return () => ended.abort();
}

export default () => {
  /** @type {Ink} */
  let ink;
  return {
    initialize({ model }) {
      ink = new Ink(model);
    },
    render: (context) => render(context, ink),
  };
};
