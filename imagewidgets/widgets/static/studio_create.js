// Create: the form beside all pictures of the session; beneath, what the last run was.

/** A button that copies a text, and says that it has. @param {() => string} text */
function copyButton(studio, text, look = "") {
  const words = h("span", {}, look ? "Copy as code" : "Copy code");
  const onclick = async () => {
    try {
      await copyText(Promise.resolve(text()));
      words.textContent = "Copied";
    } catch (error) {
      words.textContent = error.message;
    }
    studio.announce(words.textContent);
  };
  return h("button", { type: "button", class: `iw-btn ${look}`.trim(), onclick }, icon("code"), words);
}

/** @param {Studio} studio */
function createView(studio) {
  const side = h("div", { class: "iw-studio-side" });
  const grid = h("div", {});
  const empty = h("div", { class: "iw-studio-empty" }, icon("image"),
    h("p", { class: "iw-muted" }, "No pictures yet. Describe one, and generate it."));
  const main = h("div", { class: "iw-studio-main" }, empty, grid);
  const foot = h("div", { class: "iw-bar iw-bar--foot" });
  const el = h("div", {}, h("div", { class: "iw-studio-body" }, side, main), foot);
  studio.children.follow("form", ["_report", "_run"], (model) => {
    const { text, detail, code } = model.get("_report");
    foot.hidden = !text || Boolean(model.get("_run").number);
    if (foot.hidden) return;
    const parts = detail.split(" · ").filter(Boolean);
    const words = parts.map((part, place) =>
      h("span", { class: `iw-num ${place < parts.length - 1 ? "iw-hide-sm" : ""}` }, part));
    foot.replaceChildren(
      h("span", { class: "iw-num" }, text), h("span", { class: "iw-spacer" }), ...words,
      copyButton(studio, () => code, "iw-btn--quiet iw-btn--sm"),
    );
  });
  studio.follow(["_strip"], () => {
    empty.hidden = studio.model.get("_strip").length > 0;
    grid.hidden = !empty.hidden;
  });
  return { el, build: () => Promise.all([studio.children.show("form", side), studio.children.show("grid", grid)]) };
}
