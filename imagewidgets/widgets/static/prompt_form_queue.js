// The runs that wait for their turn: how many, and on a click which, each with the way to cancel it alone.

/** @param {FormView} view @returns {{ count: HTMLElement, list: HTMLElement }} a button of the footer, and what it opens */
function queue(view) {
  const id = `${view.uid}-queue`;
  const count = h("button", {
    type: "button", class: "iw-btn iw-btn--quiet iw-btn--sm iw-num iw-waiting", title: "Show the runs that wait",
    "aria-controls": id, "aria-expanded": "false",
  });
  const rows = h("ul", { class: "iw-queue", "aria-label": "Runs that wait" });
  const list = h("div", { class: "iw-notice", id, hidden: true }, rows);
  const show = (open) => {
    view.keepFocus(list, () => (list.hidden = !open), () => count);
    count.setAttribute("aria-expanded", String(open));
  };
  count.addEventListener("click", () => show(list.hidden));
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation(); // it asks nothing about the run under way
    show(false);
  });
  const row = ({ number, text }) => {
    const cancel = iconButton("close", `Cancel: ${text}`, {
      class: "iw-ib iw-ib--sm", title: "Cancel this run", onclick: () => view.send("cancel_waiting", { number }),
    });
    return h("li", {}, h("span", {}, text), cancel);
  };
  view.follow(["_queue", "_waiting"], () => {
    count.replaceChildren(view.get("_waiting"), icon("chevron-down"));
    const place = [...rows.querySelectorAll("button")].indexOf(view.focused);
    const next = () => [...rows.querySelectorAll("button")].at(Math.min(place, rows.childElementCount - 1));
    view.keepFocus(rows, () => rows.replaceChildren(...view.get("_queue").map(row)), next);
    view.keepFocus(count, () => (count.hidden = !view.get("_waiting")));
    if (count.hidden) show(false);
  });
  return { count, list };
}
