// What the form has to say or to ask: what a change of model did, whether to spend, whether to cancel, what went wrong.

/** What a change of model did to the settings, with the way back. */
function modelNote(view) {
  const el = h("div", { class: "iw-notice" });
  const bold = ([text, strong]) => (strong ? h("b", {}, text) : text);
  const draw = (parts) => {
    const undo = h("button", { type: "button", class: "iw-link", onclick: () => view.send("undo_model") }, "Undo");
    const away = iconButton("close", "Dismiss", { class: "iw-ib iw-ib--sm", onclick: () => view.send("dismiss_note") });
    const words = h("span", { class: "iw-alert__text" }, ...parts.map(bold));
    return noteBox("info", words, h("span", { class: "iw-row iw-alert__end" }, undo, away));
  };
  view.follow(["_note", "_run"], () => {
    const parts = view.get("_note");
    view.keepFocus(el, () => el.replaceChildren(...(parts.length && !view.running ? [draw(parts)] : [])));
  });
  return el;
}

/** Ask before a run that may cost more than the limit. */
function spendingQuestion(view) {
  const el = h("div", { class: "iw-notice" });
  view.follow(["_question"], () => {
    const { text, yes } = view.get("_question");
    const from = view.focused;
    const answer = (agreed) => {
      view.send(agreed ? "confirm" : "decline");
      view.focusPrompt();
    };
    const box = text && questionBox({ text, yes, no: "Cancel", answer });
    view.keepFocus(el, () => el.replaceChildren(box ? box.el : ""));
    if (box && from) box.refuse.focus(); // whoever works in this view; and what costs nothing first
  });
  return el;
}

/** Ask before Esc cancels. @returns {{ el: HTMLElement, ask: () => void }} */
function cancelQuestion(view) {
  const el = h("div", { class: "iw-notice" });
  const away = () => view.keepFocus(el, () => el.replaceChildren());
  const ask = () => {
    if (!view.running || el.childElementCount) return;
    const answer = (agreed) => {
      if (agreed) view.send("cancel");
      away();
    };
    const box = questionBox({ text: "Cancel this run?", yes: "Cancel it", no: "Keep going", answer, tone: "plain" });
    el.replaceChildren(box.el);
    box.agree.focus();
  };
  view.follow(["_run"], away);
  return { el, ask };
}

/** What went wrong, in a run and in functions that were called with its pictures. */
function problems(view) {
  const addresses = new Addresses(view.signal);
  const el = h("div", { class: "iw-notice" });
  const sketch = () =>
    textButton(
      { class: "iw-btn--sm", onclick: () => view.send("use_sketch_engine") },
      icon("offline"),
      "Use the sketch engine",
    );
  const lastPartial = (bytes) => {
    const img = h("img", { src: addresses.of(bytes), alt: "The last partial picture" });
    return h("figure", { class: "iw-partial" }, img, h("figcaption", {}, "The last partial picture"));
  };
  const runBox = (problem) => {
    if (!problem.headline)
      return problem.text ? [noteBox("stop", h("span", { class: "iw-alert__text" }, problem.text))] : [];
    const box = errorBox(view, problem, problem.sketch && sketch());
    if (problem.partial) box.querySelector(".iw-alert__acts").before(lastPartial(problem.partial));
    return [box];
  };
  view.follow(["_problem", "_callback_problem"], () => {
    const callback = view.get("_callback_problem");
    addresses.release();
    const boxes = [...runBox(view.get("_problem")), ...(callback.headline ? [errorBox(view, callback)] : [])];
    view.keepFocus(
      el,
      () => el.replaceChildren(...boxes),
      () => view.root.querySelector(".iw-go"),
    );
  });
  return el;
}
