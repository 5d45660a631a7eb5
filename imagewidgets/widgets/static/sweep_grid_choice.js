// Which pictures of the sweep are on the page, which of them are picked, and which is the current one: the one that Tab
// enters, arrows start from and the recipe tells about.

/** Which cell a picture belongs to, and which of its pictures it is. @param {string} id begins with both */
const pickOf = (id) => /** @type {any} */ (id.split("-").slice(0, 2).map(Number));

class Picks {
  /** @type {string[]} ids of the pictures on the page, in the order of the screen */
  shown = [];
  /** @type {string | undefined} */
  current = undefined;

  constructor(model, store) {
    this.model = model;
    this.store = store;
  }

  /** Read what is shown anew. A current picture that is gone hands on to the one that has taken its place. */
  settle() {
    const place = Math.max(0, this.shown.indexOf(this.current));
    this.shown = this.model.get("_sheet").cells.flatMap((cell) => cell.ids).filter((id) => this.store.places.has(id));
    if (!this.shown.includes(this.current)) this.current = this.shown[Math.min(place, this.shown.length - 1)];
  }

  get count() { return this.model.get("picks").length; }

  /** @returns {(id: string) => boolean} whether a picture is picked */
  get test() {
    const picked = new Set(this.model.get("picks").map((pick) => pick.join("-")));
    return (id) => picked.has(pickOf(id).join("-"));
  }

  /** The pictures to compare, where two are picked: they are at hand even if they stand on other pages. */
  get chosen() {
    return this.count === 2 ? this.store.tiles.map(({ id }) => id).filter(this.test) : [];
  }

  toggle(id) {
    const pick = pickOf(id);
    const others = this.model.get("picks").filter((each) => each.join() !== pick.join());
    const picks = others.length < this.count ? others : [...others, pick].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    this.model.set("picks", picks);
    this.model.save_changes();
  }

  /** The picture `by` places further on the screen, if there is one. */
  beside(id, by) {
    return this.shown[this.shown.indexOf(id) + by];
  }
}
