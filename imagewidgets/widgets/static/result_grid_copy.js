// Pictures and texts to the clipboard.

const CLIPBOARD_REFUSED = "The browser does not let this page copy.";

/** @param {Promise<string>} text it may have to be fetched first */
async function copyText(text) {
  if (navigator.clipboard && window.ClipboardItem) {
    // Given at once and filled later: browsers allow it only directly after the click.
    const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
    await write(navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]), text);
    return;
  }
  const field = h("textarea", { "aria-hidden": "true", class: "iw-sr" });
  field.value = await text;
  const focused = /** @type {HTMLElement | null} */ (document.activeElement);
  document.body.append(field); // on pages without https there is only this old way
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  focused?.focus({ preventScroll: true });
  if (!copied) throw new Error(CLIPBOARD_REFUSED);
}

/** @param {Promise<{blob: Blob}>} file a PNG file: clipboards take no other */
async function copyImage(file) {
  if (!navigator.clipboard || !window.ClipboardItem) throw new Error(`${CLIPBOARD_REFUSED} Download it instead.`);
  const blob = file.then(({ blob }) => blob);
  await write(navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]), blob);
}

/** Wait until it is written; where it is not, say what went wrong: in the kernel, or else here. */
async function write(written, content) {
  try {
    await written;
  } catch {
    await content;
    throw new Error(CLIPBOARD_REFUSED);
  }
}
