// What can be done with a picture, as buttons: on its thumbnail, in the recipe panel, in the lightbox.

/** What others listen to (grid.on_action): shown only when somebody does. */
const LISTENED = {
  edit: { label: "Edit", icon: "edit", key: "E" },
  vary: { label: "Vary", icon: "vary", key: "V" },
  use_prompt: { label: "Use prompt", icon: "spark" },
};

/** Whether an action is there for a picture. @param {any} grid */
function canAct(grid, action, id) {
  return grid.model.get("_listens") && (action !== "use_prompt" || Boolean(grid.store.tile(id)?.prompt));
}

/** A star that can be set and taken away. */
function starButton(props) {
  const button = iconButton("star", "Star", { key: "S", ...props });
  /** @param {boolean} on */
  const draw = (on) => {
    button.setAttribute("aria-pressed", String(on));
    button.title = `${on ? "Take the star away" : "Star"} (S)`;
  };
  draw(false);
  return { el: button, draw };
}

/** The buttons of one thumbnail. */
function tileActs(grid, id) {
  const props = { class: "iw-onpic", tabindex: "-1" };
  const star = starButton({ class: "iw-onpic iw-tile__star", tabindex: "-1", onclick: () => grid.choice.star(id) });
  const listened = ["edit", "vary"].map((action) => {
    const { label, icon: name, key } = LISTENED[action];
    return [action, iconButton(name, label, { key, ...props, onclick: () => grid.act(action, id) })];
  });
  const open = iconButton("expand", "Open", { key: "Enter", ...props, onclick: () => grid.open(id) });
  const save = iconButton("download", "Download", { key: "D", ...props, onclick: () => grid.download([id]) });
  const el = h("div", { class: "iw-tile__acts" }, open, ...listened.map(([, button]) => button), save);
  const draw = () => {
    for (const [action, button] of listened) button.hidden = !canAct(grid, action, id);
  };
  draw();
  return {
    el,
    star: star.el,
    draw,
    /** Tab goes through the buttons of the current picture, and past those of the others. */
    mark({ starred, current }) {
      star.draw(starred);
      for (const button of [star.el, ...el.children]) button.tabIndex = current ? 0 : -1;
    },
  };
}

/** The buttons under a recipe. @param {() => string | undefined} id of the picture that they are for */
function recipeActs(grid, id) {
  const button = (name, label, onclick, props = {}) =>
    h("button", { type: "button", class: "iw-btn", onclick, ...props }, icon(name), label);
  const listened = Object.entries(LISTENED).map(([action, { label, icon: name, key }]) =>
    [action, button(name, label, () => grid.act(action, id()), { title: key ? `${label} (${key})` : "" })]);
  const code = button("code", "Copy code", () => grid.copy("code", id()));
  const prompt = button("copy", "Copy prompt", () => grid.copy("prompt", id()));
  const picture = button("image", "Copy image", () => grid.copy("image", id()));
  const el = h("div", { class: "iw-panel__acts" }, ...listened.map(([, each]) => each), code, prompt, picture);
  const draw = () => {
    const tile = grid.store.tile(id());
    for (const [action, each] of listened) each.hidden = !canAct(grid, action, id());
    code.hidden = !tile?.recipe;
    prompt.hidden = !tile?.prompt;
  };
  return { el, draw };
}
