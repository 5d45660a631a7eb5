// The bar at the top: which view is in sight, which of them is at work, and where requests go.

const VIEWS = {
  create: { label: "Create", icon: "spark", form: "form" },
  edit: { label: "Edit", icon: "edit", form: "edit_form" },
  variations: { label: "Variations", icon: "vary", form: "vary_form" },
  history: { label: "History", icon: "history" },
};

/** What is put after the name of a view whose form is at work, or has something to say. */
function tabState(studio, name, form) {
  const el = h("span", { class: "iw-studio-tab__state" });
  let number = 0; // of the run that was told last
  studio.children.follow(form, ["_run", "_problem", "_report"], (model) => {
    const running = Boolean(model.get("_run").number);
    const failed = Boolean(model.get("_problem").headline);
    el.replaceChildren();
    if (running) el.append(h("span", { class: "iw-spin" }), h("span", { class: "iw-sr" }, "at work"));
    else if (failed && studio.tab !== name) el.append(icon("warning"), h("span", { class: "iw-sr" }, "did not go well"));
    el.classList.toggle("is-failed", !running && failed);
    const run = model.get("_run").number ?? 0;
    if (run) number = run;
    else if (number && studio.tab !== name) {
      number = 0; // what happens out of sight is told here; in sight, the form does
      studio.announce(`${VIEWS[name].label}: ${model.get("_problem").headline ?? model.get("_report").text ?? ""}`);
    }
  });
  return el;
}

/** @param {Studio} studio */
function tabList(studio) {
  const tabs = Object.entries(VIEWS).map(([name, { label, icon: drawing, form }]) =>
    h(
      "button",
      {
        type: "button", role: "tab", id: `${studio.uid}-tab-${name}`, "aria-controls": `${studio.uid}-${name}`,
        "data-tab": name, onclick: () => studio.go(name),
      },
      icon(drawing), label, form && tabState(studio, name, form),
    ));
  const onkeydown = (event) => {
    const place = tabs.indexOf(event.target.closest("button"));
    const next = {
      ArrowLeft: place - 1, ArrowRight: (place + 1) % tabs.length, Home: 0, End: tabs.length - 1,
    }[event.key];
    if (next === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    studio.go(tabs.at(next).dataset.tab);
    tabs.at(next).focus();
  };
  const el = h("div", { class: "iw-studio-tabs", role: "tablist", "aria-label": "Studio views", onkeydown }, ...tabs);
  studio.follow(["tab"], () => {
    for (const tab of tabs) {
      const chosen = tab.dataset.tab === studio.tab;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      if (chosen) tab.querySelector(".is-failed")?.replaceChildren(); // it can be read now
    }
  });
  return el;
}

/** Where requests go; a click tells more, and what to do about it. @returns {HTMLElement[]} the chip, and what it opens */
function destinationChip(studio) {
  const id = `${studio.uid}-destination`;
  const chip = h("button", {
    type: "button", class: "iw-dest", title: "Where requests go", "aria-controls": id, "aria-expanded": "false",
  });
  const info = h("div", { class: "iw-alert iw-alert--note iw-studio-note", id, hidden: true });
  const show = (open) => {
    const inside = info.contains(studio.focused);
    info.hidden = !open;
    chip.setAttribute("aria-expanded", String(open));
    if (inside) chip.focus();
  };
  chip.addEventListener("click", () => show(info.hidden));
  info.addEventListener("keydown", (event) => event.key === "Escape" && show(false));
  studio.children.follow("form", ["_destination"], (model) => {
    const { icon: name, name: who, detail } = model.get("_destination");
    chip.replaceChildren(icon(name), h("b", {}, who), detail ? h("span", { class: "iw-studio-where" }, `· ${detail}`) : "");
    const text = name === "offline"
      ? "Pictures are made on this machine by the embedded sketch engine: nothing to pay, nothing leaves it."
      : `Prompts and pictures are sent to ${detail || who}.`;
    const sketch = () => {
      show(false);
      studio.send("use_sketch_engine");
    };
    info.replaceChildren(
      icon(name),
      h("p", {}, text, " To send elsewhere, call ", h("code", {}, "iw.configure(…)"), " or set ", h("code", {}, "studio.client"), "."),
      name === "offline" ? "" : h("button", { type: "button", class: "iw-btn iw-btn--sm", onclick: sketch }, icon("offline"), "Use the sketch engine"),
      iconButton("close", "Close", { key: "Esc", class: "iw-ib iw-ib--sm", onclick: () => show(false) }),
    );
  });
  return [chip, info];
}

/** What Python has to say to the person. */
function noticeBar(studio) {
  const words = h("p", {});
  const away = iconButton("close", "Close", { class: "iw-ib iw-ib--sm", onclick: () => studio.send("dismiss") });
  const el = h("div", { class: "iw-alert iw-alert--error iw-studio-note", role: "alert" }, icon("warning"), words, away);
  studio.follow(["_notice"], () => {
    words.textContent = studio.model.get("_notice");
    el.hidden = !words.textContent;
  });
  return el;
}
