// What every imagewidgets view uses: the icon set and a few ways to make elements.
// Joined in front of each widget's own module (see assets.py), so it has no imports and no exports.

/** One icon set: 16 × 16, 1.4 px stroke, round caps and joins, currentColor. class="f" means filled. */
const ICONS = {
"brush": '<path d="M13.3 2.7a1.6 1.6 0 0 0-2.3 0L6.3 7.4l2.3 2.3L13.3 5a1.6 1.6 0 0 0 0-2.3Z"/><path d="M5.9 8.3c-1.5 0-2.4 1-2.5 2.3-.1 1-.5 1.7-1.4 2 .8.7 2 1 3 1 1.9 0 3.1-1.2 3.1-2.8"/>',
"eraser": '<path d="M9.4 3 3 9.4a1.5 1.5 0 0 0 0 2.1l1.7 1.7h3l5.3-5.3a1.5 1.5 0 0 0 0-2.1L11.5 3a1.5 1.5 0 0 0-2.1 0ZM6 6.4l4.1 4.1M7.7 13.2h5.8"/>',
"rectangle": '<rect x="2.5" y="3.5" width="11" height="9" rx="1"/>',
"ellipse": '<ellipse cx="8" cy="8" rx="5.6" ry="4.4"/>',
"polygon": '<path d="M8 2.3 13.7 6.4 11.5 13.1h-7L2.3 6.4Z"/>',
"lasso": '<path d="M3.9 9.1C2.9 8.5 2.3 7.6 2.3 6.7 2.3 4.6 4.8 2.9 8 2.9s5.7 1.7 5.7 3.8-2.5 3.7-5.7 3.7c-.7 0-1.4-.1-2-.2"/><circle cx="4.7" cy="9.9" r="1.3"/><path d="M4.8 11.2c.1 1-.3 1.7-1.2 2.2"/>',
"wand": '<path d="m2.6 13.4 5.6-5.6M10.5 1.8v2M10.5 7.4v2M6.7 5.6h2M12.3 5.6h2M7.9 3l.8.8M13.1 3l-.8.8M13.1 8.2l-.8-.8"/>',
"bucket": '<path d="M7 2.6 2.7 6.9a1.3 1.3 0 0 0 0 1.8L6 12a1.3 1.3 0 0 0 1.8 0l4.3-4.3ZM5.4 4.2 3.9 2.7M2.5 7.7h9.6M13.3 9.9s1.3 1.6 1.3 2.4a1.3 1.3 0 0 1-2.6 0c0-.8 1.3-2.4 1.3-2.4Z"/>',
"undo": '<path d="M5.6 3 2.7 5.9l2.9 2.9M2.9 5.9h6.8a3.6 3.6 0 0 1 0 7.2H6.4"/>',
"redo": '<path d="m10.4 3 2.9 2.9-2.9 2.9M13.1 5.9H6.3a3.6 3.6 0 0 0 0 7.2h3.3"/>',
"invert": '<circle cx="8" cy="8" r="5.6"/><path class="f" d="M8 2.4a5.6 5.6 0 0 1 0 11.2Z"/>',
"clear": '<path d="M2.7 4.3h10.6M6 4.3V3.2c0-.5.4-.9.9-.9h2.2c.5 0 .9.4.9.9v1.1M4 4.3l.6 8.2c0 .7.6 1.2 1.3 1.2h4.2c.7 0 1.2-.5 1.3-1.2l.6-8.2M6.7 7v3.8M9.3 7v3.8"/>',
"zoom-in": '<circle cx="7" cy="7" r="4.6"/><path d="m10.4 10.4 3.1 3.1M7 5.2v3.6M5.2 7h3.6"/>',
"zoom-out": '<circle cx="7" cy="7" r="4.6"/><path d="m10.4 10.4 3.1 3.1M5.2 7h3.6"/>',
"fit": '<path d="M2.5 5.5v-2a1 1 0 0 1 1-1h2M10.5 2.5h2a1 1 0 0 1 1 1v2M13.5 10.5v2a1 1 0 0 1-1 1h-2M5.5 13.5h-2a1 1 0 0 1-1-1v-2"/>',
"star": '<path d="m8 2.1 1.8 3.7 4 .6-2.9 2.8.7 4L8 11.3l-3.6 1.9.7-4-2.9-2.8 4-.6Z"/>',
"download": '<path d="M8 2.4v7.4M4.9 6.9 8 10l3.1-3.1M2.6 11.6v.9c0 .6.5 1.1 1.1 1.1h8.6c.6 0 1.1-.5 1.1-1.1v-.9"/>',
"upload": '<path d="M8 10V2.6M4.9 5.5 8 2.4l3.1 3.1M2.6 11.6v.9c0 .6.5 1.1 1.1 1.1h8.6c.6 0 1.1-.5 1.1-1.1v-.9"/>',
"compare": '<path d="M8 1.9v12.2M5.9 3.5H3.4a.9.9 0 0 0-.9.9v7.2c0 .5.4.9.9.9h2.5M10.1 3.5h2.5c.5 0 .9.4.9.9v7.2c0 .5-.4.9-.9.9h-2.5"/>',
"edit": '<path d="M10.8 2.9a1.6 1.6 0 0 1 2.3 2.3l-7.6 7.6-3 .7.7-3ZM9.5 4.2l2.3 2.3"/>',
"vary": '<path d="M2.3 11.5h1.6c.9 0 1.7-.4 2.2-1.2l3.3-4.6c.5-.8 1.3-1.2 2.2-1.2h1.9M2.3 4.5h1.6c.9 0 1.7.4 2.2 1.2l.3.4M9.1 9.9l.3.4c.5.8 1.3 1.2 2.2 1.2h1.9M11.9 2.7l1.8 1.8-1.8 1.8M11.9 9.7l1.8 1.8-1.8 1.8"/>',
"copy": '<rect x="5.6" y="5.6" width="7.9" height="7.9" rx="1.4"/><path d="M10.4 5.6V3.9c0-.8-.6-1.4-1.4-1.4H3.9c-.8 0-1.4.6-1.4 1.4V9c0 .8.6 1.4 1.4 1.4h1.7"/>',
"info": '<circle cx="8" cy="8" r="5.6"/><path d="M8 7.4v3.2"/><circle class="f" cx="8" cy="5.3" r=".85"/>',
"help": '<circle cx="8" cy="8" r="5.6"/><path d="M6.4 6.4c.1-.9.7-1.4 1.6-1.4s1.6.6 1.6 1.4c0 1.1-1.6 1.2-1.6 2.4"/><circle class="f" cx="8" cy="10.9" r=".8"/>',
"close": '<path d="m4 4 8 8M12 4l-8 8"/>',
"check": '<path d="m3.2 8.4 3 3 6.6-6.8"/>',
"play": '<path d="M5 3.3v9.4L12.6 8Z"/>',
"stop": '<rect x="4" y="4" width="8" height="8" rx="1"/>',
"history": '<path d="M2.7 8a5.4 5.4 0 1 0 1.6-3.8L2.6 5.9M2.6 2.9v3h3M8 5.2V8l2 1.3"/>',
"cloud": '<path d="M4.6 12.4a2.8 2.8 0 0 1-.4-5.6 4 4 0 0 1 7.7.5 2.6 2.6 0 0 1-.4 5.1Z"/>',
"offline": '<path d="M6.3 3.8a4 4 0 0 1 5.6 3.5 2.6 2.6 0 0 1 1.7 3.9M11 12.4H4.6a2.8 2.8 0 0 1-.4-5.6c0-.5.2-1 .5-1.4M2.5 2.5l11 11"/>',
"server": '<rect x="2.5" y="2.9" width="11" height="4.4" rx="1"/><rect x="2.5" y="8.7" width="11" height="4.4" rx="1"/><path d="M5 5.1h.01M5 10.9h.01"/>',
"key": '<circle cx="5.2" cy="10.8" r="2.8"/><path d="m7.2 8.8 6-6M10.7 5.3l2 2"/>',
"warning": '<path d="M7.1 2.9 1.9 12a1 1 0 0 0 .9 1.5h10.4a1 1 0 0 0 .9-1.5L8.9 2.9a1 1 0 0 0-1.8 0ZM8 6.3v3.1"/><circle class="f" cx="8" cy="11.4" r=".85"/>',
"chevron-down": '<path d="m4.5 6.5 3.5 3.5 3.5-3.5"/>',
"chevron-up": '<path d="M4.5 9.5 8 6l3.5 3.5"/>',
"chevron-left": '<path d="M9.5 4.5 6 8l3.5 3.5"/>',
"chevron-right": '<path d="M6.5 4.5 10 8l-3.5 3.5"/>',
"plus": '<path d="M8 3.5v9M3.5 8h9"/>',
"minus": '<path d="M3.5 8h9"/>',
"add": '<rect x="2.5" y="2.5" width="11" height="11" rx="1.5"/><path d="M8 5.5v5M5.5 8h5"/>',
"subtract": '<rect x="2.5" y="2.5" width="11" height="11" rx="1.5"/><path d="M5.5 8h5"/>',
"intersect": '<circle cx="6" cy="8" r="3.7"/><circle cx="10" cy="8" r="3.7"/><path class="f" d="M8 4.9a3.7 3.7 0 0 1 0 6.2 3.7 3.7 0 0 1 0-6.2Z"/>',
"grow": '<rect x="5.5" y="5.5" width="5" height="5" rx="1"/><path d="M2.5 4.5v-2h2M11.5 2.5h2v2M13.5 11.5v2h-2M4.5 13.5h-2v-2"/>',
"shrink": '<rect x="2.5" y="2.5" width="11" height="11" rx="1.4" stroke-dasharray="2 2"/><rect x="5.5" y="5.5" width="5" height="5" rx="1"/>',
"image": '<rect x="2.5" y="2.9" width="11" height="10.2" rx="1.2"/><circle cx="5.7" cy="6.1" r="1"/><path d="m3 11.6 3.2-2.8 2 1.7 2.5-2.6 2.6 2.5"/>',
"mask": '<rect x="2.5" y="2.9" width="11" height="10.2" rx="1.2"/><circle class="f" cx="8" cy="8" r="2.8"/>',
"scissors": '<circle cx="4.2" cy="4.4" r="1.8"/><circle cx="4.2" cy="11.6" r="1.8"/><path d="m5.8 5.4 7.7 5.6M5.8 10.6 13.5 5"/>',
"sliders": '<path d="M2.5 4.8h6M11.7 4.8h1.8M2.5 11.2h1.8M7.5 11.2h6"/><circle cx="10.1" cy="4.8" r="1.6"/><circle cx="5.9" cy="11.2" r="1.6"/>',
"spark": '<path d="M8 2.2c.5 3.5 2.3 5.3 5.8 5.8-3.5.5-5.3 2.3-5.8 5.8-.5-3.5-2.3-5.3-5.8-5.8C5.7 7.5 7.5 5.7 8 2.200Z"/>',
"dice": '<rect x="2.8" y="2.8" width="10.4" height="10.4" rx="2"/><circle class="f" cx="5.8" cy="5.8" r=".9"/><circle class="f" cx="10.2" cy="10.2" r=".9"/><circle class="f" cx="8" cy="8" r=".9"/>',
"code": '<path d="M5.5 4.5 2 8l3.5 3.500M10.5 4.5 14 8l-3.5 3.5"/>',
"more": '<circle class="f" cx="3.5" cy="8" r="1.15"/><circle class="f" cx="8" cy="8" r="1.15"/><circle class="f" cx="12.5" cy="8" r="1.15"/>',
"refresh": '<path d="M13.3 8a5.3 5.3 0 1 1-1.5-3.700l1.6 1.600M13.4 2.900v3h-3"/>',
"expand": '<path d="M9.5 2.500h4v4M13.3 2.7 9.2 6.800M6.5 13.500h-4v-4M2.7 13.300l4.1-4.1"/>',
"swap": '<path d="M3 5.4h9.8M10.4 3l2.6 2.4-2.6 2.4M13 10.6H3.2M5.6 8.2 3 10.6 5.6 13"/>',
"markup": '<path d="m3 13 8.2-8.200M6.2 3.900h6v6"/>',
"note": '<path d="M3.500 4.800V3h9v1.800M8 3v10M6.200 13h3.600"/>',
"eye": '<path d="M1.6 8S3.900 3.900 8 3.900 14.400 8 14.400 8 12.100 12.100 8 12.100 1.600 8 1.600 8Z"/><circle cx="8" cy="8" r="1.900"/>',
"eye-off": '<path d="M6.200 4.200A6 6 0 0 1 8 3.900c4.100 0 6.400 4.100 6.400 4.100a11 11 0 0 1-1.900 2.300M9.900 11.800a6 6 0 0 1-1.900.3C3.900 12.100 1.600 8 1.600 8a11 11 0 0 1 2.600-2.900M2.500 2.500l11 11"/>',
"extend": '<rect x="5.500" y="3" width="5" height="10" rx="1"/><path d="M3.700 5.800 1.500 8l2.200 2.200M12.300 5.800 14.500 8l-2.200 2.200"/>'
};

