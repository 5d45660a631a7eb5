// What all parts of one view share: the way to Python, what is said to screen readers, and where the keyboard is.

/** Traits of another name than their setting: front ends take `style` for looks, and `extra` is no text in Python. */
const TRAITS = { style: "_style", extra: "_extra" };
const traitOf = (name) => TRAITS[name] ?? name;

/** One view of a form. Its parts are made with it; `root` is the section that holds them all. */
class FormView {
  /** The prompt's text area, and a function that sends what was typed and not sent yet. */
  area = null;
  flush = () => {};
  /** What this view asked for last: "submit" or "vary". */
  asked = "submit";
  /** Whether the form was closed, and nothing can be sent any more. */
  closed = false;

  /**
   * @param {any} model
   * @param {AbortSignal} signal aborts when the view goes away
   */
  constructor(model, signal) {
    this.model = model;
    this.signal = signal;
    // No count: a front end runs this module once for each form, and ids must differ all over the page.
    this.uid = `iw-prompt-form-${Math.random().toString(36).slice(2)}`;
    const close = () => (this.closed = true);
    for (const event of ["comm:close", "destroy"]) model.on(event, close); // before the view is taken away
    signal.addEventListener("abort", () => ["comm:close", "destroy"].forEach((event) => model.off(event, close)));
    this.live = h("div", { class: "iw-sr", role: "status" });
    this.root = h("section", {
      class: "iw imagewidgets-prompt-form",
      role: "group", // no landmark: a notebook may hold many forms
      "aria-label": "Prompt form",
      "data-lm-suppress-shortcuts": "true", // the notebook's own keys are not for what is typed here
    });
  }

  /** The value of a trait. */
  get(name) {
    return this.model.get(name);
  }

  /** Whether there is a run under way. */
  get running() {
    return Boolean(this.get("_run").number);
  }

  /** Keep a part in step with traits for as long as this view is there. */
  follow(names, update) {
    follow(this.model, names, update, this.signal);
  }

  /** Have a method of the form called. */
  send(action, values = {}) {
    this.model.send({ action, ...values });
  }

  /** Set the model or a setting, as a person does. */
  set(name, value) {
    this.send("set", { name, value });
  }

  /** Set one of the traits that a view may set itself. */
  put(name, value) {
    if (this.closed) return;
    this.model.set(name, value);
    this.model.save_changes();
  }

  /**
   * Make pictures that nobody has made before: by "submit", or by "vary". What is in the box goes along: front ends
   * hold back the values of traits while the kernel is busy, and this message would be there before the prompt.
   */
  make(action) {
    this.flush();
    this.asked = action;
    const prompt = this.area.value;
    this.send(action, { take: "new", ...(action === "submit" && prompt.trim() ? { prompt } : {}) });
  }

  /** Say something to screen readers; the same words twice are said twice. */
  announce(text) {
    this.live.textContent = this.live.textContent === text ? `${text}\u00a0` : text;
  }

  /** The element that has the keyboard, if it is in this view. */
  get focused() {
    const active = this.root.getRootNode().activeElement;
    return active && this.root.contains(active) ? active : null;
  }

  focusPrompt() {
    this.area.focus();
  }

  /**
   * Change a part without losing the keyboard: where the change takes away what has it, another element gets it.
   * @param {Element} part
   * @param {() => void} change
   * @param {() => Element | null | undefined} [next] the prompt by default
   */
  keepFocus(part, change, next = () => null) {
    const { focused } = this;
    const inside = focused && part.contains(focused);
    change();
    if (inside && !(focused.isConnected && focused.checkVisibility())) (next() ?? this.area).focus();
  }
}

/** Say what happens while nobody looks: what begins, what has come, what went out of the way. */
function announcements(view) {
  const words = {
    _run: ({ title }) => title,
    _report: ({ text, detail }) => [text, detail].filter(Boolean).join(" · "),
    _problem: ({ headline, text }) => (headline ? "" : text), // an error is an alert
    _waiting: (text) => text,
    _note: (parts) => parts.map(([text]) => text).join(""),
    _mask: ({ text }) => text,
    _question: ({ text }) => text,
  };
  for (const [name, say] of Object.entries(words)) {
    let first = true;
    view.follow([name], () => {
      const text = first ? "" : say(view.get(name));
      first = false;
      if (text) view.announce(text);
    });
  }
}
