// The film strip: all pictures of the session, of which a click makes one what the view in sight works on.

/** @param {Studio} studio */
function filmStrip(studio) {
  const film = h("div", { class: "iw-studio-film", role: "group", "aria-label": "Pictures of this session" });
  const count = h("span", { class: "iw-sm iw-muted iw-num iw-hide-sm iw-studio-count" });
  const el = h("div", { class: "iw-studio-strip" }, film, h("span", { class: "iw-spacer" }), count);
  const button = ({ id, alt }, place, signal) => {
    const label = `Picture ${place + 1}: ${alt}`;
    const onclick = () => studio.send("select", { id });
    return h("button", { type: "button", "data-id": id, "aria-label": label, title: alt, onclick }, studio.thumbnails.image(id, signal));
  };
  /** The one button that Tab stops at. */
  const mark = () => {
    const { tab } = studio;
    const chosen = studio.model.get("_chosen");
    const current = tab === "edit" ? chosen.edit : tab === "variations" ? chosen.vary : chosen.selected;
    const buttons = [...film.children];
    for (const one of buttons) {
      one.toggleAttribute("aria-current", false);
      if (one.dataset.id === current) one.setAttribute("aria-current", "true");
      one.tabIndex = -1;
    }
    const here = buttons.find((one) => one.dataset.id === current) ?? buttons[0];
    if (here) here.tabIndex = 0;
  };
  const show = (one) => one && (film.scrollLeft = one.offsetLeft - (film.clientWidth - one.offsetWidth) / 2);

  let known = 0;
  const draw = redrawn(studio.signal, (signal) => {
    const pictures = studio.model.get("_strip");
    const focused = film.contains(studio.focused) ? studio.focused.dataset.id : "";
    film.replaceChildren(...pictures.map((picture, place) => button(picture, place, signal)));
    count.textContent = `${pictures.length.toLocaleString("en")} in this session`;
    mark();
    [...film.children].find((one) => one.dataset.id === focused)?.focus();
    if (pictures.length > known) show(film.lastElementChild); // what has just come
    known = pictures.length;
  });
  studio.follow(["_strip"], draw);
  studio.follow(["_chosen", "tab"], mark);
  studio.follow(["tab", "_strip"], () => {
    el.hidden = !["edit", "variations"].includes(studio.tab) || !studio.model.get("_strip").length;
    if (!el.hidden) show(film.querySelector("[aria-current]"));
  });
  film.addEventListener("keydown", (event) => {
    const buttons = [...film.children];
    const place = buttons.indexOf(event.target.closest("button"));
    const next = { ArrowLeft: place - 1, ArrowRight: place + 1, Home: 0, End: buttons.length - 1 }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(next, buttons.length - 1))]?.focus();
  });
  return el;
}
