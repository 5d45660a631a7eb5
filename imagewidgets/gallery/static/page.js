"use strict";
{
  /** What is known of each picture, in the order of the figures: see `export.py`. */
  const pictures = JSON.parse(document.getElementById("pictures").textContent);
  const figures = [...document.querySelectorAll("figure")];
  const text = document.getElementById("text");
  const model = document.getElementById("model");
  const starred = document.getElementById("starred");
  const count = document.getElementById("count");
  const dialog = document.querySelector("dialog");
  const part = (selector) => dialog.querySelector(selector);
  const folded = (words) => words.normalize("NFKC").toLowerCase();
  const told = pictures.map(({ prompt, revised, facts, file }) => folded([prompt, revised, ...Object.values(facts), file].join(" ")));
  let shown = -1;

  const fits = (picture, place) =>
    folded(text.value).split(/\s+/).every((word) => told[place].includes(word)) &&
    (!model.value || picture.facts.Model === model.value) &&
    (starred.getAttribute("aria-pressed") === "false" || picture.starred);

  const filter = () => {
    pictures.forEach((picture, place) => { figures[place].hidden = !fits(picture, place); });
    const left = figures.filter((figure) => !figure.hidden).length;
    count.textContent = left === figures.length ? "" : left ? `${left} of ${figures.length} pictures` : "No picture fits.";
  };

  /** The place of the next picture that is not filtered out, or -1. */
  const next = (place, step) => {
    for (let at = place + step; at >= 0 && at < figures.length; at += step) if (!figures[at].hidden) return at;
    return -1;
  };

  const show = (place) => {
    if (place < 0) return;
    shown = place;
    const { prompt, revised, facts, file, alt, clear } = pictures[place];
    const img = part("img");
    img.src = file;
    img.alt = alt;
    img.className = clear ? "clear" : "";
    part(".stage a").href = part(".file").href = file;
    part(".prompt").textContent = prompt;
    part(".revised").textContent = revised;
    part("dl").replaceChildren(...Object.entries(facts).flatMap(([name, value]) =>
      [["dt", name], ["dd", value]].map(([tag, words]) => Object.assign(document.createElement(tag), { textContent: words }))));
    part(".before").disabled = next(place, -1) < 0;
    part(".after").disabled = next(place, 1) < 0;
    if (!dialog.open) dialog.showModal();
  };

  figures.forEach((figure, place) => figure.querySelector("a").addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // as any link: in a tab or a window of its own
    event.preventDefault();
    show(place);
  }));
  part(".before").addEventListener("click", () => show(next(shown, -1)));
  part(".after").addEventListener("click", () => show(next(shown, 1)));
  part(".close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") show(next(shown, -1));
    else if (event.key === "ArrowRight") show(next(shown, 1));
  });
  dialog.addEventListener("close", () => figures[shown]?.querySelector("a").focus());
  starred.addEventListener("click", () => {
    starred.setAttribute("aria-pressed", String(starred.getAttribute("aria-pressed") === "false"));
    filter();
  });
  text.addEventListener("input", filter);
  model.addEventListener("change", filter);
  const form = document.querySelector("form");
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  starred.hidden = !pictures.some((picture) => picture.starred);
  model.hidden = model.options.length < 3;
}