const SVG_NS = "http://www.w3.org/2000/svg";
/** Each drawing once: a copy of it takes a fraction of the time that reading it takes. @type {Map<string, SVGSVGElement>} */
const DRAWN = new Map();

/**
 * One drawing of the icon set. It is hidden from screen readers: the button around it carries the name.
 * @param {string} name a key of ICONS
 * @returns {SVGSVGElement}
 */
function icon(name) {
  if (!DRAWN.has(name)) {
    const svg = document.createElementNS(SVG_NS, "svg");
    svg.setAttribute("class", "iw-icon");
    svg.setAttribute("viewBox", "0 0 16 16");
    svg.setAttribute("aria-hidden", "true");
    svg.innerHTML = ICONS[name];
    DRAWN.set(name, svg);
  }
  return /** @type {SVGSVGElement} */ (DRAWN.get(name).cloneNode(true));
}

/**
 * Make an element. Keys that start with "on" are listeners, `class` is the class name, `style` an object,
 * true sets an empty attribute, false and null leave it out. Strings among the children become text.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
function h(tag, props = {}, ...children) {
  const el = document.createElement(tag);
  for (const [key, value] of Object.entries(props)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) el.addEventListener(key.slice(2).toLowerCase(), value);
    else if (key === "style") for (const [k, v] of Object.entries(value)) el.style.setProperty(k, v);
    else el.setAttribute(key, value === true ? "" : String(value));
  }
  el.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return el;
}

/**
 * A button that shows only an icon: the name is its label and its tooltip, with the key where it has one.
 * @param {string} name an icon
 * @param {string} label
 * @param {Record<string, any>} [props] `key` is shown in the tooltip: "Undo (Ctrl+Z)"
 * @returns {HTMLButtonElement}
 */
function iconButton(name, label, { key, ...props } = {}) {
  const title = key ? `${label} (${key})` : label;
  return h("button", { type: "button", class: "iw-ib", "aria-label": label, title, ...props }, icon(name));
}

/** Seconds as a clock shows them. @param {number} seconds */
const clockWords = (seconds) =>
  seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;

/**
 * Mark a view that was made without a kernel, from what was saved of it: the saved view behind it is seen in its place
 * (see saved_output.py). One that has lost its kernel meanwhile stays, with what was typed into it.
 * @param {HTMLElement} el the view's
 * @param {HTMLElement} root the widget's root element
 */
function overSavedView(el, root) {
  root.classList.toggle("iw-dead", Boolean(el.closest(".jupyter-widgets-disconnected")));
}

/**
 * Keep a value of the view in step with traits, from now until `signal` aborts.
 * @param {any} model the widget's model
 * @param {string[]} names traits
 * @param {() => void} update called once now and after each change
 * @param {AbortSignal} signal
 */
function follow(model, names, update, signal) {
  for (const name of names) model.on(`change:${name}`, update);
  signal.addEventListener("abort", () => names.forEach((name) => model.off(`change:${name}`, update)));
  update();
}
