// The widgets in the studio: one view of each, made when it is first in sight, and kept from then on. So a canvas keeps
// its zoom, a form what is typed, and a grid its place, whatever view of the studio is in sight.

const REFERENCE = "IPY_MODEL_";

class Children {
  /** @type {Map<string, Promise<any>>} */
  models = new Map();
  views = [];

  constructor(model, signal) {
    this.parent = model;
    this.signal = signal;
    signal.addEventListener("abort", () => this.views.forEach((view) => view.remove()));
  }

  /** The model of a child. @param {string} name a trait of the studio @returns {Promise<any>} */
  model(name) {
    if (!this.models.has(name)) {
      const reference = this.parent.get(name);
      const found = typeof reference === "string" // what it is depends on the version of anywidget
        ? this.parent.widget_manager.get_model(reference.slice(REFERENCE.length))
        : Promise.resolve(reference);
      this.models.set(name, found);
    }
    return this.models.get(name);
  }

  /** Make the view of a child in `place`. @param {string} name @param {HTMLElement} place */
  async show(name, place) {
    const view = await this.parent.widget_manager.create_view(await this.model(name));
    if (this.signal.aborted) return view.remove();
    this.views.push(view);
    place.append(view.el);
  }

  /** Keep something in step with traits of a child. @param {string} name @param {string[]} traits */
  async follow(name, traits, update) {
    const model = await this.model(name);
    if (!this.signal.aborted) follow(model, traits, () => update(model), this.signal);
  }
}
