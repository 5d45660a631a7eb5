// History: the tree, one step of it in full, and what can be done with it.

const AGAIN = { edit: "Edit again", generate: "Use again", variation: "Use again" };

/** All pictures of a step that made several. */
function stepPictures(studio, { row, index, pictures }, signal) {
  const buttons = pictures.map((id, place) =>
    h("button", {
      type: "button", "aria-label": `Picture ${place + 1} of ${pictures.length}`, "aria-current": place === index ? "true" : null,
      onclick: () => studio.send("revisit", { row, picture: place }),
    }, studio.thumbnails.image(id, signal)));
  return h("div", { class: "iw-studio-film", role: "group", "aria-label": "Pictures of this step" }, ...buttons);
}

/** What is known of a step. */
function stepFacts(studio, { facts, origin }) {
  const visit = () => studio.send("revisit", { row: origin.row, picture: origin.picture });
  const from = origin ? [["From", h("button", { type: "button", class: "iw-link", onclick: visit }, origin.text)]] : [];
  const pairs = [...from, ...facts].flatMap(([name, value]) => [
    h("dt", {}, name), h("dd", { class: name === "Digest" ? "iw-mono" : "" }, value),
  ]);
  return h("dl", { class: "iw-studio-facts iw-num" }, ...pairs);
}

/** What can be done with a step and its picture. */
function stepActions(studio, { row, picture, operation, code }) {
  const button = (name, label, title, onclick) => h("button", { type: "button", class: "iw-btn", title, onclick }, icon(name), label);
  const again = AGAIN[operation];
  return h("div", { class: "iw-studio-acts" },
    button("edit", "Edit", "Go on from this picture in Edit", () => studio.send("edit", { id: picture })),
    button("vary", "Vary", "Make variations of this picture", () => studio.send("vary", { id: picture })),
    again && button("undo", again, "Set everything as it was before this step", () => studio.send("edit_again", { row })),
    again && button("refresh", "Repeat", "Send the same request once more", () => studio.send("repeat", { row })),
    code && copyButton(studio, () => code));
}

/** @param {Studio} studio */
function stepPanel(studio) {
  const el = h("aside", { class: "iw-studio-panel", "aria-label": "Step" });
  const draw = redrawn(studio.signal, (signal) => {
    const details = studio.model.get("_details");
    if (!details.row) return;
    const place = el.contains(studio.focused) ? [...el.querySelectorAll("button")].indexOf(studio.focused) : -1;
    el.replaceChildren(
      h("div", { class: "iw-studio-pic" }, largeImage(details.large, details.words, signal)),
      ...(details.pictures.length ? [stepPictures(studio, details, signal)] : []),
      h("blockquote", {}, details.words),
      stepFacts(studio, details),
      stepActions(studio, details),
    );
    if (place >= 0) (el.querySelectorAll("button")[place] ?? el.querySelector("button"))?.focus();
  });
  studio.follow(["_details"], draw);
  return el;
}

/** What is at work, and the way to stop it; beneath the tree, as its forms are out of sight. */
function worksLine(studio) {
  const el = h("span", { class: "iw-row iw-studio-works" });
  const running = new Map();
  const draw = () => {
    const titles = [...running.values()].filter(Boolean);
    el.hidden = !titles.length;
    el.replaceChildren(...(titles.length
      ? [
        h("span", { class: "iw-spin" }), h("span", {}, titles.join(" · ")),
        h("button", { type: "button", class: "iw-link", onclick: () => studio.send("cancel") }, "Cancel"),
      ]
      : []));
  };
  for (const { form } of Object.values(VIEWS)) {
    if (!form) continue;
    studio.children.follow(form, ["_run"], (model) => {
      running.set(form, model.get("_run").title);
      draw();
    });
  }
  draw();
  return el;
}

/** @param {Studio} studio */
function historyView(studio) {
  const split = h("div", { class: "iw-studio-split" }, historyTree(studio), stepPanel(studio));
  const counts = h("span", { class: "iw-num" });
  const foot = h("div", { class: "iw-bar iw-bar--foot" }, counts, h("span", { class: "iw-spacer" }), worksLine(studio));
  const empty = h("div", { class: "iw-studio-empty" }, icon("history"),
    h("p", { class: "iw-muted" }, "Nothing yet. What you make appears here, with what came from what."));
  const el = h("div", {}, empty, split, foot);
  studio.follow(["_summary"], () => {
    counts.textContent = studio.model.get("_summary");
    split.hidden = !counts.textContent;
    empty.hidden = !split.hidden;
  });
  return { el, build: () => Promise.resolve() };
}
