// The result grid in the browser: its bar, its thumbnails and the recipe beside them.

/** One view of the grid. */
function render(context, store) {
  const { model } = context;
  const choice = new Choice(model, store);
  const grid = makeGrid(context, store, { name: "result-grid", label: "Results", choice });
  const { signal } = grid;
  const bar = (grid.bar = gridBar(grid));
  const list = (grid.list = tileList(grid));
  const empty = gridEmpty(grid);
  const split = withRecipe(grid);

  grid.key = (event) => gridKey(grid, event);
  /** The star of the picture that is shown large. @param {() => string} id */
  grid.markButton = (id) => {
    const set = () => choice.star(id());
    const star = starButton({ class: "iw-ib iw-lightbox__star", onclick: set });
    return { el: star.el, draw: () => star.draw(choice.ids("starred_indices").has(id())), keys: { s: set } };
  };

  function draw() {
    list.draw();
    const [all, shown] = [store.tiles.length, choice.shown.length];
    bar.el.hidden = !all;
    split.hidden = !shown;
    split.classList.toggle("is-long", shown > FEW);
    empty.draw(all, shown);
    bar.draw();
    grid.drawRecipe();
  }

  function drawSelection() {
    choice.adopt();
    bar.say();
    grid.drawCurrent();
  }

  layGrid(grid, bar.el, gridNotice(grid), split, ...empty.els);
  follow(model, ["_tiles", "starred_only", "sort"], draw, signal);
  follow(model, ["selected_indices"], drawSelection, signal);
  follow(model, ["starred_indices"], () => (model.get("starred_only") ? draw() : grid.drawCurrent()), signal);
  follow(model, ["show_recipe", "_listens"], grid.drawRecipe, signal);
  listenToPointer(grid);
  startGrid(grid);
  return grid.end;
}

export default gridWidget(render);
