// The sweep grid in the browser: what the sweep is doing, its page, and the recipe beside it.

/** Where the sweep goes, and what it is made of. @param {any} grid */
function sweepFoot({ model, signal }) {
  const prompt = h("span", { class: "iw-mono iw-sweep__prompt" });
  const where = h("span", { class: "iw-dest", title: "Where requests go" });
  const el = h("div", { class: "iw-bar iw-bar--foot" }, prompt, h("span", { class: "iw-spacer" }), where);
  const draw = () => {
    const { title, destination } = model.get("_head");
    prompt.textContent = prompt.title = title;
    where.replaceChildren(icon(destination.icon), h("b", {}, destination.name));
  };
  follow(model, ["_head"], draw, signal);
  return el;
}

/** One view of the grid. */
function render(context, store) {
  const { model } = context;
  const choice = new Picks(model, store);
  const tellsAll = () => !model.get("blind");
  const grid = makeGrid(context, store, { name: "sweep-grid", label: "Sweep", choice, tellsAll });
  const { signal } = grid;
  const clocks = (grid.clocks = new Clocks(signal));
  const bar = (grid.bar = sweepBar(grid));
  const list = (grid.list = sweepSheet(grid));
  const split = withRecipe(grid);

  grid.key = (event) => sweepKey(grid, event);
  /** Tell of a picture; told already, no more. */
  grid.tellOf = (id) => {
    const told = model.get("show_recipe") && choice.current === id;
    list.focus(id);
    grid.set("show_recipe", !told);
  };
  /** The pick of the picture that is shown large. @param {() => string} id */
  grid.markButton = (id) => {
    const set = () => choice.toggle(id());
    const el = iconButton("check", "Pick", { key: "P", onclick: set });
    const draw = () => el.setAttribute("aria-pressed", String(choice.test(id())));
    return { el, draw, keys: { p: set, " ": set } };
  };

  function draw() {
    list.draw();
    bar.draw();
    grid.drawRecipe();
  }

  layGrid(grid, bar.el, bar.progress, tallyStrip(grid), gridNotice(grid), sweepPages(grid), split, sweepFoot(grid));
  follow(model, ["_sheet", "_tiles"], draw, signal);
  follow(model, ["picks"], grid.drawCurrent, signal);
  follow(model, ["show_recipe", "_listens", "blind"], grid.drawRecipe, signal);
  clocks.begin();
  listenToClicks(grid);
  startGrid(grid);
  return grid.end;
}

export default gridWidget(render);
