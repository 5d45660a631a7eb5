// What all views of one studio on this page share: the small pictures, as addresses, by the names that Python gives them.

class Thumbnails {
  /** @type {Map<string, string>} */
  urls = new Map();
  asked = new Set();
  /** @type {Set<() => void>} told when some have come */
  followers = new Set();

  constructor(model) {
    this.model = model;
    this.receive = (message, buffers) => message.kind === "thumbnails" && this.add(message.ids, buffers);
    model.on("msg:custom", this.receive);
    const first = model.get("_thumbnails") ?? {};
    this.add(Object.keys(first), Object.values(first));
  }

  /** @param {string[]} ids @param {DataView[]} files */
  add(ids, files) {
    ids.forEach((id, i) => {
      if (!this.urls.has(id)) this.urls.set(id, address(files[i]));
    });
    for (const update of this.followers) update();
  }

  /** An image that shows a picture as soon as it is there. @param {string} id @param {AbortSignal} signal */
  image(id, signal) {
    const el = h("img", { alt: "", draggable: "false" });
    const show = () => {
      if (!this.urls.has(id)) return;
      el.src = this.urls.get(id);
      this.followers.delete(show);
    };
    this.followers.add(show);
    signal.addEventListener("abort", () => this.followers.delete(show));
    show();
    if (!this.urls.has(id) && !this.asked.has(id)) {
      this.asked.add(id); // its message came before this page listened
      this.model.send({ kind: "thumbnails", ids: [id] });
    }
    return el;
  }

  close() {
    this.model.off("msg:custom", this.receive);
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
  }
}

/** The address of a WebP file. @param {DataView} file */
const address = (file) => URL.createObjectURL(new Blob([file], { type: "image/webp" }));

/** An image with an address of its own, which is given back with the part that it belongs to. */
function largeImage(file, alt, part) {
  const url = address(file);
  part.addEventListener("abort", () => URL.revokeObjectURL(url));
  return h("img", { src: url, alt });
}

/** A part that is drawn again and again: each drawing gets a signal of its own, which aborts before the next. */
function redrawn(signal, draw) {
  let last = new AbortController();
  signal.addEventListener("abort", () => last.abort());
  return () => {
    last.abort();
    last = new AbortController();
    draw(last.signal);
  };
}
