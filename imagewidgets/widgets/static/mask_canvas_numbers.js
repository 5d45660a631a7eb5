// Shapes and sizes by numbers: for those who use no pointer, and for those who know the numbers.

let sentences = 0; // so that each has an id of its own

/** @typedef {{ name: string, meaning: string, above?: number }} NumberField it must be more than `above` */

/** @type {Record<string, NumberField[]>} what a shape is given by, px of the picture */
const SHAPE_FIELDS = {
  box: [
    { name: "x", meaning: "left edge" },
    { name: "y", meaning: "top edge" },
    { name: "w", meaning: "width", above: 0 },
    { name: "h", meaning: "height", above: 0 },
  ],
  line: [
    { name: "x1", meaning: "start, from the left" },
    { name: "y1", meaning: "start, from the top" },
    { name: "x2", meaning: "point, from the left" },
    { name: "y2", meaning: "point, from the top" },
  ],
};

/** @returns {number} what was typed, with a point or a comma; NaN for anything else */
function readNumber(input) {
  const text = input.value.trim().replace(",", ".");
  return text === "" ? NaN : Number(text);
}

/** A small field for a number, with its name in front. */
function numberField(name, meaning, unit) {
  const input = h("input", { class: "iw-input", inputmode: "decimal", "aria-label": `${name}, ${meaning} in px` });
  return { input, el: h("label", { class: "iw-nfield", title: `${meaning}, px of the picture` }, name, input, unit) };
}

/** A sentence on what is wrong with a field; it is read out, and the field says that it belongs to it. */
function fieldSentence() {
  const el = h("p", { class: "iw-sentence", role: "alert", id: `iw-sentence-${++sentences}`, hidden: true });
  const clear = (input) => {
    el.hidden = true;
    input.removeAttribute("aria-invalid");
    input.removeAttribute("aria-describedby");
  };
  const complain = (input, words) => {
    el.textContent = words;
    el.hidden = false;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", el.id);
  };
  return { el, clear, complain };
}

/** @returns {string} px of the picture as they are typed: to a hundredth, without zeros at the end */
function written(px) {
  return String(Math.round(px * 100) / 100);
}

/**
 * A form for a shape. Enter in a field, or the button, adds it; what is no number is marked and said. It shows the
 * numbers of the shape that was drawn last, so that another can be made like it.
 * @param {Stage} stage
 * @param {object} what
 * @param {string} what.label the form's name
 * @param {NumberField[]} what.fields
 * @param {(width: number, height: number) => number[]} what.start the numbers to begin with, for a picture of this size
 * @param {(values: number[]) => void} what.add
 * @param {(operation: any) => number[] | false} what.read the numbers of an operation, if it is such a shape
 * @returns {{ el: HTMLElement, button: HTMLButtonElement }}
 */
function numberForm(stage, { label, fields, start, add, read }) {
  const { model, link, signal } = stage;
  const entries = fields.map(({ name, meaning }) => numberField(name, meaning));
  const inputs = entries.map(({ input }) => input);
  const sentence = fieldSentence();
  const button = textButton("Add", { type: "submit" });
  const el = h(
    "form",
    { class: "iw-opts", "aria-label": label, novalidate: true },
    ...entries.map((entry) => entry.el),
    button,
    sentence.el,
  );
  const fill = (values) => {
    inputs.forEach((input, i) => {
      input.value = written(values[i]);
      sentence.clear(input);
    });
  };
  el.addEventListener("input", (event) => sentence.clear(event.target));
  el.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = inputs.map(readNumber);
    inputs.forEach(sentence.clear);
    const wrong = values.findIndex((value, i) => !(value > (fields[i].above ?? -Infinity) && value < Infinity));
    if (wrong < 0) return add(values);
    const { name, meaning, above } = fields[wrong];
    const kind = above === undefined ? "a number" : `a number above ${above}`;
    sentence.complain(inputs[wrong], `${name} is the ${meaning}: ${kind}, in px of the picture.`);
    inputs[wrong].focus();
    inputs[wrong].select();
  });
  let picture;
  const onPicture = () => {
    const state = model.get("_state");
    if (!state.width || state.picture === picture) return;
    picture = state.picture;
    fill(start(state.width, state.height));
  };
  follow(model, ["_state"], onPicture, signal);
  const added = ({ operation }) => {
    const values = operation && read(operation);
    if (values) fill(values);
  };
  link.watch({ added }, signal);
  return { el, button };
}

/**
 * A field for a trait that is a whole number of px.
 * @param {Stage} stage
 * @param {{ trait: string, label: string, meaning: string }} what
 */
function pixelField(stage, { trait, label, meaning }) {
  const [least, most] = LIMITS[trait];
  const { input, el } = numberField(label, meaning, "px");
  const sentence = fieldSentence();
  input.setAttribute("inputmode", "numeric");
  const current = () => stage.model.get(trait);
  const update = () => {
    if (document.activeElement !== input) input.value = String(current());
  };
  input.addEventListener("input", () => sentence.clear(input));
  input.addEventListener("change", () => {
    const value = readNumber(input);
    if (Number.isInteger(value) && value >= least && value <= most) return stage.set(trait, value);
    sentence.complain(input, `${label} takes a whole number of px from ${least} to ${most}; it is still ${current()}.`);
  });
  input.addEventListener("blur", () => {
    input.value = String(current()); // what stands there is what Grow will do; the sentence stays
    input.removeAttribute("aria-invalid");
  });
  follow(stage.model, [trait], update, stage.signal);
  return [el, sentence.el];
}
