// Tells when something is on the screen. Runs in every page and frame before the page's own scripts.

(() => {
  performance.setResourceTimingBufferSize(10_000); // an application of many modules has more than the 250 kept else

  const epoch = () => (performance.timeOrigin + performance.now()) / 1e3; // s since 1970
  const frame = () => new Promise(requestAnimationFrame);
  const drawn = (image) => image.complete && image.naturalWidth > 0;
  const sized = (element) => Boolean(element) && element.getBoundingClientRect().height > 0;

  /** Whether any of an element is in the window and in what it scrolls in. */
  function inSight(element, list) {
    // Asked for its place, what the browser has not laid out would be laid out, in each frame.
    if (!element.checkVisibility({ contentVisibilityAuto: true })) return false;
    const own = element.getBoundingClientRect();
    const boxes = list ? [list.getBoundingClientRect()] : [];
    boxes.push({ top: 0, bottom: innerHeight });
    return own.height > 0 && boxes.every(({ top, bottom }) => own.bottom > top && own.top < bottom);
  }

  /** A canvas with a picture in it: its middle is opaque. */
  function filled(canvas) {
    if (!(canvas?.width > 1) || !sized(canvas)) return false;
    return canvas.getContext("2d").getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[3] > 0;
  }

  window.painted = {
    epoch,

    /**
     * Wait until all that is named is there and drawn; the time at which the frame with it was done, s since 1970.
     * @param {{shown?: string[], canvas?: string, images?: string, count?: number, inSight?: boolean, list?: string,
     *   side?: number, patience: number}} what `shown` are selectors of elements, `images` is one of `count` pictures,
     *   of which with `inSight` only those that can be seen need be loaded; `side` is the least width of theirs, px
     */
    async until({ shown = [], canvas, images, count = 0, list, side = 1, patience, ...options }) {
      const end = performance.now() + patience;
      for (;;) {
        await frame();
        if (performance.now() > end) return null;
        if (!shown.every((selector) => sized(document.querySelector(selector)))) continue;
        if (canvas && !filled(document.querySelector(canvas))) continue;
        const all = images ? [...document.querySelectorAll(images)] : [];
        if (all.length < count) continue;
        const within = list && document.querySelector(list);
        const needed = options.inSight ? all.filter((image) => inSight(image, within)) : all;
        if (count && !needed.length) continue;
        if (!needed.every((image) => drawn(image) && image.naturalWidth >= side)) continue;
        const seen = needed.filter((image) => inSight(image, within));
        await Promise.all(seen.map((image) => image.decode().catch(() => {}))); // a picture that is replaced rejects
        if (seen.length) await frame();
        await new Promise((done) => setTimeout(done)); // after the frame that the callback was in
        return epoch();
      }
    },

    /** Begin to wait; `finish` gives what came of it. */
    begin(what) {
      this.waiting = this.until(what);
      return epoch();
    },
    finish() {
      return this.waiting;
    },

    /** Wait for the next event of a kind, then for what it brings; the ms between. */
    after(type, what) {
      this.waiting = new Promise((done) => {
        const heard = (event) => done(event.timeStamp);
        window.addEventListener(type, heard, { capture: true, once: true });
      }).then(async (start) => {
        const end = await this.until(what);
        return end && (end * 1e3 - performance.timeOrigin) - start;
      });
    },

    /** Scroll an element (or nothing) so many px a s for so long; how many frames a s the page had. */
    async scroll(selector, speed, ms) {
      const list = selector && document.querySelector(selector);
      const start = await frame();
      const times = [start];
      while (times.at(-1) - start < ms) {
        if (list) list.scrollTop = ((times.at(-1) - start) / 1e3) * speed;
        times.push(await frame());
      }
      const gaps = times.slice(1).map((time, i) => time - times[i]);
      return { rate: ((times.length - 1) * 1e3) / (times.at(-1) - start), longest: Math.max(...gaps),
        scrolled: list ? list.scrollTop : 0 };
    },
  };
})();
