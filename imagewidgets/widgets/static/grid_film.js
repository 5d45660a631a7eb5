// The film strip of the lightbox: the pictures around the one that is shown.

const FILM = 25; // pictures: more do not fit, and a grid may have a thousand

/** @param {any} grid */
function filmStrip(grid) {
  const el = h("div", { class: "iw-film", role: "group", "aria-label": "All pictures" });
  return {
    el,
    /** @param {string} id of the picture that is shown */
    draw(id) {
      const { shown } = grid.choice;
      const place = shown.indexOf(id);
      const first = Math.max(0, Math.min(place - (FILM >> 1), shown.length - FILM));
      const buttons = shown.slice(first, first + FILM).map((each, k) =>
        h("button", {
          type: "button", tabindex: "-1", "aria-label": `Picture ${first + k + 1}: ${grid.store.alt(each)}`,
          "aria-current": each === id ? "true" : null, onclick: () => grid.open(each),
        }, h("img", { src: grid.store.urls.get(each) || null, alt: "", draggable: "false" })));
      el.hidden = shown.length < 2;
      el.replaceChildren(...buttons);
      const chosen = buttons[place - first];
      if (chosen) el.scrollLeft = chosen.offsetLeft - (el.clientWidth - chosen.offsetWidth) / 2;
    },
  };
}
