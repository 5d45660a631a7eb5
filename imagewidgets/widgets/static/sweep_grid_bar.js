// The bar of the sweep grid: the plan and its button before the run, how far it is while it runs, and what can be done.

const HOW_TO_COMPARE = "Pick two pictures to compare them.";
const LEAST_TIME = 0.05; // s: less would read "0.0 s"

/**
 * Do something at a click, and nothing more at the second one of a double click: buttons take each other's places, and
 * that of a double click on Generate would stop the run, or ask for a picture twice.
 * @param {() => void} act
 */
const once = (act) => (event) => event.detail < 2 && act();

/** "9 of 12 done", and what went otherwise. @returns {[string, string]} */
function progressWords({ counts, total, begun, running, go }) {
  const number = (count) => count.toLocaleString("en");
  const others = [["failed", "failed"], ["refused", "not possible"], !running && !go && ["planned", "not asked for"]];
  const rest = others.filter((each) => each && counts[each[0]])
    .map(([state, words]) => `${number(counts[state])} ${words}`);
  return [begun ? `${number(counts.done)} of ${number(total)} done` : "", rest.join(" · ")];
}

/** @param {any} grid */
function sweepBar(grid) {
  const { model, choice, signal, set, clocks } = grid;
  const does = (what) => once(() => model.send({ kind: "do", what }));
  const button = (name, label, onclick, props = {}) =>
    h("button", { type: "button", class: "iw-btn iw-btn--sm", "aria-label": label, onclick, ...props },
      icon(name), h("span", { class: "iw-hide-xs" }, label));
  const done = h("b", {});
  const rest = h("span", { class: "iw-muted" });
  const clock = h("span", { class: "iw-muted iw-num", "aria-hidden": "true" });
  const status = h("span", { class: "iw-num iw-sweep__status", role: "status" }, done, rest);
  const said = h("span", { class: "iw-sm iw-muted iw-sweep__said", role: "status" });
  const picks = h("button", {
    type: "button", class: "iw-btn iw-btn--quiet iw-btn--sm iw-num", title: "How often each label was picked",
    onclick: () => set("show_tally", !model.get("show_tally")),
  });
  const counted = h("span", { class: "iw-sm iw-muted iw-num" }); // a blind comparison hides which labels were picked
  const blind = button("eye-off", "Blind", () => set("blind", true), {
    title: "Hide the labels and shuffle the pictures", class: "iw-btn iw-btn--sm",
  });
  const reveal = button("eye", "Reveal", does("reveal"), { title: "Show the labels, and how often each was picked" });
  const compare = button("compare", "Compare", () => grid.compare(HOW_TO_COMPARE));
  const retry = button("refresh", "Try failed again", does("retry"), { title: "Send what has failed again" });
  const stop = button("stop", "Stop", does("stop"), {
    title: "Send nothing more; what is under way is finished and kept",
  });
  const cancelWords = h("span", {});
  const cancel = h("button", {
    type: "button", class: "iw-btn iw-btn--sm", onclick: does("cancel"),
    title: "Close their connections; they may be billed all the same",
  }, icon("close"), cancelWords);
  const goWords = h("span", {});
  const go = h("button", { type: "button", class: "iw-btn iw-btn--primary", onclick: does("run") }, icon("spark"),
    goWords);
  const line = h("i", {});
  const progress = h("div", {
    class: "iw-progress", role: "progressbar", "aria-label": "Sweep", "aria-valuemin": "0",
  }, line);
  const el = h("div", { class: "iw-bar iw-sweep__bar" },
    h("span", { class: "iw-sweep__far" }, status, clock), said,
    h("span", { class: "iw-sweep__acts" }, picks, counted, blind, reveal, compare, retry, stop, cancel, go));

  function draw() {
    const head = model.get("_head");
    const { counts, running, stopping } = head;
    const [far, others] = progressWords(head);
    const words = (element, text) => element.textContent !== text && (element.textContent = text);
    status.setAttribute("aria-live", running ? "off" : "polite"); // a sweep of thousands would never be silent
    words(done, head.plan || far || "Nothing to send");
    const more = head.plan ? head.cost : others;
    words(rest, more ? ` · ${more}` : "");
    if (running) clocks.start(clock, head);
    else {
      clocks.stop(clock);
      words(clock, head.begun && head.seconds >= LEAST_TIME ? clockWords(head.seconds) : "");
    }
    clock.classList.toggle("is-there", running || Boolean(clock.textContent));
    const [pictures, hidden] = [choice.shown.length, model.get("blind")];
    const { count } = choice;
    words(picks, `${count} pick${count === 1 ? "" : "s"}`);
    picks.hidden = !count || hidden;
    words(counted, hidden ? picks.textContent : "");
    picks.setAttribute("aria-expanded", String(model.get("show_tally")));
    blind.hidden = hidden || pictures < 2;
    reveal.hidden = !hidden;
    compare.hidden = pictures < 2 && count < 2;
    compare.disabled = choice.chosen.length !== 2;
    compare.title = compare.disabled ? `${HOW_TO_COMPARE.slice(0, -1)} (C)` : "Compare (C)";
    retry.hidden = !counts.failed || stopping;
    stop.hidden = !running || stopping;
    cancel.hidden = !stopping;
    words(cancelWords, `Cancel ${counts.running || ""} under way`.replace("  ", " "));
    go.hidden = !head.go;
    words(goWords, head.go);
    const ended = counts.done + counts.failed;
    progress.setAttribute("aria-valuemax", String(head.total));
    progress.setAttribute("aria-valuenow", String(ended));
    progress.setAttribute("aria-valuetext", far || "not begun");
    progress.style.setProperty("--v", running ? `${(100 * ended) / (head.total || 1)}%` : "0");
  }

  follow(model, ["_head", "_tiles", "picks", "show_tally", "blind"], draw, signal);
  return {
    el,
    progress,
    draw,
    /** @param {string} [words] */
    say(words) {
      said.textContent = words ?? "";
    },
    downloading() {}, // the button that began it is in the lightbox
  };
}

/** How often each label was picked. @param {any} grid */
function tallyStrip({ model, signal, set }) {
  const list = h("ul", { class: "iw-sweep__axes-picked" });
  const none = h("span", { class: "iw-sm iw-muted" }, "Nothing is picked.");
  const el = h("div", { class: "iw-sweep__tally", role: "group", "aria-label": "Picks by label" }, list, none,
    iconButton("close", "Close the picks", { class: "iw-ib iw-ib--sm", onclick: () => set("show_tally", false) }));
  const one = ([label, count]) =>
    h("span", { class: `iw-sweep__count ${count ? "" : "is-none"}` }, h("span", {}, label), h("b", {}, String(count)));
  const draw = () => {
    const tally = model.get("_tally");
    el.hidden = !model.get("show_tally") || model.get("blind");
    none.hidden = tally.length > 0;
    list.replaceChildren(...tally.map(({ axis, counts }) =>
      h("li", { class: "iw-num" }, axis && h("span", { class: "iw-muted" }, axis), ...counts.map(one))));
  };
  follow(model, ["_tally", "show_tally", "blind"], draw, signal);
  return el;
}
