// The bar above the pictures: how many, what they share, which are shown in which order, what is selected.

const HOW_TO_COMPARE = "Select two pictures to compare them.";
const SORT_LABELS = { newest: "Newest first", oldest: "Oldest first", prompt: "By prompt", model: "By model" };

/** @param {any} grid */
function gridBar(grid) {
  const { model, choice, store, signal, set } = grid;
  const count = h("span", { class: "iw-results__count" });
  const shared = h("span", { class: "iw-sm iw-faint iw-results__shared iw-hide-sm" });
  const starWords = h("span", { class: "iw-num" });
  const starred = h("button", {
    type: "button", class: "iw-btn iw-btn--quiet iw-btn--sm iw-results__starred",
    onclick: () => set("starred_only", !model.get("starred_only")),
  }, icon("star"), starWords);
  const select = h("select", { onchange: () => set("sort", select.value) },
    ...Object.entries(SORT_LABELS).map(([value, label]) => h("option", { value }, label)));
  const sort = h("label", { class: "iw-select iw-results__sort" }, h("span", { class: "iw-sr" }, "Sort"), select,
    icon("chevron-down"), icon("sliders"));
  const status = h("span", { class: "iw-sm iw-muted iw-num iw-results__status", role: "status" });
  const compare = h("button", { type: "button", class: "iw-btn iw-btn--sm", onclick: () => grid.compare(HOW_TO_COMPARE) },
    icon("compare"), h("span", { class: "iw-hide-xs" }, "Compare"));
  const save = h("button", { type: "button", class: "iw-btn iw-btn--sm", onclick: () => grid.download(choice.toSave) },
    icon("download"), h("span", { class: "iw-hide-xs" }, "Download"));
  const recipe = iconButton("info", "Recipe", {
    key: "I", class: "iw-ib iw-ib--sm", onclick: () => grid.toggleRecipe(),
  });
  compare.setAttribute("aria-label", "Compare");
  save.setAttribute("aria-label", "Download");
  const el = h("div", { class: "iw-bar iw-results__bar" }, count, shared, h("span", { class: "iw-div iw-hide-sm" }),
    starred, sort, h("span", { class: "iw-results__chosen" }, status, compare, save, recipe));
  let busy = false;

  function draw() {
    const { title = "", detail = "" } = model.get("_summary");
    const several = store.tiles.length > 1;
    count.textContent = title;
    shared.textContent = shared.title = detail;
    sort.hidden = compare.hidden = !several;
    select.value = model.get("sort");
    sort.title = `Sort: ${SORT_LABELS[select.value]}`;
    const [chosen, stars] = [choice.chosen, model.get("starred_indices").length];
    const only = model.get("starred_only");
    starWords.textContent = `Starred ${stars}`;
    starred.setAttribute("aria-pressed", String(only));
    starred.disabled = !stars && !only;
    starred.title = only ? "Show all pictures" : stars ? "Show only these" : "Star a picture with S";
    const shown = new Set(choice.shown);
    const hidden = chosen.filter((id) => !shown.has(id)).length;
    const words = chosen.length ? `${chosen.length} selected${hidden ? `, ${hidden} not shown` : ""}` : "";
    if (!busy && status.textContent !== words) status.textContent = words;
    compare.disabled = chosen.length !== 2;
    compare.title = chosen.length === 2 ? "Compare (C)" : "Select two pictures to compare them (C)";
    const all = several ? "all that are shown" : "the picture";
    const what = chosen.length > 1 ? `the ${chosen.length} selected` : chosen.length ? "the selected one" : all;
    save.title = `Download ${what} (D)`;
    recipe.setAttribute("aria-pressed", String(model.get("show_recipe")));
  }

  follow(model, ["_summary", "sort", "starred_only", "starred_indices", "show_recipe"], draw, signal);
  return {
    el,
    draw,
    /** Say something in the bar; without words, how many are selected. @param {string} [words] */
    say(words) {
      busy = Boolean(words);
      if (words) status.textContent = words;
      else draw();
    },
    /** @param {boolean} on */
    downloading(on) {
      save.disabled = on;
    },
  };
}
