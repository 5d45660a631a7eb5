// Sizes: those with a name in a list and, where the model makes any size, two numbers of one's own.

const CUSTOM = "custom"; // the list's last entry; no model has a size of that name

/** "1600x1008" as two numbers, null for "auto" and other words. @returns {string[] | null} */
const widthAndHeight = (size) => /^(\d+)x(\d+)$/.exec(size ?? "")?.slice(1) ?? null;

/** Width × height in two boxes, sent together: on Enter, and when both have been left. */
function sizeBoxes({ id, custom, set, current, leave }) {
  const box = (label) => {
    const props = { class: "iw-input", type: "number", step: custom.step, min: custom.min, max: custom.max };
    return h("input", {
      ...props,
      "aria-label": `${label} in px`,
      placeholder: label.toLowerCase(),
      title: custom.hint,
    });
  };
  const [width, height] = [box("Width"), box("Height")];
  const back = iconButton("close", "Back to the list of sizes", { class: "iw-ib iw-ib--sm", onclick: () => leave() });
  const commit = () => {
    const size = `${width.value}x${height.value}`;
    if (width.value && height.value && size !== current()) set(size);
  };
  const onkeydown = (event) => {
    if (event.key === "Enter") commit();
    if (event.key !== "Escape") return;
    event.stopPropagation(); // it leaves the boxes, and asks nothing about a run
    leave();
  };
  const onfocusout = (event) => {
    if (!el.contains(event.relatedTarget)) commit();
  };
  const props = {
    class: "iw-custom-size",
    role: "group",
    "aria-label": "Custom size",
    hidden: true,
    onkeydown,
    onfocusout,
  };
  const el = h("div", props, width, h("span", { "aria-hidden": "true" }, "×"), height, back);
  const fill = (size) => {
    if (el.contains(el.getRootNode().activeElement)) return; // it is being typed
    [width.value, height.value] = widthAndHeight(size) ?? ["", ""];
  };
  width.id = `${id}-width`;
  const clear = () => (width.value = height.value = "");
  return { el, fill, clear, width };
}

function sizeField(field, id, set, view) {
  const current = () => view.get("size");
  const named = (size) => field.choices.some(([one]) => one === size);
  let typing = false; // whether "Custom…" was chosen and no size of one's own has been taken yet

  const select = h("select", { id, onchange: () => (select.value === CUSTOM ? open() : set(select.value)) });
  const list = withChevron(select);
  const open = () => {
    typing = true;
    show(current());
    boxes.width.focus();
  };
  const leave = () => {
    typing = false;
    boxes.clear(); // what is typed there is not meant
    if (named(current())) show(current());
    else set(field.choices[0][0]);
    list.hidden = false; // at once: it takes the keyboard
    boxes.el.hidden = true;
    select.focus();
  };
  const boxes = field.custom ? sizeBoxes({ id, custom: field.custom, set, current, leave }) : null;
  const show = (size) => {
    const own = Boolean(boxes) && (typing || !named(size));
    const extra = named(size) || !size ? [] : [[size, size.replace("x", " × ")]];
    fillSelect(select, [...field.choices, ...extra, ...(boxes ? [[CUSTOM, "Custom…"]] : [])]);
    select.value = own ? CUSTOM : (size ?? field.choices[0][0]);
    list.hidden = own;
    if (!boxes) return;
    boxes.el.hidden = !own;
    list.closest(".iw-field").querySelector("label").htmlFor = own ? boxes.width.id : id;
    boxes.fill(size);
    if (!named(size)) typing = false;
  };
  return { control: h("div", {}, list, boxes?.el), show, target: id };
}
