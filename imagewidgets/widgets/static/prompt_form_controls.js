// The rows of controls between the prompt and the footer. They follow the chosen model.

/** The list of models. It stays the same element when everything else changes: it has the keyboard then. */
function modelField(view) {
  const id = `${view.uid}-model`;
  const select = h("select", { id, onchange: () => view.set("model", select.value) });
  view.follow(["_menu", "model"], () => {
    fillSelect(
      select,
      view.get("_menu").map(({ value, label }) => [value, label]),
    );
    select.value = view.get("model");
  });
  const label = h("div", { class: "iw-label" }, h("label", { for: id }, "Model"));
  return { el: h("div", { class: "iw-field", "data-name": "model" }, label, withChevron(select)), select };
}

/** Opens and closes the further options. */
function moreButton(view, more) {
  const onclick = () => view.put("more_options", !view.get("more_options"));
  const button = textButton({ class: "iw-more-btn", "aria-controls": more.id, onclick });
  view.follow(["more_options"], () => {
    const open = view.get("more_options");
    view.keepFocus(
      more,
      () => (more.hidden = !open),
      () => button,
    );
    button.setAttribute("aria-expanded", String(open));
    button.replaceChildren(icon("sliders"), open ? "Fewer options" : "More options");
  });
  return button;
}

/** Whether pixels outside the mask come back as they were; there only with a mask. */
function keepOutside(view) {
  const box = h("input", { type: "checkbox", onchange: () => view.put("keep_outside", box.checked) });
  const el = h("label", { class: "iw-check" }, box, "Keep pixels outside the mask");
  view.follow(["_mask", "keep_outside"], () => {
    view.keepFocus(el, () => (el.hidden = !view.get("_mask").text));
    box.checked = view.get("keep_outside");
  });
  return el;
}

/** What was wrong with a setting, and which. */
function settingComplaint(view, settings) {
  const el = h("p", { class: "iw-complaint", role: "alert", id: `${view.uid}-complaint` });
  view.follow(["_complaint", "_controls"], () => {
    const { name, text } = view.get("_complaint");
    el.hidden = !text || name === "inputs"; // that stands with the pictures
    el.textContent = el.hidden ? "" : text;
    for (const field of settings.querySelectorAll(".iw-field")) {
      const wrong = !el.hidden && field.dataset.name === name;
      field.classList.toggle("is-wrong", wrong);
      for (const control of field.querySelectorAll("input, select")) {
        control.toggleAttribute("aria-invalid", wrong);
        if (wrong) control.setAttribute("aria-describedby", el.id);
        else control.removeAttribute("aria-describedby");
      }
    }
  });
  return el;
}

/** @param {FormView} view */
function controlRows(view) {
  const model = modelField(view);
  const more = h("div", {
    class: "iw-controls iw-controls--more",
    id: `${view.uid}-more`,
    role: "group",
    "aria-label": "More options",
  });
  const toggle = moreButton(view, more);
  const row = h("div", { class: "iw-controls" }, model.el, toggle);
  const settings = h("div", { class: "iw-settings" }, row, more, keepOutside(view));
  const followed = new Set();
  let fields = [];

  const update = () => fields.forEach((field) => field.update());
  const followNew = () => {
    const names = ["_changed", ...fields.map(({ name }) => traitOf(name))].filter((name) => !followed.has(name));
    names.forEach((name) => followed.add(name));
    if (names.length) view.follow(names, update);
  };
  const rebuild = () => {
    const { main, more: rest } = view.get("_controls");
    const count = makeField({ name: "n", label: "Pictures", kind: "count" }, view);
    const [shown, hidden] = [main, rest].map((list) => list.map((field) => makeField(field, view)));
    fields = [...shown, count, ...hidden];
    // The list of models is not moved: it would lose the keyboard.
    for (const child of [...row.children]) if (child !== model.el && child !== toggle) child.remove();
    toggle.before(...shown.map(({ el }) => el), count.el);
    row.style.setProperty(
      "--iw-columns",
      ["1.5fr", ...shown.map((_, i) => (i ? "1fr" : "1.5fr")), "96px", "auto"].join(" "),
    );
    more.replaceChildren(...hidden.map(({ el }) => el));
    toggle.hidden = !hidden.length;
    followNew();
    update();
  };
  view.follow(["_controls"], () => {
    const name = view.focused?.closest(".iw-field")?.dataset.name;
    const again = () =>
      settings.querySelector(`.iw-field[data-name="${name}"] :is(select, input, button[tabindex="0"])`);
    view.keepFocus(settings, rebuild, () => again() ?? model.select);
  });
  settings.append(settingComplaint(view, settings));
  view.follow(["_run"], () => view.keepFocus(settings, () => (settings.hidden = view.running)));
  return settings;
}
