// Which axes make rows and columns, and which page is shown: a row of fields, where there is anything to choose.

/** A field with a name and a choice. */
function sweepField(label, props = {}) {
  const select = h("select", { "aria-label": label, ...props });
  const el = h("span", { class: "iw-sweep__field" },
    h("span", { class: "iw-label", "aria-hidden": "true", title: label }, label),
    h("span", { class: "iw-select" }, select, icon("chevron-down")));
  return { el, select };
}

/** Steps to the one before and the next, around what is chosen. */
function stepper(middle, previous, next, step) {
  const arrow = (name, label, by) =>
    iconButton(name, label, { class: "iw-ib iw-ib--sm", onclick: () => step(by) });
  const buttons = [arrow("chevron-left", previous, -1), arrow("chevron-right", next, 1)];
  return { el: h("span", { class: "iw-sweep__step" }, buttons[0], middle, buttons[1]), buttons };
}

/** @param {any} grid */
function sweepPages(grid) {
  const { model, signal, set } = grid;
  const rows = sweepField("Rows", { onchange: () => set("rows", rows.select.value) });
  const columns = sweepField("Columns", { onchange: () => set("columns", columns.select.value) });
  const swap = iconButton("swap", "Swap rows and columns", {
    class: "iw-ib iw-ib--sm", onclick: () => model.send({ kind: "do", what: "swap" }),
  });
  const axes = h("span", { class: "iw-sweep__axes" }, rows.el, swap, columns.el);
  const turned = h("span", { class: "iw-sweep__turned" });
  const where = h("span", { class: "iw-sm iw-num iw-muted", role: "status" });
  const part = stepper(where, "Previous part", "Next part", (by) => set("part", model.get("part") + by));
  const el = h("div", { class: "iw-bar iw-sweep__pages", role: "group", "aria-label": "Pages" }, axes, turned, part.el);
  let drawn = "";

  const options = (select, names, value) => {
    select.replaceChildren(...names.map((name) => h("option", { value: name }, name)));
    select.value = value;
  };

  /** A field for each axis that makes neither rows nor columns. */
  function pageField({ name, labels }) {
    const turn = (to) => set("page", { ...model.get("page"), [name]: to });
    const { el: field, select } = sweepField(name, { onchange: () => turn(select.selectedIndex) });
    const step = stepper(field.lastChild, `Previous ${name}`, `Next ${name}`, (by) => turn(select.selectedIndex + by));
    field.append(step.el);
    options(select, labels, labels[0]);
    const draw = () => {
      select.selectedIndex = model.get("page")[name] ?? 0;
      step.buttons[0].disabled = select.selectedIndex <= 0;
      step.buttons[1].disabled = select.selectedIndex >= labels.length - 1;
    };
    return { field, draw };
  }

  /** @type {{field: HTMLElement, draw(): void}[]} */
  let fields = [];
  function draw() {
    const sheet = model.get("_sheet");
    const several = sheet.kind === "table" && sheet.axes.length > 2;
    const made = JSON.stringify([sheet.axes, sheet.pages]);
    if (made !== drawn) {
      drawn = made;
      fields = sheet.pages.map(pageField);
      turned.replaceChildren(...fields.map(({ field }) => field));
      for (const { select } of [rows, columns]) options(select, sheet.axes, "");
    }
    axes.hidden = !several;
    rows.select.value = model.get("rows");
    columns.select.value = model.get("columns");
    fields.forEach((field) => field.draw());
    const [at, parts] = [model.get("part"), sheet.parts];
    part.el.hidden = parts < 2;
    where.textContent = `Part ${at + 1} of ${parts}`;
    part.buttons[0].disabled = at <= 0;
    part.buttons[1].disabled = at >= parts - 1;
    el.hidden = !several && !fields.length && parts < 2;
  }

  follow(model, ["_sheet", "rows", "columns", "page", "part"], draw, signal);
  return el;
}
