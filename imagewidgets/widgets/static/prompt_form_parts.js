// Small parts of the form that more than one place uses.

/** A text button. @returns {HTMLButtonElement} */
function textButton(props, ...children) {
  return h("button", { type: "button", ...props, class: `iw-btn ${props.class ?? ""}`.trim() }, ...children);
}

/** Switch a button off without taking the keyboard from it, as `disabled` would. */
function enable(button, on) {
  button.setAttribute("aria-disabled", String(!on));
}

/** Whether a button does something now. */
const enabled = (button) => button.getAttribute("aria-disabled") !== "true";

/** Put text on the clipboard, also where the page is not allowed the asynchronous way. @returns whether it could */
async function putOnClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyTheOldWay(text); // on plain http there is no such clipboard, and a person may have refused it
  }
}

/** A button that copies, and says that it has. */
function copyButton(view, name, label, text) {
  const words = h("span", {}, label);
  const drawn = h("span", {}, icon(name));
  const onclick = async () => {
    const copied = await putOnClipboard(text());
    drawn.replaceChildren(icon(copied ? "check" : "warning"));
    words.textContent = copied ? "Copied" : "The browser does not let this page copy";
    view.announce(words.textContent);
  };
  return textButton({ class: "iw-btn--quiet iw-btn--sm", onclick }, drawn, words);
}

/** A line in the form's grey: what changed, what was cancelled, where requests go. */
function noteBox(name, ...children) {
  return h("div", { class: "iw-alert iw-alert--note" }, icon(name), ...children);
}

/**
 * A question to be answered here: no box that covers the page. Esc is the answer no.
 * @param {{ text: string, yes: string, no: string, answer: (yes: boolean) => void, tone?: string }} question
 * @returns {{ el: HTMLElement, no: HTMLButtonElement }}
 */
function questionBox({ text, yes, no, answer, tone = "warn" }) {
  const button = (label, value, look) =>
    textButton({ class: `iw-btn--sm ${look}`.trim(), onclick: () => answer(value) }, label);
  const [agree, refuse] = [button(yes, true, ""), button(no, false, "iw-btn--quiet")];
  const onkeydown = (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    answer(false);
  };
  const props = {
    class: `iw-alert iw-alert--note iw-alert--${tone}`,
    role: "alertdialog",
    "aria-label": text,
    onkeydown,
  };
  const el = h("div", props, icon(tone === "warn" ? "warning" : "help"), h("span", { class: "iw-alert__text" }, text));
  el.append(h("span", { class: "iw-row iw-alert__end" }, agree, refuse));
  return { el, agree, refuse };
}

/** The details of an error: class, status, message, request, and the traceback where there is one. */
const detailsOf = ({ details, traceback }) => [details, traceback].filter(Boolean).join("\n\n");

/**
 * An error: what happened, what to do, and the rest one click away.
 * @param {FormView} view
 * @param {Record<string, any>} problem
 * @param {(Node | false | null | undefined)[]} ways buttons that lead out of it
 */
function errorBox(view, problem, ...ways) {
  const text = detailsOf(problem);
  const box = h("pre", { class: "iw-pre", tabindex: 0, hidden: true, role: "group", "aria-label": "Details" }, text);
  const toggle = textButton(
    { class: "iw-btn--quiet iw-btn--sm", "aria-expanded": "false" },
    icon("chevron-down"),
    "Details",
  );
  toggle.addEventListener("click", () => {
    box.hidden = !box.hidden;
    toggle.setAttribute("aria-expanded", String(!box.hidden));
    toggle.replaceChildren(icon(box.hidden ? "chevron-down" : "chevron-up"), "Details");
  });
  const acts = h("div", { class: "iw-row iw-alert__acts" }, ...ways, toggle, h("span", { class: "iw-spacer" }));
  acts.append(copyButton(view, "copy", "Copy", () => [problem.headline, problem.advice, "", text].join("\n")));
  const body = h("div", { class: "iw-alert__body" }, h("strong", {}, problem.headline), problem.advice, acts, box);
  return h("div", { class: "iw-alert iw-alert--error", role: "alert" }, icon("warning"), body);
}

/** Pictures that came as bytes: an address for each, until `signal` aborts or `release` is called. */
class Addresses {
  #made = new Set();

  /** @param {AbortSignal} signal */
  constructor(signal) {
    signal.addEventListener("abort", () => this.release());
  }

  /** @param {DataView | ArrayBuffer} bytes a WebP file */
  of(bytes) {
    const url = URL.createObjectURL(new Blob([bytes], { type: "image/webp" }));
    this.#made.add(url);
    return url;
  }

  /** Let go of one address, or of all. */
  release(url) {
    for (const one of url ? [url] : this.#made) {
      URL.revokeObjectURL(one);
      this.#made.delete(one);
    }
  }
}
