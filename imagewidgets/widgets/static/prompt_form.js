// The view of PromptForm. It draws what Python says and sends back what was done; it decides nothing by itself.
// Typed text goes over as the trait `prompt`; everything else is a message { action, … } that names a method.

const TYPING_PAUSE = 120; // ms without a key before typed text is sent
const FIRST_SECONDS = 0.5; // s; a run that is quicker shows no clock
const TICK = 100; // ms
const GUARD = 500; // ms in which a second click does nothing: neither a second run, nor a cancel
let views = 0;

/** The trait of a setting: `style` has another, since front ends take a trait of that name for a widget's looks. */
const traitOf = (name) => (name === "style" ? "_style" : name);

/** Whether there is a run under way. */
const isRunning = (model) => Boolean(model.get("_run").number);

/** @param {Record<string, any>} problem a Message of messages.py */
function alertBox(problem, { actions = [], open = false } = {}) {
  const box = h("pre", { class: "iw-pre", tabindex: 0, hidden: !open }, problem.details);
  const toggle = h("button", {
    type: "button", class: "iw-btn iw-btn--quiet iw-btn--sm", "aria-expanded": String(open),
    onclick: () => {
      box.hidden = !box.hidden;
      toggle.setAttribute("aria-expanded", String(!box.hidden));
      toggle.replaceChildren(icon(box.hidden ? "chevron-down" : "chevron-up"), "Details");
    },
  }, icon(open ? "chevron-up" : "chevron-down"), "Details");
  return h("div", { class: "iw-alert iw-alert--error", role: "alert" }, icon("warning"),
    h("div", { class: "iw-alert__body" }, h("strong", {}, problem.headline), problem.advice,
      h("div", { class: "iw-row iw-alert__acts" }, ...actions, toggle), box));
}

