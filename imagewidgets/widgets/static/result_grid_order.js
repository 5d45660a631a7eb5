// Which pictures are shown and in which order, which of them are selected and starred, and which is the current one:
// the one that Tab enters, arrows start from and the recipe tells about.

const COMPARE_WORDS = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/** How pictures are sorted; equal ones keep the order of `grid.images`. @type {Record<string, (a, b) => number>} */
const SORTS = {
  newest: (a, b) => b.batch - a.batch,
  oldest: () => 0,
  prompt: (a, b) => COMPARE_WORDS.compare(a.words, b.words),
  model: (a, b) => COMPARE_WORDS.compare(a.model, b.model),
};

class Choice {
  /** @type {string[]} ids of the pictures that are shown, in the order of the screen */
  shown = [];
  /** @type {string | undefined} */
  current = undefined;
  /** @type {string | undefined} where a range starts */
  anchor = undefined;

  constructor(model, store) {
    this.model = model;
    this.store = store;
    this.own = false; // whether the change that is going on was made here
  }

  /** Read what is shown anew. A current picture that is gone hands on to the one that has taken its place. */
  settle() {
    const place = Math.max(0, this.shown.indexOf(this.current));
    const starred = this.ids("starred_indices");
    const only = this.model.get("starred_only");
    const tiles = this.store.tiles.filter((tile) => !only || starred.has(tile.id));
    this.shown = tiles.sort(SORTS[this.model.get("sort")]).map((tile) => tile.id);
    if (!this.shown.includes(this.current)) this.current = this.shown[Math.min(place, this.shown.length - 1)];
    if (!this.shown.includes(this.anchor)) this.anchor = this.current;
  }

  /** @param {"selected_indices" | "starred_indices"} trait @returns {Set<string>} */
  ids(trait) {
    const tiles = this.store.tiles;
    return new Set(this.model.get(trait).filter((i) => i < tiles.length).map((i) => tiles[i].id));
  }

  get selected() { return this.ids("selected_indices"); }

  /** The selected ones, in the order of the screen; those that the filter hides at the end. */
  get chosen() {
    const selected = this.selected;
    const seen = this.shown.filter((id) => selected.has(id));
    return [...new Set([...seen, ...selected])];
  }

  /** Those that are downloaded together: the selected ones, or all that are shown. */
  get toSave() { return this.chosen.length ? this.chosen : this.shown; }

  /** @param {string} trait @param {Iterable<string>} ids */
  write(trait, ids) {
    const places = [...new Set(ids)].map((id) => this.store.places.get(id)).filter((i) => i !== undefined);
    this.own = true;
    this.model.set(trait, places.sort((a, b) => a - b));
    this.own = false;
    this.model.save_changes();
  }

  select(ids) { this.write("selected_indices", ids); }

  only(id) {
    const { selected } = this;
    this.current = this.anchor = id;
    this.select(selected.has(id) && selected.size === 1 ? [] : [id]);
  }

  toggle(id) {
    const { selected } = this;
    this.current = this.anchor = id;
    if (!selected.delete(id)) selected.add(id);
    this.select(selected);
  }

  /** From the anchor to `id`; `more` keeps what is selected besides. */
  range(id, more = false) {
    const ends = [this.shown.indexOf(this.anchor), this.shown.indexOf(id)].sort((a, b) => a - b);
    this.current = id;
    this.select([...(more ? this.selected : []), ...this.shown.slice(ends[0], ends[1] + 1)]);
  }

  star(id) {
    const starred = this.ids("starred_indices");
    if (!starred.delete(id)) starred.add(id);
    this.write("starred_indices", starred);
  }

  /** Go along with a selection that was made elsewhere: its first picture becomes the current one. */
  adopt() {
    if (this.own) return;
    const [first] = this.chosen;
    if (this.shown.includes(first)) this.current = this.anchor = first;
  }

  /** The picture `by` places further on the screen, if there is one. */
  beside(id, by) {
    return this.shown[this.shown.indexOf(id) + by];
  }
}
