// Variations: a source, and what was made of it.

/** Choose a file, which becomes what the view in sight works on. @param {Studio} studio */
function fileChooser(studio) {
  const input = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "Picture file" });
  input.addEventListener("change", () => {
    const [file] = picturesAmong([...input.files]);
    if (file) sendFile(studio.model, file, () => {});
    else if (input.files.length) studio.announce(noPicture(input.files[0]));
    input.value = ""; // choosing the same file again is a choice, too
  });
  return { input, choose: () => input.click() };
}

/** The picture that variations are made of. @param {Studio} studio */
function varySource(studio) {
  const { input, choose } = fileChooser(studio);
  const change = h("button", { type: "button", class: "iw-link", title: "Choose a file, or one of the pictures below", onclick: choose });
  const body = h("div", { class: "iw-studio-source" });
  const el = h("div", { class: "iw-studio-block" }, h("div", { class: "iw-label" }, h("span", {}, "Source"), change), body, input);
  const draw = redrawn(studio.signal, (signal) => {
    const { large, words, size } = studio.model.get("_vary");
    change.textContent = large ? "Change" : "Choose a file";
    body.replaceChildren(...(large
      ? [
        h("div", { class: "iw-studio-pic" }, largeImage(large, words, signal)),
        h("p", { class: "iw-sm iw-studio-words" }, words),
        h("p", { class: "iw-sm iw-muted iw-num iw-studio-size" }, size),
      ]
      : [h("p", { class: "iw-studio-hint" }, studio.model.get("_strip").length
        ? "Choose one of the pictures below, or a file."
        : "Create a picture first, or choose a file.")]));
  });
  studio.follow(["_vary"], draw);
  studio.follow(["_strip"], () => studio.model.get("_vary").large || draw());
  return el;
}

/** @param {Studio} studio */
function varyView(studio) {
  const form = h("div", { class: "iw-studio-vary" });
  const compare = h("button", { type: "button", class: "iw-btn iw-btn--sm" }, icon("compare"), "Compare with source");
  const tools = h("div", { class: "iw-studio-block iw-studio-compare" }, compare);
  const side = h("div", { class: "iw-studio-side" }, varySource(studio), form, tools);
  const grid = h("div", {});
  const words = h("p", { class: "iw-muted" });
  const empty = h("div", { class: "iw-studio-empty" }, icon("vary"), words);
  const main = h("div", { class: "iw-studio-main" }, empty, grid);
  const el = h("div", {}, h("div", { class: "iw-studio-body" }, side, main));
  /** @type {string[]} the source, and the variation that is chosen or else the first */
  let pair = [];
  compare.addEventListener("click", () => studio.compare(pair, compare));
  studio.follow(["_chosen"], () => (form.hidden = !studio.model.get("_chosen").vary));
  studio.follow(["_chosen", "_variations"], () => {
    const { vary, selected } = studio.model.get("_chosen");
    const made = studio.model.get("_variations");
    pair = [vary, made.includes(selected) ? selected : made[0]];
    tools.hidden = !vary || !made.length;
    grid.hidden = !made.length;
    empty.hidden = !grid.hidden;
    words.textContent = vary ? "No variations yet. What is made of the source appears here." : "No source yet.";
  });
  studio.children.follow("vary_form", ["operation"], (model) => {
    form.classList.toggle("is-variation", model.get("operation") === "variation");
  });
  return { el, build: () => Promise.all([studio.children.show("vary_form", form), studio.children.show("vary_grid", grid)]) };
}
