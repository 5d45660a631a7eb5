// The prompt: a box that grows, its counter, and the way back to earlier prompts.

const TYPING_PAUSE = 120; // ms without a key before typed text is sent

/** How long the prompt is, and how long it may be. */
function promptCounter(view) {
  const el = h("span", { class: "iw-num iw-count" });
  view.follow(["prompt", "_controls"], () => {
    const length = [...view.get("prompt")].length; // characters as Python counts them
    const limit = view.get("_controls").prompt_length;
    el.textContent = length.toLocaleString("en-US") + (limit ? ` / ${limit.toLocaleString("en-US")}` : " characters");
    el.classList.toggle("is-over", Boolean(limit) && length > limit);
    el.title = el.classList.contains("is-over") ? `${(length - limit).toLocaleString("en-US")} too many` : "";
  });
  return el;
}

/** The text area; it is the view's `area`, and its `flush` sends what was typed and not sent yet. */
function promptArea(view) {
  let timer = 0;
  let sent = view.get("prompt");
  view.flush = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    sent = area.value;
    view.put("prompt", sent);
  };
  const grow = () => {
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };
  const oninput = () => {
    grow();
    view.model.set("prompt", area.value);
    clearTimeout(timer);
    timer = setTimeout(view.flush, TYPING_PAUSE);
  };
  const onkeydown = (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    view.flush();
    view.send(event.key === "ArrowUp" ? "earlier_prompt" : "later_prompt");
  };
  const props = {
    id: `${view.uid}-prompt`,
    rows: 2,
    spellcheck: "true",
    "aria-keyshortcuts": "Control+Enter Alt+ArrowUp",
  };
  const area = h("textarea", { ...props, oninput, onkeydown, onblur: () => view.flush() });
  view.area = area;
  view.follow(["prompt"], () => {
    const text = view.get("prompt");
    // What was sent comes back from the kernel, perhaps when more has been typed: that is not to be lost.
    if (area.value === text || (timer && text === sent)) return;
    area.value = text;
    grow();
  });
  view.follow(["_inputs"], () => {
    area.placeholder = view.get("_inputs").length ? "Describe the whole result" : "Describe the picture you want";
  });
  view.signal.addEventListener("abort", view.flush);
  return area;
}

/** @param {FormView} view @param {Uploads} uploads */
function promptBlock(view, uploads) {
  const area = promptArea(view);
  const label = h("label", { class: "iw-prompt__label", for: area.id }, "Prompt");
  const key = (text) => h("span", { class: "iw-kbd" }, text);
  const hint = h("span", { class: "iw-form-hint iw-hide-sm" }, "Earlier prompts ", key("Alt"), " ", key("↑"));
  const foot = h(
    "div",
    { class: "iw-prompt__foot" },
    inputsRow(view, uploads),
    h("span", { class: "iw-spacer" }),
    hint,
    promptCounter(view),
  );
  const onclick = (event) => event.target === el && area.focus();
  const el = h("div", { class: "iw-prompt", onclick }, label, area, foot);
  return el;
}
