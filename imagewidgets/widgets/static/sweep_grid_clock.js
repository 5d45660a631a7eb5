// Seconds that count: of the sweep, and of each cell under way. By this page's clock, as far as it has been looking.

const CLOCK_TICK = 100; // ms

class Clocks {
  /** @type {Map<HTMLElement, number>} when each began, in ms of `performance.now()` */
  #began = new Map();
  #timer = 0;
  #first = true;

  /** @param {AbortSignal} signal */
  constructor(signal) {
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  /** From now on what is told is news; until then it may be what a page that was loaded late found. */
  begin() {
    this.#first = false;
  }

  /**
   * Count in an element. One that counts already goes on as it is.
   * @param {HTMLElement} el
   * @param {{seconds: number, began: number}} told by the kernel: so long, and since when (Unix time in s)
   */
  start(el, { seconds, began }) {
    if (this.#began.has(el)) return;
    const passed = this.#first ? Math.max(seconds * 1000, Date.now() - began * 1000) : seconds * 1000;
    this.#began.set(el, performance.now() - passed);
    this.#write(el);
    this.#timer ||= setInterval(() => this.#tick(), CLOCK_TICK);
  }

  stop(el) {
    this.#began.delete(el);
  }

  #tick() {
    for (const el of this.#began.keys()) {
      if (el.isConnected) this.#write(el);
      else this.stop(el);
    }
    if (this.#began.size) return;
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #write(el) {
    el.textContent = clockWords((performance.now() - this.#began.get(el)) / 1000);
  }
}
