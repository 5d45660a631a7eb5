// What all views of a grid on this page share: its tiles, the thumbnails as object URLs, and who shows what is open.

/**
 * A picture as Python tells of it (grid_tiles.py).
 * @typedef {{id: string, batch: number, size: [number, number], caption: string, detail: string, words: string,
 *   revised: string, badge: string, model: string, facts: [string, string][], recipe: boolean, prompt: boolean,
 *   source: string, made: boolean, changed: boolean, title?: string}} Tile
 */

class Store {
  /** @type {Map<string, string>} object URLs by the picture's id; empty where there is no thumbnail to be had */
  urls = new Map();
  asked = new Set();
  /** @type {Set<(ids: string[]) => void>} told of thumbnails that have come */
  followers = new Set();
  /** @type {any[]} the views on this page, in the order in which they came */
  views = [];
  /** The view that shows what is open: one of several, as a dialog covers them all. */
  host = null;

  constructor(model) {
    this.model = model;
    this.receive = (message, buffers) => {
      if (message.kind === "thumbnails") this.add(message.ids, buffers);
    };
    this.read = () => this.readTiles();
    const first = model.get("_thumbnails");
    this.add(Object.keys(first), Object.values(first));
    model.on("msg:custom", this.receive);
    model.on("change:_tiles", this.read); // before any view: they come later
    this.readTiles();
  }

  /** @param {string[]} ids @param {DataView[]} buffers */
  add(ids, buffers) {
    const added = ids.filter((id, i) => {
      if (this.urls.has(id)) return false;
      const file = buffers[i];
      this.urls.set(id, file.byteLength ? URL.createObjectURL(new Blob([file], { type: "image/webp" })) : "");
      return true;
    });
    for (const update of this.followers) update(added);
  }

  /**
   * Forget pictures that are gone. Ask for thumbnails that are missing though they have been made: their message came
   * before this page listened. Those that are still being made come by themselves.
   */
  readTiles() {
    /** @type {Tile[]} */
    this.tiles = this.model.get("_tiles");
    this.places = new Map(this.tiles.map((tile, i) => [tile.id, i]));
    for (const [id, url] of this.urls) {
      if (this.places.has(id)) continue;
      if (url) URL.revokeObjectURL(url);
      this.urls.delete(id);
    }
    const missing = this.tiles.filter(({ id, made }) => made && !this.urls.has(id) && !this.asked.has(id));
    if (!missing.length) return;
    const ids = missing.map(({ id }) => id);
    ids.forEach((id) => this.asked.add(id));
    this.model.send({ kind: "thumbnails", ids });
  }

  /** @returns {Tile | undefined} */
  tile(id) {
    return this.tiles[this.places.get(id)];
  }

  /** The words for those who cannot see the picture. */
  alt(id) {
    return this.tile(id)?.words || `Picture ${this.places.get(id) + 1}`;
  }

  close() {
    this.model.off("msg:custom", this.receive);
    this.model.off("change:_tiles", this.read);
    for (const url of this.urls.values()) if (url) URL.revokeObjectURL(url);
  }
}
