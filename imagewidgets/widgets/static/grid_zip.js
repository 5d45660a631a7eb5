// A ZIP file of pictures, which are packed already: they are stored as they are (APPNOTE.TXT of PKWARE, 4.3).

const ZIP_LIMIT = 2 ** 32 - 1; // bytes of a file without the 64-bit extension
const UTF8_NAMES = 1 << 11; // of the general purpose flags

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

/** @param {Uint8Array} bytes */
function crc32(bytes) {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = CRC_TABLE[(crc ^ bytes[i]) & 255] ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

/** Numbers of 2 or 4 bytes each, little-endian. @param {[number, 2 | 4][]} fields */
function packed(fields) {
  const view = new DataView(new ArrayBuffer(fields.reduce((sum, [, size]) => sum + size, 0)));
  let at = 0;
  for (const [value, size] of fields) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return view.buffer;
}

/** The date and time of now, as ZIP files have them. @returns {[number, number]} */
function zipTime() {
  const now = new Date();
  return [
    (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1),
    ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate(),
  ];
}

/** "fox.png", "fox-2.png", "fox-3.png" and so on: the first that is not in `taken`. */
function freeName(name, taken) {
  const dot = name.lastIndexOf(".");
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name.slice(0, dot)}-${number}${name.slice(dot)}`;
  taken.add(free);
  return free;
}

/** @param {{name: string, blob: Blob}[]} files @returns {Promise<Blob>} */
async function zipOf(files) {
  const [bodies, directory, taken] = [[], [], new Set()];
  const [time, date] = zipTime();
  let at = 0;
  for (const { name, blob } of files) {
    const bytes = new TextEncoder().encode(freeName(name, taken));
    const crc = crc32(new Uint8Array(await blob.arrayBuffer()));
    /** @type {[number, 2 | 4][]} */
    const about = [[20, 2], [UTF8_NAMES, 2], [0, 2], [time, 2], [date, 2], [crc, 4], [blob.size, 4], [blob.size, 4],
      [bytes.length, 2], [0, 2]];
    bodies.push(packed([[0x04034b50, 4], ...about]), bytes, blob);
    directory.push(packed([[0x02014b50, 4], [20, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]]), bytes);
    at += 30 + bytes.length + blob.size;
  }
  const length = directory.reduce((sum, part) => sum + part.byteLength, 0);
  if (at + length > ZIP_LIMIT) throw new Error("These are more than 4 GB. Select fewer, or use grid.save(folder).");
  const count = files.length;
  const end = packed([[0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [length, 4], [at, 4], [0, 2]]);
  return new Blob([...bodies, ...directory, end], { type: "application/zip" });
}

/**
 * Save pictures: one as a file, several as one ZIP file. They come one by one, so that the kernel does other things
 * in between and no message is too large.
 * @param {Files} files
 * @param {string[]} ids
 * @param {(words: string) => void} say what goes on, for the person
 */
async function download(files, ids, say) {
  const got = [];
  const began = performance.now();
  for (const id of ids) {
    if (ids.length > 1 && performance.now() - began > PATIENCE) say(`Fetching ${got.length + 1} of ${ids.length}…`);
    got.push(await files.file(id, "keep"));
  }
  saveFile(got.length === 1 ? got[0] : { name: `${got.length}-pictures.zip`, blob: await zipOf(got) });
}
