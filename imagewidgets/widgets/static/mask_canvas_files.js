// Pictures from the person: dropped anywhere on the canvas, pasted into it, or chosen from the system's files.

const SLOW = 500; // ms: what takes longer is seen to go on

/** The file that is being sent from this view, and how far it is. */
class Sending {
  /** @type {File | null} */
  file = null;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    this.words = h("span", { class: "iw-num" });
    this.bar = h("div", { class: "iw-progress", role: "progressbar", "aria-label": "Sending the picture" }, h("i"));
    this.el = h("div", { class: "iw-alert iw-alert--note", hidden: true }, icon("upload"), this.words, this.bar);
    const settle = () => {
      const other = stage.model.get("_state").picture !== this.picture;
      if (this.file && (other || stage.model.get("_notice"))) this.end();
    };
    follow(stage.model, ["_state", "_notice"], settle, stage.signal);
  }

  /** Make a file the picture. @param {File} file */
  take(file) {
    const { stage } = this;
    if (stage.model.get("_notice")) stage.set("_notice", ""); // it was about another file
    this.file = file;
    this.picture = stage.model.get("_state").picture;
    this.progress(0);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.el.hidden = false), SLOW);
    stage.announce(`Opening ${file.name}`);
    const send = () => sendFile(stage.model, file, (share) => file === this.file && this.progress(share));
    // One file after the other: Python puts together what comes, and the last one is the picture.
    stage.link.sent = stage.link.sent.then(send).catch(() => {
      stage.set("_notice", `${file.name} cannot be read. Choose it again.`);
    });
  }

  progress(share) {
    const size = this.file.size < 1e6 ? "" : `, ${(this.file.size / 1e6).toFixed(1)} MB`;
    this.words.textContent = `Sending ${this.file.name}${size}`;
    this.bar.style.setProperty("--v", `${100 * share}%`);
    this.bar.setAttribute("aria-valuenow", String(Math.round(100 * share)));
    if (share === 1) this.end();
  }

  end() {
    clearTimeout(this.timer);
    this.file = null;
    this.el.hidden = true;
  }
}

/** What this view sends. @param {Stage} stage @returns {Sending} */
function sending(stage) {
  return (stage.sending ??= new Sending(stage));
}

/** Let a button open the system's choice of files. @returns {Node[]} it, and the field that does so */
function chooses(stage, button) {
  const input = h("input", { type: "file", accept: "image/*", hidden: true, "aria-label": "Picture file" });
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file) sending(stage).take(file);
    input.value = ""; // choosing the same file again is a choice, too
  });
  button.addEventListener("click", () => input.click());
  return [button, input];
}

/** For the status bar: another picture in place of this one. @param {Stage} stage */
function replaceButton(stage) {
  const button = iconButton("upload", "Replace the picture");
  button.classList.add("iw-ib--sm");
  return chooses(stage, button);
}

/** What is there before a picture: drop one, paste one, choose one. */
function emptyState(stage) {
  const words = "Drop a file here, paste from the clipboard, or set canvas.image.";
  const el = h(
    "div",
    { class: "iw-stage iw-stage--empty", tabindex: "0", role: "group", "aria-label": "No picture yet" },
    h("span", { class: "iw-muted" }, icon("image")),
    h("b", {}, "No picture yet"),
    h("span", { class: "iw-sm iw-muted" }, words),
    ...chooses(stage, h("button", { type: "button", class: "iw-btn" }, icon("upload"), "Choose a file")),
  );
  const update = () => (el.hidden = Boolean(stage.model.get("_state").width));
  follow(stage.model, ["_state"], update, stage.signal);
  return el;
}

/** What is seen while a file is held over the canvas. */
function dropState(stage) {
  const words = h("b", {});
  const el = h("div", { class: "iw-drop", hidden: true }, icon("upload"), words);
  const over = (event) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault(); // this is how a page says that it takes files
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    words.textContent = stage.model.get("_state").width ? "Drop to replace the picture" : "Drop to open the picture";
    el.hidden = false;
  };
  const leave = (event) => {
    if (!stage.root.contains(event.relatedTarget)) el.hidden = true;
  };
  const drop = (event) => {
    el.hidden = true;
    receive(stage, event, event.dataTransfer);
  };
  for (const [type, listener] of [["dragenter", over], ["dragover", over], ["dragleave", leave], ["drop", drop]]) {
    stage.root.addEventListener(type, listener, { signal: stage.signal });
  }
  return el;
}

/** Take the picture among what was dropped or pasted; text is left to the field that it is pasted into. */
function receive(stage, event, data) {
  const files = [...(data?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  event.stopPropagation(); // the notebook would take it too
  const [picture] = picturesAmong(files);
  if (picture) sending(stage).take(picture);
  else stage.set("_notice", noPicture(files[0]));
}

/** @param {Stage} stage */
function filesArea(stage) {
  stage.root.addEventListener("paste", (event) => receive(stage, event, event.clipboardData), { signal: stage.signal });
  return h("div", {}, errorNotice(stage), sending(stage).el, emptyState(stage), dropState(stage));
}
