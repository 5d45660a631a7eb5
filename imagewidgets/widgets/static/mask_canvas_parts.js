// Small parts that the mask canvas's bars are made of. Each keeps itself in step with its trait, in both directions.
// `stage` is what the parts of one view share; see makeStage in mask_canvas.js.

/** Set a trait here and in Python. */
function set(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

/** The name of the tool that is chosen. */
function chosenTool(model) {
  return model.get(model.get("layer") === "markup" ? "markup_tool" : "tool");
}

/** A button that stays focusable when there is nothing to do: focus would fall off the page with it. */
function enable(button, enabled) {
  button.setAttribute("aria-disabled", String(!enabled));
}

/** Something that is on or off in one view, such as a bar that is open; Python does not know of it. */
class Toggle {
  on = false;
  listeners = [];

  set(on) {
    if (on === this.on) return;
    this.on = on;
    for (const listener of this.listeners) listener();
  }

  /** @param {() => void} listener called now and after each change */
  follow(listener) {
    this.listeners.push(listener);
    listener();
  }
}

/**
 * Make arrows, Home and End go from button to button, past those that are hidden; Tab stops only at the current one.
 * @param {HTMLElement} group a toolbar or a radio group; in the latter, going to a button chooses it
 * @returns {(button?: HTMLElement) => void} makes Tab stop at a button; at the first, where the last one has gone
 */
function rove(group) {
  const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
  const seen = () => [...group.querySelectorAll("button")].filter((button) => !button.closest("[hidden]"));
  let current;
  const stop = (at) => {
    const buttons = seen();
    current = [at, current, buttons[0]].find((button) => buttons.includes(button));
    for (const button of buttons) button.setAttribute("tabindex", button === current ? "0" : "-1");
  };
  group.addEventListener("focusin", (event) => stop(event.target));
  group.addEventListener("keydown", (event) => {
    const buttons = seen();
    const from = buttons.indexOf(event.target);
    if (from < 0) return;
    const ends = { Home: 0, End: buttons.length - 1 };
    if (!(event.key in steps) && !(event.key in ends)) return;
    event.preventDefault();
    const to = ends[event.key] ?? (from + steps[event.key] + buttons.length) % buttons.length;
    buttons[to].focus();
    if (group.getAttribute("role") === "radiogroup") buttons[to].click();
  });
  stop();
  return stop;
}

/**
 * Make a hidden part visible or a visible one hidden; the focus goes to the picture rather than away with the part, or
 * to what stands in its place.
 * @param {Stage} stage
 */
function show(stage, part, visible) {
  const leaves = !visible && part.contains(document.activeElement);
  part.hidden = !visible;
  if (!leaves) return;
  const picture = stage.model.get("_state").width ? stage.el : stage.root.querySelector(".iw-stage--empty");
  picture.focus({ preventScroll: true });
}

/**
 * Let a button do a named operation. It says when there is nothing to do; whether there is, `run` decides anew, since
 * it knows what has not come back from Python yet.
 * @param {Stage} stage
 * @param {string} name such as "undo"
 * @param {HTMLButtonElement} button
 */
function command(stage, name, button) {
  button.addEventListener("click", () => stage.run(name));
  follow(stage.model, ["_state"], () => enable(button, stage.can(name)), stage.signal);
  return button;
}

/** A button for something that is on or off in this view. @param {Toggle} toggle @param {HTMLButtonElement} button */
function toggleButton(toggle, button) {
  button.addEventListener("click", () => toggle.set(!toggle.on));
  toggle.follow(() => button.setAttribute("aria-pressed", String(toggle.on)));
  return button;
}

/** A small button with words. */
function textButton(label, { icon: drawing, ...props } = {}) {
  const content = drawing ? [icon(drawing), label] : [label];
  return h("button", { type: "button", class: "iw-btn iw-btn--sm", ...props }, ...content);
}

/**
 * Buttons of which one is chosen: the values of a trait.
 * @param {Stage} stage
 * @param {object} what
 * @param {string} what.trait
 * @param {string} what.label
 * @param {string} [what.class]
 * @param {{ value: string, props?: object, content: (Node | string)[] }[]} what.options
 */
function radios(stage, { trait, label, class: kind = "iw-seg", options }) {
  const buttons = options.map(({ value, props, content }) =>
    h("button", { type: "button", role: "radio", ...props, onclick: () => stage.set(trait, value) }, ...content),
  );
  const group = h("div", { class: kind, role: "radiogroup", "aria-label": label }, ...buttons);
  const stop = rove(group);
  const update = () => {
    const chosen = buttons[options.findIndex(({ value }) => value === stage.model.get(trait))];
    for (const button of buttons) button.setAttribute("aria-checked", String(button === chosen));
    stop(chosen);
  };
  follow(stage.model, [trait], update, stage.signal);
  return group;
}

/**
 * A slider for a number trait, from its least to its most, in whole steps: arrows go by 1, with Shift and by page 10.
 * @param {Stage} stage
 * @param {object} what
 * @param {string} what.trait
 * @param {string} what.label
 * @param {string} [what.title] the tooltip
 * @param {string} [what.unit]
 * @param {number} [what.factor] what is shown, for 1 of the trait
 * @param {number} [what.curve] 2 goes by the square: as fine for small values as they need it
 */
function slider(stage, { trait, label, title, unit = "", factor = 1, curve = 1 }) {
  const { model, signal } = stage;
  const [least, most] = LIMITS[trait].map((limit) => limit * factor);
  const input = h("input", { type: "range", min: 0, max: 100, step: "any", "aria-label": label });
  const output = h("output", { "aria-hidden": "true" }); // the slider itself says it
  const current = () => Math.round(model.get(trait) * factor);
  const limit = (value) => Math.min(Math.max(Math.round(value), least), most);
  const place = (value) => 100 * ((value - least) / (most - least)) ** (1 / curve);
  const update = () => {
    const words = unit ? `${current()} ${unit}` : String(current());
    const position = place(current());
    // While it is dragged it stays under the pointer; afterwards it goes to the value that it made.
    if (!input.matches(":active")) input.value = String(position);
    input.style.setProperty("--v", `${position}%`);
    input.setAttribute("aria-valuetext", words);
    output.textContent = words;
  };
  input.addEventListener("input", () => {
    model.set(trait, limit(least + (most - least) * (input.value / 100) ** curve) / factor);
  });
  input.addEventListener("change", () => {
    model.save_changes();
    update();
  });
  input.addEventListener("keydown", (event) => {
    const by = event.shiftKey ? 10 : 1;
    const steps = { ArrowUp: by, ArrowRight: by, ArrowDown: -by, ArrowLeft: -by, PageUp: 10, PageDown: -10 };
    const ends = { Home: least, End: most };
    if (!(event.key in steps) && !(event.key in ends)) return;
    event.preventDefault();
    stage.set(trait, (ends[event.key] ?? limit(current() + steps[event.key])) / factor);
  });
  follow(model, [trait], update, signal);
  return h("label", { class: "iw-range", title }, h("span", {}, label), input, output);
}

/** A box to tick for a trait that is true or false. */
function checkbox(stage, { trait, label, title }) {
  const input = h("input", { type: "checkbox" });
  input.addEventListener("change", () => stage.set(trait, input.checked));
  follow(stage.model, [trait], () => (input.checked = stage.model.get(trait)), stage.signal);
  return h("label", { class: "iw-check", title }, input, label);
}

/** A field for a colour trait; it opens the system's own colour picker. */
function colour(stage, { trait, label, props = {} }) {
  const input = h("input", { type: "color", class: "iw-colour", "aria-label": label, title: label, ...props });
  input.addEventListener("input", () => stage.model.set(trait, input.value));
  input.addEventListener("change", () => stage.set(trait, input.value));
  follow(stage.model, [trait], () => (input.value = stage.model.get(trait)), stage.signal);
  return input;
}

/** A hairline between groups in a bar. */
function divider() {
  return h("span", { class: "iw-div" });
}
