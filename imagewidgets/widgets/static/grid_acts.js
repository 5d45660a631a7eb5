// What can be done with a picture: which of it is there, and the buttons of it under a recipe.

/** Whether an action is there for a picture. @param {any} grid */
function canAct(grid, action, id) {
  return grid.model.get("_listens") && (action !== "use_prompt" || Boolean(grid.store.tile(id)?.prompt));
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
