// The footer: who gets the request, what it costs, and the one primary button.

const GUARD = 500; // ms in which a second click does nothing: neither a second run, nor a cancel

const onMac = () => /Mac|iP(hone|ad)/.test(navigator.platform);

/** What the primary button does now: its icon, its words, and whether it does anything. */
function primaryAction(view) {
  const n = view.get("n");
  if (view.running) return { icon: "stop", label: "Cancel", on: true };
  const operation = view.get("operation");
  const actions = {
    generate: { icon: "spark", label: "Generate" },
    edit: { icon: "edit", label: view.get("_mask").text ? "Edit masked area" : "Edit" },
    variation: { icon: "vary", label: n > 1 ? `Make ${n} variations` : "Vary" },
  };
  const action = actions[operation];
  const label = view.get("_problem").headline && view.asked === "submit" ? "Try again" : action.label;
  return { ...action, label, on: operation === "variation" || view.get("prompt").trim() !== "" };
}

/** Do something on a click, once for each double click. */
function guarded(clock, act) {
  return () => {
    const early = performance.now() - clock.last < GUARD;
    clock.last = performance.now();
    if (!early) act();
  };
}

/** @param {FormView} view */
function primaryButton(view, clock) {
  const act = () => {
    if (view.running) view.send("cancel");
    else if (enabled(button)) view.make("submit");
  };
  const button = textButton({ class: "iw-btn--primary iw-btn--lg iw-go", onclick: guarded(clock, act) });
  view.follow(["_run", "_problem", "prompt", "operation", "_mask", "n"], () => {
    const { icon: name, label, on } = primaryAction(view);
    const cancel = view.running;
    if (cancel && !button.classList.contains("is-cancel")) clock.last = performance.now();
    button.classList.toggle("is-cancel", cancel);
    button.classList.toggle("iw-btn--primary", !cancel);
    const key = h("span", { class: "iw-kbd", "aria-hidden": "true" }, onMac() ? "⌘ ↵" : "Ctrl ↵");
    button.replaceChildren(icon(name), label, cancel ? "" : key);
    button.title = cancel ? "Cancel this run (Esc)" : `${label} (${onMac() ? "⌘" : "Ctrl"}+Enter)`;
    enable(button, on);
  });
  return button;
}

/** Variations of the input, whatever the prompt says. */
function varyButton(view, clock, primary) {
  const button = textButton({ class: "iw-btn--lg iw-vary", onclick: guarded(clock, () => view.make("vary")) });
  view.follow(["_run", "_inputs", "_controls", "_problem", "operation"], () => {
    const shown = view.get("_inputs").length > 0 && view.get("_controls").vary && view.get("operation") === "edit";
    view.keepFocus(
      button,
      () => (button.hidden = view.running || !shown),
      () => primary,
    );
    const again = view.get("_problem").headline && view.asked === "vary";
    button.replaceChildren(icon("vary"), again ? "Try again" : "Vary");
    button.title = "Make variations of the input image, whatever the prompt says";
  });
  return button;
}

/** Where requests go; a click tells more, and what to do about it. */
function destination(view) {
  const id = `${view.uid}-destination`;
  const chip = h("button", {
    type: "button",
    class: "iw-dest",
    title: "Where requests go",
    "aria-controls": id,
    "aria-expanded": "false",
  });
  const info = h("div", { class: "iw-notice", id, hidden: true });
  const show = (open) => {
    view.keepFocus(
      info,
      () => (info.hidden = !open),
      () => chip,
    );
    chip.setAttribute("aria-expanded", String(open));
  };
  chip.addEventListener("click", () => show(info.hidden));
  info.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // it asks nothing about a run
    show(false);
  });
  view.follow(["_destination"], () => {
    const { icon: name, name: who, detail } = view.get("_destination");
    const offline = name === "offline";
    chip.replaceChildren(icon(name), h("b", {}, who), detail ? h("span", {}, "· ", detail) : "");
    const text = offline
      ? "Pictures are made on this machine by the embedded sketch engine."
      : `Prompts and pictures are sent to ${detail || who}.`;
    const how = h(
      "span",
      { class: "iw-alert__text" },
      text,
      " To send elsewhere, call ",
      h("code", {}, "iw.configure(…)"),
      " or set ",
      h("code", {}, "form.client"),
      ".",
    );
    const sketch = () => {
      show(false);
      view.send("use_sketch_engine");
    };
    const way =
      !offline && textButton({ class: "iw-btn--sm", onclick: sketch }, icon("offline"), "Use the sketch engine");
    const away = iconButton("close", "Close", { class: "iw-ib iw-ib--sm", onclick: () => show(false) });
    view.keepFocus(
      info,
      () => info.replaceChildren(noteBox(name, how, h("span", { class: "iw-row iw-alert__end" }, way, away))),
      () => chip,
    );
  });
  return { chip, info };
}

/** What a run costs: words of Python, of which the date of the prices goes first where there is little room. */
function estimate(view) {
  const el = h("span", { class: "iw-num iw-estimate" });
  view.follow(["_estimate", "_run"], () => {
    const [cost, ...dates] = view.get("_estimate").split(" · ");
    el.replaceChildren(cost, dates.length ? h("span", { class: "iw-hide-sm" }, ` · ${dates.join(" · ")}`) : "");
    el.hidden = !cost || view.running;
  });
  return el;
}

/** @param {FormView} view @returns {HTMLElement[]} the footer, and what its chip and its queue open */
function footer(view) {
  const clock = { last: -Infinity }; // ms of this page's clock: the last click, or the last change of what a click does
  const { chip, info } = destination(view);
  const primary = primaryButton(view, clock);
  const hint = h("span", { class: "iw-form-hint iw-hide-sm" });
  const waiting = queue(view);
  view.follow(["_destination", "_run"], () => {
    hint.textContent = view.get("_destination").hint;
    hint.hidden = view.running || !hint.textContent;
  });
  const buttons = h("span", { class: "iw-row iw-form-acts" }, varyButton(view, clock, primary), primary);
  return [
    h(
      "div",
      { class: "iw-form-foot" },
      chip,
      hint,
      h("span", { class: "iw-spacer" }),
      estimate(view),
      waiting.count,
      buttons,
    ),
    info,
    waiting.list,
  ];
}
