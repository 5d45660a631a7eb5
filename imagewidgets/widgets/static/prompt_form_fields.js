// The controls of settings. Each is made from what Python says of it and shows what the trait holds.
//
// A maker returns { control, show(value) } and, where it has them, `target` (the id that the label stands for; without
// one the control is a group named by the label) and `aside` (what stands at the end of the label's line).

/**
 * One field of the form.
 * @returns {{ el: HTMLElement, name: string, update: () => void }}
 */
function makeField(field, view) {
  const id = `${view.uid}-${field.name}`;
  const set = (value) => view.set(field.name, value);
  const makers = {
    size: sizeField,
    select: selectField,
    segments: segmentsField,
    range: rangeField,
    count: countField,
  };
  const { control, show, target, aside } = (makers[field.kind] ?? textField)(field, id, set, view);
  const words = target
    ? h("label", { for: target, id: `${id}-label` }, field.label)
    : h("span", { id: `${id}-label` }, field.label);
  const changed = h("span", { class: "iw-changed-word", hidden: true }, "changed");
  const note = field.note && h("span", { class: "iw-faint" }, field.note);
  const el = h(
    "div",
    { class: "iw-field", "data-name": field.name },
    h("div", { class: "iw-label" }, words, note, aside, changed),
    control,
  );
  el.classList.toggle("iw-wide", Boolean(field.wide));
  const update = () => {
    const marked = view.get("_changed").includes(field.name);
    el.classList.toggle("iw-changed", marked);
    changed.hidden = !marked;
    show(view.get(traitOf(field.name)));
    setOff(el, field, view);
  };
  return { el, name: field.name, update };
}

/** A field that counts only beside certain values of another is off without them, and says why. */
function setOff(el, field, view) {
  const missing = Object.entries(field.needs ?? {}).filter(
    ([name, values]) => !values.includes(view.get(traitOf(name)) ?? ""),
  );
  const why = missing.map(([, values]) => `For ${values.filter(Boolean).join(" and ")}`).join(", ");
  el.classList.toggle("is-off", Boolean(why));
  for (const control of el.querySelectorAll("input, select, button")) {
    control.disabled = Boolean(why);
    if (field.needs) control.title = why;
  }
}

function fillSelect(select, choices) {
  select.replaceChildren(...choices.map(([value, text]) => h("option", { value }, text)));
}

function withChevron(select) {
  return h("span", { class: "iw-select" }, select, icon("chevron-down"));
}

/** What is shown where a setting is left out: the choice that says so, else the first, which the model takes then. */
function valueShown(field, value) {
  const values = field.choices.map(([one]) => String(one));
  return String(value ?? (values.includes("") ? "" : values[0]));
}

function selectField(field, id, set) {
  const select = h("select", { id, onchange: () => set(select.value) });
  const show = (value) => {
    const shown = valueShown(field, value);
    const known = field.choices.some(([one]) => String(one) === shown);
    fillSelect(select, known ? field.choices : [...field.choices, [shown, shown]]);
    select.value = shown;
  };
  return { control: withChevron(select), show, target: id };
}

function segmentsField(field, id, set) {
  const press = (event, index) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step || event.altKey) return;
    event.preventDefault();
    const next = buttons[(index + step + buttons.length) % buttons.length];
    next.focus();
    set(next.dataset.value);
  };
  const make = ([value, text], index) => {
    const listeners = { onclick: () => set(value), onkeydown: (event) => press(event, index) };
    const props = { type: "button", role: "radio", "data-value": value, ...listeners };
    return h("button", props, text[0].toUpperCase() + text.slice(1));
  };
  const buttons = field.choices.map(make);
  const show = (value) => {
    const shown = valueShown(field, value);
    for (const button of buttons) {
      const on = button.dataset.value === shown;
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
    }
  };
  const props = { class: "iw-seg iw-seg--fill", role: "radiogroup", "aria-labelledby": `${id}-label` };
  return { control: h("div", props, ...buttons), show };
}

function rangeField(field, id, set) {
  const { min, max } = field;
  const number = h("output", { class: "iw-num", for: id });
  const listeners = { oninput: () => draw(Number(range.value)), onchange: () => set(Number(range.value)) };
  const range = h("input", { id, type: "range", min, max, ...listeners });
  const draw = (value) => {
    number.textContent = String(value);
    range.style.setProperty("--v", `${((value - min) / (max - min)) * 100}%`);
  };
  const show = (value) => {
    range.value = String(value ?? max);
    draw(value ?? max);
  };
  return { control: h("span", { class: "iw-range" }, range), show, target: id, aside: number };
}

/** A box for text. It keeps what is being typed when news comes in, and sends it on Enter and on leaving. */
function typingBox(props, set) {
  let typing = false;
  const commit = () => {
    if (typing) set(box.value.trim() || null);
    typing = false;
  };
  const listeners = {
    oninput: () => (typing = true),
    onchange: commit,
    onkeydown: (event) => event.key === "Enter" && commit(),
  };
  const box = h("input", { autocomplete: "off", ...props, ...listeners });
  const show = (value) => {
    if (!typing) box.value = value ?? "";
  };
  return { box, show };
}

function textField(field, id, set) {
  const inputmode = field.kind === "number" ? "numeric" : null;
  const { box, show } = typingBox({ id, class: "iw-input", placeholder: field.placeholder, inputmode }, set);
  return { control: box, show, target: id };
}

/** How many pictures: a box between two buttons. */
function countField(field, id, set, view) {
  const { box, show } = typingBox({ id, inputmode: "numeric" }, set);
  const step = (by) => {
    const n = view.get("n") + by;
    if (n >= 1 && n <= view.get("_controls").max_n) set(n);
  };
  const button = (name, label, by) =>
    h("button", { type: "button", "aria-label": label, onclick: () => step(by) }, icon(name));
  const [fewer, more] = [button("minus", "One fewer", -1), button("plus", "One more", 1)];
  box.addEventListener("keydown", (event) => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!by || event.altKey) return;
    event.preventDefault();
    step(by);
  });
  const showAll = (n) => {
    show(n);
    enable(fewer, n > 1);
    enable(more, n < view.get("_controls").max_n);
  };
  return { control: h("div", { class: "iw-stepper" }, fewer, box, more), show: showAll, target: id };
}
