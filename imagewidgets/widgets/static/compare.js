// Two pictures compared: a slider over both, side by side, or one after the other in the same place.
// Shared by the result grid and the studio; it knows nothing of either.

const COMPARE_MODES = { slider: "Slider", side: "Side by side", blink: "Blink" };
const SLIDER_STEP = 2; // %, an arrow key
const BLINK = 800; // ms that each picture is seen: slow enough to look, and far from what may harm
const MOST_WORDS = 400; // of a prompt: what comes after is not compared

/**
 * @typedef {{src: string, alt: string, tag: string, title?: string, words?: string, facts?: [string, string][]}} Side
 */

/** Words and what stands between them. @param {string} text @returns {string[]} */
function wordsOf(text) {
  if (!Intl.Segmenter) return text.match(/\s+|\S+/g) ?? [];
  return Array.from(new Intl.Segmenter(undefined, { granularity: "word" }).segment(text), ({ segment }) => segment);
}

/**
 * Find what differs between two texts, word by word (longest common subsequence).
 * @param {string} before @param {string} after
 * @returns {[{text: string, differs: boolean}[], {text: string, differs: boolean}[]]}
 */
function diffWords(before, after) {
  const [a, b] = [wordsOf(before).slice(0, MOST_WORDS), wordsOf(after).slice(0, MOST_WORDS)];
  const same = (i, j) => a[i].toLowerCase() === b[j].toLowerCase();
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i][j] = same(i, j) ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
    }
  }
  const parts = [[], []];
  const add = (side, text, differs) => {
    const last = parts[side].at(-1);
    if (last && (last.differs === differs || !text.trim())) last.text += text; // a gap belongs to what stands before
    else parts[side].push({ text, differs });
  };
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    if (i < a.length && j < b.length && same(i, j)) {
      add(0, a[i++], false);
      add(1, b[j++], false);
    } else if (j >= b.length || (i < a.length && length[i + 1][j] >= length[i][j + 1])) add(0, a[i++], true);
    else add(1, b[j++], true);
  }
  return /** @type {any} */ (parts);
}

/** What is said of one picture beside it: its words and facts, what differs from the other's marked. */
function sideText(side, parts, other) {
  const mark = (text, differs) => {
    const words = text.trimEnd(); // a line under the gap after it would look like part of it
    return differs ? [h("mark", { class: "iw-diff" }, words), text.slice(words.length)] : [text];
  };
  const others = new Map(other.facts ?? []);
  const facts = (side.facts ?? []).flatMap(([name, value], i) => [
    i ? " · " : "",
    ...mark(name ? `${name} ${value}` : value, Boolean(name) && others.get(name) !== value),
  ]);
  return [
    h("b", {}, side.title ?? side.tag),
    h("p", { class: "iw-muted" }, ...parts.flatMap(({ text, differs }) => mark(text, differs))),
    facts.length > 0 && h("p", { class: "iw-faint iw-num" }, ...facts),
  ].filter(Boolean);
}

/**
 * Show two pictures over each other.
 * @param {{before: Side, after: Side, mode?: string, signal: AbortSignal, onMode?: (mode: string) => void}} options
 *   sides with a `title` or `words` get a text beside the pictures
 * @returns {HTMLElement & {show(sides: {before?: Side, after?: Side}): void, mode: string, setMode(mode: string): void,
 *   replace(src: string, better: string): void, swap(): void,
 *   key(event: KeyboardEvent): boolean}} `key` says whether the key meant something here
 */
