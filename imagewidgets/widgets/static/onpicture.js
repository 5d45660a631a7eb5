// The buttons on a picture: a star, and what can be done with it. Shared by the result grid and the prompt form.

/** What others listen to (on_action in Python): shown only when somebody does. */
const LISTENED = {
  edit: { label: "Edit", icon: "edit", key: "E" },
  vary: { label: "Vary", icon: "vary", key: "V" },
  use_prompt: { label: "Use prompt", icon: "spark" },
};

/** A star that can be set and taken away. */
function starButton(props) {
  const button = iconButton("star", "Star", { key: "S", ...props });
  /** @param {boolean} on */
  const draw = (on) => {
    button.setAttribute("aria-pressed", String(on));
    button.title = `${on ? "Take the star away" : "Star"} (S)`;
  };
  draw(false);
  return { el: button, draw };
}

/**
 * The star and the row of buttons on one picture, seen where it is pointed at or has the focus (onpicture.css). They go
 * into an element with the class `iw-tile__pic`.
 * @param {{star(): void, act(action: string): void, canAct(action: string): boolean, save(): void, open?(): void}} does
 * @returns {{star: HTMLElement, el: HTMLElement, draw(): void, mark(marks: {starred: boolean, current: boolean}): void}}
 *   `draw` shows the buttons that somebody listens to; of a picture that is not `current`, Tab passes all of them
 */
function buttonsOnPicture({ star: setStar, act, canAct, save, open }) {
  const props = { class: "iw-onpic", tabindex: "-1" };
  const star = starButton({ class: "iw-onpic iw-tile__star", tabindex: "-1", onclick: setStar });
  const listened = ["edit", "vary"].map((action) => {
    const { label, icon: name, key } = LISTENED[action];
    return [action, iconButton(name, label, { key, ...props, onclick: () => act(action) })];
  });
  const el = h("div", { class: "iw-tile__acts" },
    open && iconButton("expand", "Open", { key: "Enter", ...props, onclick: open }),
    ...listened.map(([, button]) => button),
    iconButton("download", "Download", { key: "D", ...props, onclick: save }));
  const draw = () => {
    for (const [action, button] of listened) button.hidden = !canAct(action);
  };
  draw();
  return {
    el,
    star: star.el,
    draw,
    mark({ starred, current }) {
      star.draw(starred);
      for (const button of [star.el, ...el.children]) button.tabIndex = current ? 0 : -1;
    },
  };
}