/** Put text on the clipboard, also where the page is not allowed the asynchronous way (plain http). */
async function copyText(text) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const area = h("textarea", { class: "iw-sr", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** The word at a label whose setting the form changed; it is not there otherwise. */
function markChanged(el, label, changed) {
  el.classList.toggle("iw-changed", changed);
  label.querySelector(".iw-changed-word")?.remove();
  if (changed) label.append(h("span", { class: "iw-changed-word" }, "changed"));
}

/** Make one field of the form: its element, and how it shows a value. */
function makeField(field, uid, send, model) {
  const id = `${uid}-${field.name}`;
  const set = (value) => send("set", { name: field.name, value });
  const parts = { size: sizeField, select: selectField, segments: segmentsField, range: rangeField }[field.kind]
    ?? textField;
  const { control, show, labelled } = parts(field, id, set, model);
  const head = labelled
    ? h("label", { class: "iw-label", for: id }, field.label)
    : h("span", { class: "iw-label", id: `${id}-label` }, field.label);
  const el = h("div", { class: "iw-field", "data-name": field.name }, head, control);
  return {
    el,
    update() {
      markChanged(el, head, model.get("_changed").includes(field.name));
      show(model.get(traitOf(field.name)));
    },
  };
}

function options(select, choices) {
  select.replaceChildren(...choices.map(([value, text]) => h("option", { value }, text)));
}

function withChevron(select) {
  return h("span", { class: "iw-select" }, select, icon("chevron-down"));
}

function selectField(field, id, set) {
  const select = h("select", { id, onchange: () => set(select.value) });
  options(select, field.choices);
  return { control: withChevron(select), labelled: true, show: (value) => { select.value = value ?? field.choices[0][0]; } };
}

/** Sizes by name and, where the model makes any size, "Custom…": the select becomes a box to type one in. */
function sizeField(field, id, set, model) {
  const CUSTOM = "custom";
  const select = h("select", { id, onchange: () => (select.value === CUSTOM ? type() : set(select.value)) });
  const box = h("input", {
    class: "iw-input", hidden: true, "aria-label": "Custom size, width × height in px", placeholder: "width × height",
    title: field.custom, onchange: () => commit(), onblur: () => leave(),
    onkeydown: (event) => {
      if (!["Enter", "Escape"].includes(event.key)) return;
      if (event.key === "Enter") commit();
      else event.stopPropagation(); // it leaves the box, and asks nothing about a run
      leave();
      select.focus();
    },
  });
  const drawn = withChevron(select);
  const type = () => {
    drawn.hidden = true;
    box.hidden = false;
    box.value = "";
    box.focus();
  };
  const commit = () => {
    const size = box.value.trim().replace(/\s*[x×*,]\s*|\s+/gi, "x");
    if (size) set(size);
    box.value = "";
  };
  const leave = () => { box.value = ""; drawn.hidden = false; box.hidden = true; show(model.get("size")); };
  const show = (value) => {
    const known = field.choices.some(([size]) => size === value);
    const extra = known || !value ? [] : [[value, value.replace("x", " × ")]];
    options(select, [...field.choices, ...extra, ...(field.custom ? [[CUSTOM, "Custom…"]] : [])]);
    select.value = value ?? field.choices[0][0];
  };
  return { control: h("div", {}, drawn, box), labelled: true, show };
}

function segmentsField(field, id, set) {
  const buttons = field.choices.map(([value, text], index) => h("button", {
    type: "button", role: "radio", "data-value": value, onclick: () => set(value),
    onkeydown: (event) => {
      const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      const next = buttons[(index + step + buttons.length) % buttons.length];
      next.focus();
      set(next.dataset.value);
    },
  }, text[0].toUpperCase() + text.slice(1)));
  const show = (value) => {
    for (const button of buttons) {
      const on = button.dataset.value === (value ?? field.choices[0][0]);
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
    }
  };
  const control = h("div", { class: "iw-seg iw-seg--fill", role: "radiogroup", "aria-labelledby": `${id}-label` }, ...buttons);
  return { control, labelled: false, show };
}

function rangeField(field, id, set, model) {
  const number = h("output", { for: id });
  const range = h("input", {
    id, type: "range", min: field.min, max: field.max, title: "For webp and jpeg",
    oninput: () => draw(Number(range.value)), onchange: () => set(Number(range.value)),
  });
  const draw = (value) => {
    number.textContent = String(value);
    range.style.setProperty("--v", `${((value - field.min) / (field.max - field.min)) * 100}%`);
  };
  const show = (value) => {
    range.disabled = !["webp", "jpeg"].includes(model.get("output_format"));
    range.value = String(value ?? field.max);
    draw(value ?? field.max);
  };
  return { control: h("span", { class: "iw-range" }, range, number), labelled: true, show };
}

/** A box for text. It keeps what is being typed when news comes in, and says it on Enter and on leaving. */
function typingBox(props, set) {
  let typing = false;
  const commit = () => {
    if (typing) set(box.value.trim() || null);
    typing = false;
  };
  const box = h("input", {
    autocomplete: "off", ...props, oninput: () => { typing = true; }, onchange: commit,
    onkeydown: (event) => { if (event.key === "Enter") commit(); },
  });
  return { box, show: (value) => { if (!typing) box.value = value ?? ""; } };
}

function textField(field, id, set) {
  const inputmode = field.kind === "number" ? "numeric" : null;
  const { box, show } = typingBox({ id, class: "iw-input", placeholder: field.placeholder, inputmode }, set);
  return { control: box, labelled: true, show };
}

function stepper(uid, send, model) {
  const id = `${uid}-n`;
  const set = (value) => send("set", { name: "n", value });
  const { box, show } = typingBox({ id, inputmode: "numeric" }, set);
  const fewer = h("button", { type: "button", "aria-label": "One fewer", onclick: () => set(model.get("n") - 1) }, icon("minus"));
  const more = h("button", { type: "button", "aria-label": "One more", onclick: () => set(model.get("n") + 1) }, icon("plus"));
  const label = h("label", { class: "iw-label", for: id }, "Pictures");
  const el = h("div", { class: "iw-field", "data-name": "n" }, label,
    h("div", { class: "iw-stepper" }, fewer, box, more));
  return {
    el,
    update() {
      const n = model.get("n");
      show(n);
      fewer.disabled = n <= 1;
      more.disabled = n >= model.get("_controls").max_n;
      markChanged(el, label, model.get("_changed").includes("n"));
    },
  };
}

/** The prompt box with its counter; `flush` sends what was typed and not sent yet. */
function promptBox(model, send, signal) {
  let timer = 0;
  const flush = () => {
    if (!timer) return;
    clearTimeout(timer);
    timer = 0;
    model.save_changes();
  };
  const area = h("textarea", {
    rows: 2, "aria-label": "Prompt", placeholder: "Describe the picture you want", spellcheck: "true",
    oninput: () => {
      grow();
      model.set("prompt", area.value);
      clearTimeout(timer);
      timer = setTimeout(flush, TYPING_PAUSE);
    },
    onblur: flush,
    onkeydown: (event) => {
      if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      flush();
      send(event.key === "ArrowUp" ? "earlier_prompt" : "later_prompt");
    },
  });
  const grow = () => { // where field-sizing is not known
    if (CSS.supports("field-sizing", "content")) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  };
  const hint = h("span", { class: "iw-hide-sm" }, "Earlier prompts ", h("span", { class: "iw-kbd" }, "Alt"), " ", h("span", { class: "iw-kbd" }, "↑"));
  const counter = h("span", { class: "iw-num iw-count" });
  follow(model, ["prompt", "_controls", "history"], () => {
    const text = model.get("prompt");
    const limit = model.get("_controls").prompt_length;
    if (area.value !== text) {
      area.value = text;
      grow();
    }
    const length = [...text].length; // characters as Python counts them
    counter.textContent = length.toLocaleString("en-US") + (limit ? ` / ${limit.toLocaleString("en-US")}` : " characters");
    counter.classList.toggle("is-over", Boolean(limit) && length > limit);
    hint.hidden = model.get("history").length === 0;
  }, signal);
  signal.addEventListener("abort", flush);
  const el = h("div", { class: "iw-prompt", onclick: (event) => event.target === el && area.focus() },
    area, h("div", { class: "iw-prompt__foot" }, h("span", { class: "iw-spacer" }), hint, counter));
  return { el, flush };
}

/** The two rows of controls; they follow the chosen model. */
function controlRows(model, send, uid, signal) {
  const models = h("select", { id: `${uid}-model`, onchange: () => send("set", { name: "model", value: models.value }) });
  const modelField = h("div", { class: "iw-field", "data-name": "model" },
    h("label", { class: "iw-label", for: `${uid}-model` }, "Model"), withChevron(models));
  const count = stepper(uid, send, model);
  const toggle = h("button", {
    type: "button", class: "iw-btn iw-more-btn", "aria-controls": `${uid}-more`,
    onclick: () => { model.set("more_options", !model.get("more_options")); model.save_changes(); },
  });
  const row = h("div", { class: "iw-controls" });
  const more = h("div", { class: "iw-controls iw-controls--more", id: `${uid}-more`, role: "group", "aria-label": "More options" });
  const complaint = h("p", { class: "iw-complaint", role: "alert" });
  let fields = [];

  follow(model, ["_controls"], () => {
    const { main, more: rest } = model.get("_controls");
    const made = (list) => list.map((field) => makeField(field, uid, send, model));
    const [shown, hidden] = [made(main), made(rest)];
    fields = [...shown, count, ...hidden];
    if (models.parentElement?.parentElement !== modelField || !row.contains(modelField)) row.append(modelField);
    for (const child of [...row.children]) if (child !== modelField) child.remove(); // the focused select stays in place
    row.append(...shown.map((field) => field.el), count.el, toggle);
    row.style.setProperty("--iw-columns", ["1.5fr", ...shown.map((_, i) => (i ? "1fr" : "1.5fr")), "96px", "auto"].join(" "));
    more.replaceChildren(...hidden.map((field) => field.el));
    fields.forEach((field) => field.update());
  }, signal);
  follow(model, ["_menu", "model"], () => {
    options(models, model.get("_menu").map(({ value, label }) => [value, label]));
    models.value = model.get("model");
  }, signal);
  const settings = ["size", "quality", "n", "_style", "background", "output_format", "output_compression", "moderation", "seed", "user"];
  follow(model, [...settings, "_changed", "_complaint"], () => {
    fields.forEach((field) => field.update());
    const { name, text } = model.get("_complaint");
    complaint.textContent = text ?? "";
    complaint.hidden = !text;
    for (const field of row.parentElement?.querySelectorAll(".iw-field") ?? []) field.classList.toggle("is-wrong", field.dataset.name === name);
  }, signal);
  follow(model, ["more_options"], () => {
    const open = model.get("more_options");
    more.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    toggle.replaceChildren(icon("sliders"), open ? "Fewer options" : "More options");
  }, signal);
  return h("div", { class: "iw-settings" }, row, more, complaint);
}

/** Who gets the request, and the one primary button. */
function footer(model, actions, signal) {
  const chip = h("span", { class: "iw-dest", title: "Where requests go" });
  const hint = h("span", { class: "iw-hide-sm" });
  const waiting = h("span", { class: "iw-num" });
  let last = -Infinity; // ms of this page's clock: the last click, or the last change of what a click does
  const button = h("button", {
    type: "button",
    onclick: () => {
      const early = performance.now() - last < GUARD;
      last = performance.now();
      if (!early) (isRunning(model) ? actions.cancel : actions.submit)();
    },
  });
  follow(model, ["_destination"], () => {
    const { icon: name, name: who, detail, hint: text } = model.get("_destination");
    chip.replaceChildren(icon(name), h("b", {}, who), detail ? ` · ${detail}` : "");
    hint.textContent = text;
  }, signal);
  follow(model, ["_run", "_waiting", "_problem", "prompt"], () => {
    const running = isRunning(model);
    if (running && !button.classList.contains("is-cancel")) last = performance.now();
    button.className = running ? "iw-btn iw-btn--lg iw-go is-cancel" : "iw-btn iw-btn--primary iw-btn--lg iw-go";
    const again = Boolean(model.get("_problem").headline);
    const key = /Mac|iP(hone|ad)/.test(navigator.platform) ? "⌘ ↵" : "Ctrl ↵";
    button.replaceChildren(...(running
      ? [icon("stop"), "Cancel"]
      : [icon("spark"), again ? "Try again" : "Generate", h("span", { class: "iw-kbd iw-hide-xs", "aria-hidden": "true" }, key)]));
    button.title = running ? "Cancel this run (Esc)" : `${again ? "Try again" : "Generate"} (${key.replace(" ↵", "+Enter")})`;
    button.disabled = !running && model.get("prompt").trim() === "";
    waiting.textContent = model.get("_waiting");
    waiting.hidden = !waiting.textContent;
    hint.hidden = running;
  }, signal);
  return h("div", { class: "iw-form-foot" }, chip, hint, h("span", { class: "iw-spacer" }), waiting, button);
}

/** What a model change did, with Undo; whether to cancel; what went wrong. */
function notices(model, send, state, signal) {
  const note = h("div", { class: "iw-notice" });
  const question = h("div", { class: "iw-notice", hidden: true });
  const problem = h("div", { class: "iw-notice" });
  follow(model, ["_note"], () => {
    const parts = model.get("_note");
    note.hidden = parts.length === 0;
    note.replaceChildren(...(parts.length ? [h("div", { class: "iw-alert iw-alert--note", role: "status" }, icon("info"),
      h("span", {}, ...parts.map(([text, strong]) => (strong ? h("b", {}, text) : text))), h("span", { class: "iw-spacer" }),
      h("button", { type: "button", class: "iw-link", onclick: () => send("undo_model") }, "Undo"),
      h("button", { type: "button", class: "iw-ib iw-ib--sm", "aria-label": "Dismiss", title: "Dismiss", onclick: () => send("dismiss_note") }, icon("close")))] : []));
  }, signal);
  follow(model, ["_problem", "_callback_problem"], () => {
    const boxes = [];
    const [run, callback] = [model.get("_problem"), model.get("_callback_problem")];
    if (run.headline) {
      const sketch = run.sketch && h("button", { type: "button", class: "iw-btn iw-btn--sm", onclick: () => send("use_sketch_engine") }, icon("offline"), "Use the sketch engine");
      boxes.push(alertBox(run, { actions: sketch ? [sketch] : [] }));
    } else if (run.text) {
      boxes.push(h("div", { class: "iw-alert iw-alert--note", role: "status" }, icon("stop"), h("span", {}, run.text)));
    }
    if (callback.headline) boxes.push(alertBox(callback));
    problem.replaceChildren(...boxes);
  }, signal);
  state.ask = () => {
    if (!isRunning(model)) return;
    const answer = (yes) => { question.hidden = true; if (yes) send("cancel"); state.focus(); };
    const yes = h("button", { type: "button", class: "iw-btn iw-btn--sm", onclick: () => answer(true) }, "Cancel it");
    question.replaceChildren(h("div", { class: "iw-alert iw-alert--note", role: "alertdialog", "aria-label": "Cancel this run?",
      onkeydown: (event) => { if (event.key === "Escape") { event.stopPropagation(); answer(false); } } },
      icon("help"), h("span", {}, "Cancel this run?"), h("span", { class: "iw-spacer" }), yes,
      h("button", { type: "button", class: "iw-btn iw-btn--quiet iw-btn--sm", onclick: () => answer(false) }, "Keep going")));
    question.hidden = false;
    yes.focus();
  };
  follow(model, ["_run"], () => { question.hidden = true; }, signal);
  return { before: note, after: [question, problem] };
}

/** The run under way: empty places for its pictures, honest seconds, and what was asked for. */
function runningPanel(model, signal) {
  const el = h("div", { class: "iw-runs", hidden: true });
  const seconds = h("span", { class: "iw-muted iw-num iw-clock", "aria-hidden": "true" });
  const ring = h("span", { class: "iw-spin" });
  let timer = 0;
  let start = null; // ms of this page's clock, where the run began before its eyes
  let number = -1;
  let first = true;
  const tick = () => {
    const elapsed = (performance.now() - start) / 1000;
    const shown = elapsed >= FIRST_SECONDS;
    ring.hidden = !shown;
    seconds.textContent = shown ? (elapsed < 60 ? `${elapsed.toFixed(1)} s` : `${Math.floor(elapsed / 60)} min ${Math.floor(elapsed % 60)} s`) : "";
  };
  follow(model, ["_run"], () => {
    const run = model.get("_run");
    clearInterval(timer);
    el.hidden = !run.number;
    if (run.number && run.number !== number) {
      // A page that was opened in the middle of a run has only the kernel's clock to go by.
      start = first ? performance.now() - Math.max(0, Date.now() - run.started * 1000) : performance.now();
      number = run.number;
      el.classList.toggle("is-many", run.count > 2);
      el.replaceChildren(
        h("div", { class: "iw-run-tiles" }, ...Array.from({ length: run.count }, (_, index) => h("div", { class: "iw-run" },
          h("div", { class: "iw-run__pic iw-skel", style: { "--iw-ratio": run.ratio } }),
          h("p", { class: "iw-run__cap" }, h("span", {}, `Picture ${index + 1}`), h("span", {}, "waiting"))))),
        h("div", { class: "iw-side-note" },
          h("p", { class: "iw-row iw-h" }, ring, h("span", { role: "status" }, run.title), seconds),
          h("div", { class: "iw-run-facts" }, ...run.facts.flatMap(([term, value]) => [h("span", {}, term), h("span", {}, value)])),
          h("p", {}, "Other cells can run meanwhile. Cancel works at once; your prompt stays.")));
    }
    first = false;
    if (run.number) {
      tick();
      timer = setInterval(tick, TICK);
    }
  }, signal);
  signal.addEventListener("abort", () => clearInterval(timer));
  return el;
}

/** The pictures of the last run that gave some. */
function results(model, send, signal) {
  const done = h("div", { class: "iw-done" });
  const said = h("span", { class: "iw-done__text", role: "status" });
  const el = h("div", { class: "iw-runs" });
  let urls = [];
  const release = () => { urls.forEach((url) => URL.revokeObjectURL(url)); urls = []; };

  const tile = (picture) => {
    const url = URL.createObjectURL(new Blob([picture.thumbnail], { type: "image/webp" }));
    urls.push(url);
    return h("figure", { class: "iw-run" },
      h("div", { class: `iw-run__pic${picture.alpha ? " iw-checker" : ""}`, style: { "--iw-ratio": picture.ratio } },
        h("img", { src: url, alt: picture.alt })),
      h("figcaption", { class: "iw-run__cap" }, h("span", {}, picture.title), h("span", { class: "iw-num" }, picture.size)));
  };
  const revised = (list) => h("div", { class: "iw-side-note" }, h("p", { class: "iw-h" }, list.length > 1 ? "Revised prompts" : "Revised prompt"),
    ...list.map(({ label, text }) => h("div", { class: "iw-revised" },
      h("p", {}, label ? h("span", { class: "iw-faint" }, `${label}: `) : null, text),
      h("button", { type: "button", class: "iw-link", onclick: () => send("use_prompt", { text }) }, "Use this prompt"))));

  follow(model, ["_report"], () => {
    const report = model.get("_report");
    release();
    if (!report.text) {
      done.replaceChildren();
      el.replaceChildren();
      return;
    }
    const words = h("span", { class: "iw-hide-xs" }, "Copy as code");
    const copy = h("button", { type: "button", class: "iw-btn iw-btn--quiet iw-btn--sm", "aria-label": "Copy as code",
      title: "Copy as code", onclick: async () => {
        await copyText(report.code);
        copy.replaceChildren(icon("check"), words);
        words.textContent = "Copied";
      } }, icon("code"), words);
    said.replaceChildren(h("b", {}, report.text), report.detail ? h("span", { class: "iw-num" }, ` · ${report.detail}`) : "");
    done.replaceChildren(h("span", { class: "ok" }, icon("check")), said, copy);
    el.classList.toggle("is-many", report.pictures.length > 2);
    el.replaceChildren(h("div", { class: "iw-run-tiles" }, ...report.pictures.map(tile)),
      report.revised.length ? revised(report.revised) : "",
      report.left_out ? h("p", { class: "iw-faint iw-sm" }, report.left_out) : "");
  }, signal);
  follow(model, ["_report", "_run"], () => {
    const hide = !model.get("_report").text || isRunning(model);
    done.hidden = hide;
    el.hidden = hide;
  }, signal);
  signal.addEventListener("abort", release);
  return [done, el];
}

export default {
  render({ model, el }) {
    const controller = new AbortController();
    const { signal } = controller;
    const uid = `iw-prompt-form-${++views}`;
    const send = (action, values = {}) => model.send({ action, ...values });
    const prompt = promptBox(model, send, signal);
    const submit = () => {
      prompt.flush();
      if (model.get("prompt").trim()) send("submit");
    };
    const state = { focus: () => prompt.el.querySelector("textarea").focus() };
    const settings = controlRows(model, send, uid, signal);
    const { before, after } = notices(model, send, state, signal);
    follow(model, ["_run"], () => { settings.hidden = isRunning(model); }, signal);
    el.append(h("section", {
      class: "iw imagewidgets-prompt-form", "aria-label": "Prompt form",
      "data-lm-suppress-shortcuts": "true", // the notebook's own keys are not for what is typed here
      onkeydown: (event) => {
        if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
          event.preventDefault();
          event.stopPropagation();
          if (event.repeat) return;
          submit();
        } else if (event.key === "Escape") {
          state.ask();
        }
      },
    }, h("div", { class: "iw-card" },
      prompt.el, settings, before, footer(model, { submit, cancel: () => send("cancel") }, signal),
      ...after, runningPanel(model, signal), ...results(model, send, signal))));
    return () => controller.abort();
  },
};
