// What the benchmarks of the canvas put into every page: it sees when ink has come to a pixel of a visible canvas.
//
// A pixel counts as inked in the frame that shows it: the canvas is read in the page's own animation frame, after the
// events and callbacks of that frame. Only the part of one row is read in which ink is awaited, and nothing while none
// is, so that looking costs the page next to nothing. A point of a stroke is looked for a little ahead of the pointer,
// inside of the brush, where the disc of the point before does not reach.

(() => {
  const RED_ENOUGH = 60; // sum of the differences of red, green, blue and alpha from pure red
  const NEARLY_WHITE = 740; // red, green and blue together
  const INKED = {
    alpha: (r, g, b, a) => a > 127,
    red: (r, g, b, a) => 255 - r + g + b + 255 - a <= RED_ENOUGH,
    picture: (r, g, b, a) => a > 0 && r + g + b < NEARLY_WHITE, // before, the editor's canvas is white
  };
  const frame = window.requestAnimationFrame.bind(window);
  let last = []; // to be called after every callback of a frame

  // The order of callbacks is that of their requests, and an application asks anew whenever it likes: so each of its
  // callbacks is followed by a look.
  window.requestAnimationFrame = (callback) =>
    frame((time) => {
      try {
        callback(time);
      } finally {
        for (const look of last) look();
      }
    });

  /** One canvas of the page, read in its own pixels. */
  class Surface {
    constructor(selector, ink) {
      this.canvas = document.querySelector(selector);
      this.inked = INKED[ink];
      this.box = this.canvas.getBoundingClientRect();
      this.scale = [this.canvas.width / this.box.width, this.canvas.height / this.box.height];
      this.context = this.canvas.getContext("2d") ?? this.canvas.getContext("webgl2") ?? this.canvas.getContext("webgl");
    }

    /** @returns {[number, number]} the canvas's pixel at a place in the window */
    locate(x, y) {
      return [Math.round((x - this.box.left) * this.scale[0]), Math.round((y - this.box.top) * this.scale[1])];
    }

    /** @returns {(x: number) => boolean} whether a pixel of row `y` is inked, for those from `from` to `to` */
    row(y, from, to) {
      const { context: gl, inked } = this;
      const width = to - from + 1;
      let data;
      if (gl instanceof CanvasRenderingContext2D) {
        data = gl.getImageData(from, y, width, 1).data;
      } else {
        data = new Uint8Array(4 * width);
        const bound = gl.getParameter(gl.FRAMEBUFFER_BINDING);
        gl.bindFramebuffer(gl.FRAMEBUFFER, null);
        gl.readPixels(from, this.canvas.height - 1 - y, width, 1, gl.RGBA, gl.UNSIGNED_BYTE, data);
        gl.bindFramebuffer(gl.FRAMEBUFFER, bound);
      }
      return (x) => inked(...data.subarray(4 * (x - from), 4 * (x - from) + 4));
    }
  }

  /** Waits for the points of one stroke along a row of a canvas. */
  class Watch {
    constructor({ selector, ink, y, lead }) {
      this.surface = new Surface(selector, ink);
      this.y = this.surface.locate(0, y)[1];
      this.lead = lead;
      this.waiting = [];
      this.result = { latencies: [], frames: [], events: 0, lost: 0 };
      this.look = () => this.find();
      last.push(this.look);
      this.tick();
    }

    tick(before) {
      this.frame = frame((now) => {
        if (before) this.result.frames.push(now - before);
        this.find();
        this.tick(now);
      });
    }

    /** Wait for the ink of a point at `x` that the pointer reached at `time`. */
    expect(x, time) {
      this.waiting.push({ x: this.surface.locate(x + this.lead, 0)[0], time });
    }

    find() {
      if (!this.waiting.length) return;
      const xs = this.waiting.map((point) => point.x);
      const inked = this.surface.row(this.y, Math.min(...xs), Math.max(...xs));
      const now = performance.now();
      this.waiting = this.waiting.filter(({ x, time }) => {
        if (!inked(x)) return true;
        this.result.latencies.push(now - time);
        return false;
      });
    }

    /** Wait until all points are found, at most so many ms, and end. */
    async finish(patience) {
      const end = performance.now() + patience;
      while (this.waiting.length && performance.now() < end) await new Promise((done) => setTimeout(done, 30));
      cancelAnimationFrame(this.frame);
      last = last.filter((look) => look !== this.look);
      return { ...this.result, lost: this.waiting.length };
    }
  }

  const epoch = (time) => (performance.timeOrigin + time) / 1e3; // s since 1970
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));

  /** Ask after each part of each frame; the ms since `start`, null when it takes longer than `patience`. */
  const soon = (ask, start, patience) =>
    new Promise((done) => {
      const finish = (value) => {
        last = last.filter((each) => each !== look);
        done(value);
      };
      const look = () => {
        if (!last.includes(look)) return;
        const passed = performance.now() - start;
        if (passed > patience) finish(null);
        else if (ask()) finish(performance.now() - start);
      };
      last.push(look);
      const tick = () => frame(() => (look(), last.includes(look) && tick()));
      tick();
    });

  window.probe = {
    /** Watch the strokes of the real mouse; `end` gives what was seen. */
    begin(options) {
      const watch = new Watch(options);
      const aborter = new AbortController();
      const { signal } = aborter;
      const heard = { capture: true, signal };
      let up = 0;
      const move = (event) => {
        watch.result.events++;
        if (!(event.buttons & 1)) return;
        const between = event.getCoalescedEvents();
        for (const each of between.length ? between : [event]) watch.expect(each.clientX, each.timeStamp);
      };
      window.addEventListener("pointermove", move, heard);
      window.addEventListener("pointerup", (event) => (up = event.timeStamp), heard);
      this.end = async (patience) => {
        const limit = performance.now() + patience;
        while (!up && performance.now() < limit) await pause(20);
        const result = await watch.finish(patience);
        aborter.abort();
        return { ...result, up: epoch(up) };
      };
    },

    /** Draw a stroke by events of a script, one a time. `drawn` are the ms of the points that are inked in the event. */
    async strike({ target, x, y, step, count, interval, patience, ...options }) {
      const element = document.querySelector(target);
      const watch = new Watch({ y, ...options });
      const drawn = [];
      const fire = (type, x, pressed) => {
        const all = { clientX: x, clientY: y, bubbles: true, cancelable: true, composed: true, view: window };
        const mouse = { ...all, button: type === "move" ? -1 : 0, buttons: pressed ? 1 : 0 };
        const pointer = { ...mouse, pointerId: 1, pointerType: "mouse", isPrimary: true, pressure: pressed ? 0.5 : 0 };
        element.dispatchEvent(new PointerEvent(`pointer${type}`, pointer));
        element.dispatchEvent(new MouseEvent(`mouse${type}`, { ...mouse, button: 0 }));
      };
      fire("move", x, false);
      fire("down", x, true);
      await pause(interval); // an application may need a moment to see that the button is down
      const start = performance.now();
      for (let i = 1; i <= count; i++) {
        await pause(start + i * interval - performance.now());
        const time = performance.now();
        watch.expect(x + i * step, time);
        fire("move", x + i * step, true);
        const pixel = watch.waiting.at(-1).x;
        if (watch.surface.row(watch.y, pixel, pixel)(pixel)) drawn.push(performance.now() - time);
      }
      fire("up", x + count * step, false);
      return { ...(await watch.finish(patience)), drawn };
    },

    /** Wait until a pixel is inked, or is not; the ms since the next click, null when it takes too long. */
    async until({ selector, ink, x, y, inked, patience }) {
      const surface = new Surface(selector, ink);
      const [column, line] = surface.locate(x, y);
      const clicked = { capture: true, once: true };
      const start = await new Promise((done) => window.addEventListener("click", (e) => done(e.timeStamp), clicked));
      return await soon(() => surface.row(line, column, column)(column) === inked, start, patience);
    },

    /** Wait until there is a canvas with something on it; the ms since `start`, null when it takes too long. */
    async appear({ selector, start, patience }) {
      const there = () => {
        if (!(document.querySelector(selector)?.width > 1)) return false;
        const surface = new Surface(selector, "picture");
        const [x, y] = [surface.canvas.width >> 1, surface.canvas.height >> 1];
        return surface.box.width > 0 && surface.row(y, x, x)(x);
      };
      return await soon(there, start, patience);
    },
  };
})();
