// The page at "/": the theme of the system, the form, and the buttons that copy. No framework, nothing from elsewhere.

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => { document.documentElement.dataset.jpThemeLight = String(!dark.matches); };
follow(); // before anything is painted: this script stands in the head
dark.addEventListener("change", follow);

/** @param {string} id @returns {any} */
const at = (id) => document.getElementById(id);

document.addEventListener("DOMContentLoaded", () => {
  const models = JSON.parse(at("models").textContent);
  const fill = () => {
    const before = at("size").value;
    const { sizes } = models[at("model").value];
    at("size").replaceChildren(...sizes.map((size) => new Option(size.replace("x", " × "), size)));
    at("size").value = sizes.includes(before) ? before : sizes.includes("512x512") ? "512x512" : sizes[0];
  };
  fill();
  at("model").addEventListener("change", fill);
  at("try").addEventListener("submit", (event) => {
    event.preventDefault();
    generate(models[at("model").value]);
  });
  at("prompt").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      at("try").requestSubmit();
    }
  });
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.addEventListener("click", () => copy(button));
  }
});

/** Ask for a picture, and show it as it comes. */
async function generate(model) {
  if (at("go").disabled) return;
  at("go").disabled = true;
  at("error").hidden = true;
  at("status").textContent = "Generating …";
  const started = performance.now();
  try {
    const body = { model: at("model").value, prompt: at("prompt").value, size: at("size").value };
    if (model.format) body.response_format = "b64_json";
    if (model.streams) Object.assign(body, { stream: true, partial_images: 3 });
    const headers = { "Content-Type": "application/json" };
    if (at("key")) headers.Authorization = `Bearer ${at("key").value}`;
    const answer = await fetch("v1/images/generations", { method: "POST", headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error((await answer.json()).error.message);
    if (answer.headers.get("content-type").startsWith("text/event-stream")) {
      for await (const event of events(answer.body)) show(event, body.prompt);
    } else {
      show((await answer.json()).data[0], body.prompt);
    }
    at("status").textContent = `Finished in ${((performance.now() - started) / 1000).toFixed(1)} s.`;
  } catch (error) {
    at("status").textContent = "";
    at("error").textContent = error instanceof TypeError ? "The server cannot be reached. Is it still running?" : error.message;
    at("error").hidden = false;
  } finally {
    at("go").disabled = false;
  }
}

/** Yield the events of a stream, each parsed. An error in it is thrown. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let text = ""; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const event = JSON.parse(part.slice(part.indexOf("data: ") + 6));
      if (event.error) throw new Error(event.error.message);
      yield event;
    }
  }
}

/** Show a picture, unfinished or finished. */
function show(item, prompt) {
  const unfinished = item.type?.endsWith("partial_image");
  at("picture").src = `data:image/png;base64,${item.b64_json}`;
  at("picture").alt = `${unfinished ? "Unfinished picture" : "Picture"}: ${prompt}`;
  at("caption").textContent = unfinished ? "Not finished yet" : item.revised_prompt ?? prompt;
  at("picture").hidden = false;
  at("empty").hidden = true;
}

/** Copy the text of the element that a button names; it says so until another one copies. */
async function copy(button) {
  for (const other of document.querySelectorAll("[data-copy]")) other.firstChild.textContent = "Copy";
  const label = button.firstChild;
  try {
    await navigator.clipboard.writeText(at(button.dataset.copy).textContent);
    label.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(at(button.dataset.copy)); // no clipboard without https: Ctrl+C does it
    label.textContent = "Selected";
  }
}
