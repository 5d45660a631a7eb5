// The view of ImageStudio: its parts put together. It draws what Python says and sends back what was done; what is
// drawn and what may be asked for stands at the head of studio.py. The forms, the canvas and the grids are widgets of
// their own, each with its own way to Python.
//
// A view that is out of sight keeps its place and its width, and is only not seen: so nothing in it has to be laid out
// anew, and what a grid opens over the page opens from there, too.

let studios = 0;

/** One view of a studio, which all its parts are handed. */
class Studio {
  constructor(model, thumbnails, signal) {
    this.model = model;
    this.thumbnails = thumbnails;
    this.signal = signal;
    this.uid = `iw-studio-${++studios}`;
    this.children = new Children(model, signal);
    this.live = h("div", { class: "iw-sr", role: "status" });
    this.root = h("section", {
      class: "iw imagewidgets-studio",
      "data-lm-suppress-shortcuts": "true", // the notebook's own keys are not for what is typed here
    });
  }

  get tab() {
    return this.model.get("tab");
  }

  /** The element that has the keyboard, if it is in this view. */
  get focused() {
    const active = /** @type {any} */ (this.root.getRootNode()).activeElement;
    return this.root.contains(active) ? active : null;
  }

  /** Keep a part in step with traits for as long as this view is there. */
  follow(names, update) {
    follow(this.model, names, update, this.signal);
  }

  /** Have something done by Python. */
  send(action, values = {}) {
    this.model.send({ action, ...values });
  }

  /** Have another view of the studio in sight. */
  go(tab) {
    this.model.set("tab", tab);
    this.model.save_changes();
  }

  /** Say something to screen readers; the same words twice are said twice. */
  announce(text) {
    this.live.textContent = this.live.textContent === text ? `${text}\u00a0` : text;
  }

  /** Show two pictures over each other; the keyboard comes back to `from`. @param {string[]} ids */
  async compare(ids, from) {
    await this.show("create"); // whose grid opens it
    const grid = await this.children.model("grid");
    const back = () => {
      if (grid.get("_open").view) return;
      grid.off("change:_open", back);
      from.focus();
    };
    grid.on("change:_open", back);
    this.send("compare", { ids });
  }

  /** Make what is in a view of the studio, if it has not been made yet. */
  show(name) {
    const pane = this.panes[name];
    return (pane.built ??= pane.build());
  }
}

const MAKERS = { create: createView, edit: editView, variations: varyView, history: historyView };

function render({ model, el }, thumbnails) {
  const ended = new AbortController();
  const studio = new Studio(model, thumbnails, ended.signal);
  studio.panes = Object.fromEntries(Object.entries(MAKERS).map(([name, make]) => [name, make(studio)]));
  for (const [name, { el: pane }] of Object.entries(studio.panes)) {
    pane.className = `iw-studio-pane iw-studio-pane--${name}`;
    pane.id = `${studio.uid}-${name}`;
    pane.setAttribute("role", "tabpanel");
    pane.setAttribute("aria-labelledby", `${studio.uid}-tab-${name}`);
  }
  const [chip, info] = destinationChip(studio);
  const top = h("div", { class: "iw-bar iw-studio-top" }, tabList(studio), h("span", { class: "iw-spacer" }), chip);
  const panes = Object.values(studio.panes).map((pane) => pane.el);
  studio.root.append(
    h("div", { class: "iw-card" }, top, info, noticeBar(studio), ...panes, filmStrip(studio)), studio.live);
  studio.follow(["tab"], () => {
    studio.root.setAttribute("aria-label", `Image studio: ${VIEWS[studio.tab].label}`);
    for (const [name, pane] of Object.entries(studio.panes)) pane.el.classList.toggle("is-away", name !== studio.tab);
    studio.show(studio.tab);
  });
  el.append(studio.root);
  overSavedView(el, studio.root);
  return () => ended.abort();
}

export default () => {
  /** @type {Thumbnails} */
  let thumbnails;
  return {
    initialize({ model }) {
      thumbnails = new Thumbnails(model);
      return () => thumbnails.close();
    },
    render: (context) => render(context, thumbnails),
  };
};
