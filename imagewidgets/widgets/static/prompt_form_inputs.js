// Pictures to start from: as chips beneath the prompt; added by choosing, dropping and pasting; and the mask.

const SLOW = 500; // ms: a file that takes longer is seen to go on

/** One picture to start from, with the button that takes it away. */
function inputChip(view, addresses, { name, size, thumbnail, alt }, index) {
  const onclick = () => view.send("remove_input", { index });
  return h(
    "span",
    { class: "iw-chip", title: `${name}, ${size}` },
    h("img", { src: addresses.of(thumbnail), alt }),
    h(
      "span",
      { class: "iw-chip__text" },
      h("span", { class: "iw-chip__name" }, name),
      h("span", { class: "iw-chip__size iw-num" }, size),
    ),
    iconButton("close", `Remove ${name}`, { class: "iw-ib iw-ib--sm", onclick }),
  );
}

/** What the mask covers: a click goes back to drawing it, where somebody listens. */
function maskChip(view) {
  const draw = view.get("_draws_masks");
  const { text } = view.get("_mask");
  const body = draw
    ? h(
        "button",
        { type: "button", class: "iw-chip__body", title: "Draw a mask", onclick: () => view.send("draw_mask") },
        icon("mask"),
        text,
      )
    : h("span", { class: "iw-chip__body" }, icon("mask"), text);
  const away = iconButton("close", "Remove the mask", {
    class: "iw-ib iw-ib--sm",
    onclick: () => view.send("clear_mask"),
  });
  return h("span", { class: "iw-chip iw-chip--mask" }, body, away);
}

/** Files on their way to Python, one after the other. */
class Uploads {
  #last = Promise.resolve();
  #failed = "";
  #arrived = () => {};

  constructor(view) {
    this.view = view;
    this.words = h("span", { class: "iw-num" });
    this.bar = h(
      "span",
      { class: "iw-run-progress", role: "progressbar", "aria-label": "Sending the picture" },
      h("i"),
    );
    this.sent = h("span", { class: "iw-chip iw-chip--sending", hidden: true }, icon("upload"), this.words, this.bar);
    this.complaint = h("p", { class: "iw-complaint", role: "alert" });
    view.follow(["_complaint"], () => this.tell());
    view.follow(["_inputs", "_complaint"], () => this.#arrived());
  }

  /** @param {Iterable<File>} files */
  take(files) {
    const all = [...files];
    const other = all.find((file) => !picturesAmong([file]).length);
    this.#failed = other ? noPicture(other) : "";
    this.tell();
    for (const file of picturesAmong(all)) this.#last = this.#last.then(() => this.#send(file));
  }

  /** What is wrong with a file: seen here, or found by Python. */
  tell() {
    const { name, text } = this.view.get("_complaint");
    this.complaint.textContent = this.#failed || (name === "inputs" ? text : "");
    this.complaint.hidden = !this.complaint.textContent;
  }

  /** Send a file, and wait until Python has it: it says so, or there is an input more, or a complaint. */
  async #send(file) {
    const timer = setTimeout(() => (this.sent.hidden = false), SLOW);
    const size = file.size < 1e6 ? "" : `, ${(file.size / 1e6).toFixed(1)} MB`;
    this.words.textContent = `Sending ${file.name}${size}`;
    this.view.announce(this.words.textContent);
    const arrived = new Promise((resolve) => (this.#arrived = resolve));
    const show = (share) => {
      this.bar.style.setProperty("--v", `${100 * share}%`);
      this.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
      if (share === 1) this.#arrived();
    };
    show(0);
    try {
      await sendFile(this.view.model, file, show);
      await arrived;
    } catch (error) {
      this.#failed = `${file.name} could not be read: ${error.message}`;
      this.tell();
    }
    clearTimeout(timer);
    this.sent.hidden = true;
  }
}

/** Take what is dropped on the form or pasted into it; text is left to the field that it is pasted into. */
function receivesFiles(view, uploads) {
  const { root, signal } = view;
  const words = h("b", {});
  const drop = h("div", { class: "iw-form-drop", hidden: true, "aria-hidden": "true" }, icon("upload"), words);
  const receive = (event, data) => {
    drop.hidden = true;
    if (!data?.files.length) return;
    event.preventDefault();
    event.stopPropagation(); // the notebook would take it too
    uploads.take(data.files);
  };
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // this is how a page says that it takes files
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    words.textContent = view.get("_inputs").length ? "Drop to add another image" : "Drop to start from this picture";
    drop.hidden = false;
  };
  const listeners = {
    dragenter: over,
    dragover: over,
    dragleave: (event) => !root.contains(event.relatedTarget) && (drop.hidden = true),
    drop: (event) => receive(event, event.dataTransfer),
    paste: (event) => receive(event, event.clipboardData),
  };
  for (const [type, listener] of Object.entries(listeners)) root.addEventListener(type, listener, { signal });
  return drop;
}

/**
 * The row beneath the prompt: chips, "Add input image", "Draw a mask".
 * @param {FormView} view
 * @param {Uploads} uploads
 */
function inputsRow(view, uploads) {
  const addresses = new Addresses(view.signal);
  const chips = h("span", { class: "iw-chips" });
  const file = h("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    hidden: true,
    "aria-label": "Picture files",
  });
  file.addEventListener("change", () => {
    uploads.take(file.files);
    file.value = ""; // choosing the same file again is a choice, too
  });
  const choose = () => file.click();
  const first = textButton({ class: "iw-btn--quiet iw-btn--sm", onclick: choose }, icon("image"), "Add input image");
  const another = iconButton("plus", "Add another image", { onclick: choose });
  const draw = textButton(
    { class: "iw-btn--quiet iw-btn--sm", onclick: () => view.send("draw_mask") },
    icon("mask"),
    "Draw a mask",
  );
  const el = h("span", { class: "iw-inputs" }, chips, uploads.sent, first, another, draw, file);

  const update = () => {
    const inputs = view.get("_inputs");
    const masked = Boolean(view.get("_mask").text);
    addresses.release();
    chips.replaceChildren(
      ...inputs.map((input, index) => inputChip(view, addresses, input, index)),
      masked ? maskChip(view) : "",
    );
    first.hidden = inputs.length > 0;
    another.hidden = !inputs.length;
    draw.hidden = masked || !inputs.length || !view.get("_draws_masks");
    el.classList.toggle("is-filled", inputs.length > 0);
  };
  view.follow(["_inputs", "_mask", "_draws_masks"], () => {
    const place = [...chips.querySelectorAll(".iw-ib")].indexOf(view.focused);
    const next = () => [...chips.querySelectorAll(".iw-ib")].at(Math.max(0, place - 1)) ?? first;
    view.keepFocus(el, update, next);
  });
  return el;
}
