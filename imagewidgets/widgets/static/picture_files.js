// Pictures as they are in the kernel: fetched one by one, kept for a while, saved as files. Shared by the result grid and
// the prompt form.

const KEPT_ORIGINALS = 9; // the one that is seen, some before and some after it
const PATIENCE = 500; // ms: a wait that is shorter is not worth a word
const SAVING = 60_000; // ms that the browser has to read a file after the click

class Files {
  /** @param {any} model @param {AbortSignal} signal */
  constructor(model, signal) {
    this.model = model;
    this.pending = new Map();
    /** @type {Map<string, Promise<string>>} object URLs of originals, those used last at the end */
    this.originals = new Map();
    this.session = Math.random().toString(36).slice(2); // other views get the same messages
    this.count = 0;
    const receive = (message, buffers) => message.kind === "answer" && this.receive(message, buffers);
    model.on("msg:custom", receive);
    signal.addEventListener("abort", () => {
      model.off("msg:custom", receive);
      for (const url of this.originals.values()) url.then(URL.revokeObjectURL, () => {});
    });
  }

  receive(message, buffers) {
    const promise = this.pending.get(message.ticket);
    if (!promise) return;
    this.pending.delete(message.ticket);
    if (message.error) promise.reject(new Error(message.error));
    else if (message.text !== undefined) promise.resolve(message.text);
    else promise.resolve({ name: message.name, blob: new Blob([buffers[0]], { type: message.type }) });
  }

  ask(request) {
    return new Promise((resolve, reject) => {
      const ticket = `${this.session}-${this.count++}`;
      this.pending.set(ticket, { resolve, reject });
      this.model.send({ ...request, ticket });
    });
  }

  /** @param {string} id @param {"see" | "keep" | "png"} form @returns {Promise<{name: string, blob: Blob}>} */
  file(id, form) {
    return this.ask({ kind: "file", id, form });
  }

  /** @param {string} id @param {"prompt" | "code"} what @returns {Promise<string>} */
  text(id, what) {
    return this.ask({ kind: "text", id, what });
  }

  /** The address of a picture in full size, decoded and ready to be painted. @returns {Promise<string>} */
  original(id) {
    const known = this.originals.get(id);
    this.originals.delete(id);
    const url = known ?? this.fetchOriginal(id);
    this.originals.set(id, url);
    for (const [old, gone] of this.originals) {
      if (this.originals.size <= KEPT_ORIGINALS) break;
      this.originals.delete(old);
      gone.then(URL.revokeObjectURL, () => {});
    }
    return url;
  }

  async fetchOriginal(id) {
    try {
      const { blob } = await this.file(id, "see");
      const url = URL.createObjectURL(blob);
      const image = new Image();
      image.src = url;
      await image.decode();
      return url;
    } catch (error) {
      this.originals.delete(id); // so that it is asked for again
      throw error;
    }
  }
}

/** Let the browser save a file. */
function saveFile({ name, blob }) {
  const url = URL.createObjectURL(blob);
  h("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), SAVING);
}
