// The run under way: its pictures as they come, honest seconds, and what was asked for.

const FIRST_SECONDS = 0.5; // s; a run that is quicker shows no clock
const TICK = 100; // ms

/** A ring that turns and seconds that count; a run's start by this page's clock where the run began before its eyes. */
class Clock {
  #timer = 0;
  #start = 0;
  #first = true;
  #number = 0;

  constructor(signal) {
    this.ring = h("span", { class: "iw-spin", hidden: true });
    this.words = h("span", { class: "iw-muted iw-num iw-clock", "aria-hidden": "true" });
    signal.addEventListener("abort", () => clearInterval(this.#timer));
  }

  /** @param {{ number?: number, started?: number }} run */
  show({ number, started }) {
    clearInterval(this.#timer);
    if (number && number !== this.#number) {
      // A page that was opened in the middle of a run has only the kernel's clock to go by.
      const before = this.#first ? Math.max(0, Date.now() - started * 1000) : 0;
      this.#start = performance.now() - before;
    }
    this.#number = number;
    this.#first = false;
    if (!number) return;
    this.#tick();
    this.#timer = setInterval(() => this.#tick(), TICK);
  }

  #tick() {
    const elapsed = (performance.now() - this.#start) / 1000;
    this.ring.hidden = elapsed < FIRST_SECONDS;
    this.words.textContent = elapsed < FIRST_SECONDS ? "" : clockWords(elapsed);
  }
}

/** The place of one picture of the run: empty, then a partial picture, then the next one without a fade. */
class Place {
  #url = "";

  constructor(index, ratio) {
    this.ratio = ratio;
    this.picture = h("div", { class: "iw-run__pic iw-skel", style: { "--iw-ratio": ratio } });
    this.state = h("span", { class: "iw-num" }, "waiting");
    this.el = h(
      "div",
      { class: "iw-run" },
      this.picture,
      h("p", { class: "iw-run__cap" }, h("span", {}, `Picture ${index + 1}`), this.state),
    );
  }

  /**
   * Show what has come, and return whether it is new.
   * @param {{ text?: string, thumbnail?: DataView, ratio?: number, alt?: string }} partial
   */
  show(partial, addresses) {
    if (!partial?.thumbnail || partial.text === this.state.textContent) return false; // another's came
    const old = this.#url;
    this.#url = addresses.of(partial.thumbnail);
    this.img ??= h("img", { onload: () => this.picture.classList.remove("iw-skel") });
    this.img.addEventListener("load", () => old && addresses.release(old), { once: true });
    this.img.alt = partial.alt ?? "";
    this.img.src = this.#url;
    this.picture.style.setProperty("--iw-ratio", partial.ratio ?? this.ratio);
    if (!this.img.isConnected) this.picture.append(this.img);
    this.state.textContent = partial.text;
    return true;
  }
}

/** A line that moves by partial and finished pictures, and is not there where nothing tells how far a run is. */
function progressLine(view) {
  const el = h(
    "div",
    { class: "iw-run-progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 },
    h("i"),
  );
  view.follow(["_progress", "_run"], () => {
    const { done, of } = view.get("_progress");
    el.hidden = !view.running || !of;
    const share = of ? Math.round((100 * done) / of) : 0;
    el.style.setProperty("--v", `${share}%`);
    el.setAttribute("aria-valuenow", String(share));
    el.setAttribute("aria-label", view.get("_run").title ?? "Generating");
  });
  return el;
}

/** @param {FormView} view @returns {HTMLElement[]} the line of progress, and the pictures with what was asked for */
function runningPanel(view) {
  const addresses = new Addresses(view.signal);
  const clock = new Clock(view.signal);
  const tiles = h("div", { class: "iw-run-tiles" });
  const words = h("div", { class: "iw-side-note" });
  const el = h("div", { class: "iw-runs" }, tiles, words);
  let places = [];
  let number = 0;

  const begin = (run) => {
    number = run.number;
    addresses.release();
    places = Array.from({ length: run.count }, (_, index) => new Place(index, run.ratio));
    tiles.replaceChildren(...places.map((place) => place.el));
    el.classList.toggle("is-many", run.count > 2);
    const facts = run.facts.flatMap(([term, value]) => [h("span", {}, term), h("span", {}, value)]);
    const how = view.get("_destination").icon === "offline" ? "works" : "closes the connection";
    words.replaceChildren(
      h("p", { class: "iw-row iw-h" }, clock.ring, h("span", {}, run.title), clock.words),
      h("div", { class: "iw-run-facts" }, ...facts),
      h("p", {}, `Other cells can run meanwhile. Cancel ${how} at once; your prompt stays.`),
    );
  };
  view.follow(["_run"], () => {
    const run = view.get("_run");
    el.hidden = !run.number;
    if (run.number && run.number !== number) begin(run);
    clock.show(run);
  });
  view.follow(["_partials", "_run"], () => {
    if (!view.running) return;
    const partials = view.get("_partials");
    places.forEach((place, index) => {
      if (place.show(partials[index], addresses) && partials[index].final)
        view.announce(`Picture ${index + 1} finished`);
    });
  });
  return [progressLine(view), el];
}
