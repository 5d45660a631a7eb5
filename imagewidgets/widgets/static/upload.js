// Picture files from the person to Python: chosen, dropped or pasted, and sent in parts.

const PART = 4e6; // bytes in one message: notebook servers close a connection on messages above 10 MB

/**
 * Send a picture file to Python, as messages { type: "image", part, parts, name } with a buffer each.
 * @param {any} model
 * @param {File} file
 * @param {(share: number) => void} onPart told how much of it Python has got, 0 to 1, where the front end reports that
 */
async function sendFile(model, file, onPart) {
  const parts = Math.max(1, Math.ceil(file.size / PART));
  let done = 0;
  const status = ({ content }) => content.execution_state === "idle" && onPart(++done / parts);
  for (let part = 0; part < parts; part++) {
    const bytes = await file.slice(part * PART, (part + 1) * PART).arrayBuffer();
    model.send({ type: "image", part, parts, name: file.name }, { iopub: { status } }, [bytes]);
  }
}

/** Tell pictures from other files. @param {File[]} files */
const picturesAmong = (files) => files.filter((file) => file.type.startsWith("image/"));

/** Say why a file is not taken. @param {File} file */
const noPicture = (file) => `${file.name} is no picture. Take a PNG, JPEG or WebP file.`;
