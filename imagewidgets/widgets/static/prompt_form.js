// The view of PromptForm: its parts put together. It draws what Python says and sends back what was done; by itself it
// decides nothing. Typed text goes over as the trait `prompt`; everything else is a message { action, … } that names
// a method. What is drawn and what may be asked for stands at the head of prompt_form.py.

/** Ctrl or Cmd and Enter run; Esc cancels a run after asking. @param {FormView} view */
function keysOfForm(view, askToCancel) {
  view.root.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // the keys of an input method are its own
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      const runs = view.get("operation") === "variation" || view.get("prompt").trim();
      if (!event.repeat && runs) view.make("submit");
    } else if (event.key === "Escape") {
      askToCancel();
    }
  });
}

export default {
  render({ model, el }) {
    const controller = new AbortController();
    const view = new FormView(model, controller.signal);
    const { el: question, ask } = cancelQuestion(view);
    const uploads = new Uploads(view);
    const card = h(
      "div",
      { class: "iw-card" },
      ...[
        promptBlock(view, uploads),
        uploads.complaint,
        controlRows(view),
        modelNote(view),
        spendingQuestion(view),
        ...footer(view),
      ],
      ...[question, problems(view), ...runningPanel(view), ...results(view)],
    );
    card.append(receivesFiles(view, uploads));
    view.root.append(card, view.live);
    keysOfForm(view, ask);
    announcements(view);
    el.append(view.root);
    overSavedView(el, view.root);
    return () => controller.abort();
  },
};
