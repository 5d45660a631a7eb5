// Pictures and texts to the clipboard.

const CLIPBOARD_REFUSED = "The browser does not let this page copy.";

/** Copy without the asynchronous clipboard, which pages without https do not have. @returns whether it could */
function copyTheOldWay(text) {
  const { activeElement } = document;
  const area = h("textarea", { class: "iw-sr", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  activeElement?.focus({ preventScroll: true });
  return copied;
}

/** @param {Promise<string>} text it may have to be fetched first */
async function copyText(text) {
  if (navigator.clipboard && window.ClipboardItem) {
    // Given at once and filled later: browsers allow it only directly after the click.
    const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
    await write(navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]), text);
    return;
  }
  if (!copyTheOldWay(await text)) throw new Error(CLIPBOARD_REFUSED);
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