function compareView({ before, after, mode = "slider", signal, onMode = () => {} }) {
  const sides = { before, after };
  const pictures = { before: h("img", { class: "before" }), after: h("img", { class: "after" }) };
  const tags = { before: h("span", { class: "iw-tag iw-tag--l" }), after: h("span", { class: "iw-tag iw-tag--r" }) };
  const texts = { before: h("div", { class: "iw-sm iw-cmpbox__l" }), after: h("div", { class: "iw-sm" }) };
  const handle = h("div", {
    class: "iw-compare__handle", role: "slider", tabindex: "0", "aria-label": "Divider",
    "aria-valuemin": "0", "aria-valuemax": "100", "aria-orientation": "horizontal",
  });
  const stage = h("div", { class: "iw-compare" },
    pictures.before, pictures.after, tags.before, tags.after, handle);
  const el = h("div", { class: "iw-cmpbox" }, texts.before, stage, texts.after);
  let position = 50;
  let timer = 0;

  function divide(percent) {
    position = Math.min(Math.max(percent, 0), 100);
    stage.style.setProperty("--x", `${position}%`);
    handle.setAttribute("aria-valuenow", String(Math.round(position)));
    handle.setAttribute("aria-valuetext", `${Math.round(position)} % ${sides.before.tag}`);
  }

  /** Blink mode: which of both is seen. */
  function see(second) {
    stage.classList.toggle("is-second", second);
    tags.before.hidden = el.mode === "blink" && second;
    tags.after.hidden = el.mode === "blink" && !second;
  }

  function blink(on) {
    clearInterval(timer);
    timer = 0;
    if (on) timer = setInterval(() => see(!stage.classList.contains("is-second")), BLINK);
    stage.title = el.mode !== "blink" ? "" : on ? "Stop (Space)" : "Go on (Space)";
  }

  function setMode(next) {
    el.mode = el.dataset.mode = next;
    handle.hidden = next !== "slider";
    see(false);
    blink(next === "blink" && !matchMedia("(prefers-reduced-motion: reduce)").matches);
    onMode(next);
  }

  function show(changed) {
    Object.assign(sides, changed);
    for (const name of ["before", "after"]) {
      const side = sides[name];
      if (pictures[name].getAttribute("src") !== side.src) pictures[name].src = side.src;
      pictures[name].alt = side.alt;
      tags[name].textContent = side.tag;
    }
    const parts = diffWords(sides.before.words ?? "", sides.after.words ?? "");
    const told = [sides.before, sides.after].some((side) => side.title || side.words);
    texts.before.replaceChildren(...(told ? sideText(sides.before, parts[0], sides.after) : []));
    texts.after.replaceChildren(...(told ? sideText(sides.after, parts[1], sides.before) : []));
    el.classList.toggle("is-bare", !told);
    divide(position);
  }

  function swap() {
    const { before, after } = sides;
    show({ before: { ...after, tag: before.tag }, after: { ...before, tag: after.tag } });
  }

  /** Show a picture from another address: a better copy of it has come. */
  function replace(src, better) {
    for (const [name, side] of Object.entries(sides)) if (side.src === src) show({ [name]: { ...side, src: better } });
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const percent = {
      ArrowLeft: position - SLIDER_STEP, ArrowRight: position + SLIDER_STEP, Home: 0, End: 100,
    }[event.key];
    if (percent !== undefined && el.mode === "slider") divide(percent);
    else if (percent !== undefined && el.mode === "blink") {
      blink(false);
      see(!stage.classList.contains("is-second"));
    } else if (event.key === " " && el.mode === "blink") blink(!timer);
    else return false;
    return true;
  }

  const follows = (event) => {
    const box = stage.getBoundingClientRect();
    divide((100 * (event.clientX - box.left)) / box.width);
  };
  stage.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (el.mode === "blink") blink(!timer);
    if (el.mode !== "slider") return;
    stage.setPointerCapture(event.pointerId);
    event.preventDefault(); // no picture is dragged away, no text selected
    handle.focus({ preventScroll: true });
    follows(event);
  });
  stage.addEventListener("pointermove", (event) => stage.hasPointerCapture(event.pointerId) && follows(event));
  handle.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !key(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  pictures.before.addEventListener("load", () => {
    stage.style.setProperty("--ratio", String(pictures.before.naturalWidth / pictures.before.naturalHeight));
  });
  signal.addEventListener("abort", () => blink(false));

  Object.assign(el, { show, replace, swap, key, setMode });
  setMode(mode);
  show({});
  return /** @type {any} */ (el);
}

/**
 * The choice between the ways to compare.
 * @param {ReturnType<typeof compareView>} view
 */
function compareModes(view) {
  const choose = (mode) => {
    view.setMode(mode);
    draw();
  };
  const buttons = Object.entries(COMPARE_MODES).map(([mode, label]) =>
    h("button", { type: "button", role: "radio", "data-v": mode, onclick: () => choose(mode) },
      mode === "slider" && icon("compare"), label));
  const draw = () => {
    for (const button of buttons) {
      const chosen = button.dataset.v === view.mode;
      button.setAttribute("aria-checked", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
    }
  };
  const onkeydown = (event) => {
    const step = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons.at((buttons.indexOf(event.target) + step) % buttons.length);
    choose(next.dataset.v);
    next.focus();
  };
  draw();
  return h("div", { class: "iw-seg", role: "radiogroup", "aria-label": "Compare by", onkeydown }, ...buttons);
}
