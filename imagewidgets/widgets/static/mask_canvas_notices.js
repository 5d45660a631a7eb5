// Sentences across the card: what went wrong, and what has to be decided.

/** What Python could not do. It goes with the cross, and when the next thing goes well. @param {Stage} stage */
function errorNotice(stage) {
  const words = h("p", {});
  const close = iconButton("close", "Close this message");
  close.classList.add("iw-ib--sm");
  close.addEventListener("click", () => stage.set("_notice", ""));
  const el = h("div", { class: "iw-alert iw-alert--error", role: "alert" }, icon("warning"), words, close);
  const update = () => {
    words.textContent = stage.model.get("_notice");
    show(stage, el, Boolean(words.textContent));
  };
  follow(stage.model, ["_notice"], update, stage.signal);
  return el;
}

/** Mask and markup exclude each other in a request: which of them is to stay. @param {Stage} stage */
function exclusionNotice(stage) {
  const keep = (name, label) => command(stage, name, textButton(label));
  const el = h(
    "div",
    { class: "iw-alert iw-alert--note iw-alert--choice", role: "alert" },
    icon("warning"),
    h("span", {}, "A request takes a mask or a markup, not both."),
    keep("keep_mask", "Keep mask"),
    keep("keep_markup", "Keep markup"),
  );
  const update = () => {
    const { any, marks } = stage.model.get("_state");
    show(stage, el, Boolean(any && marks));
  };
  follow(stage.model, ["_state"], update, stage.signal);
  return el;
}
