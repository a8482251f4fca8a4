// What the page says besides pictures.

const $ = (id) => document.getElementById(id);

export class Problem extends Error {
  constructor(message, lines) {
    super(message);
    this.lines = lines;
  }
}

/** Runs what may fail, and shows why it did. */
export async function act(what) {
  try {
    await what();
  } catch (error) {
    problem(error.message ?? String(error), error.lines);
  }
}

function say(kind, text, lines = []) {
  const box = document.createElement("div");
  box.className = `message ${kind}`;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  const paragraph = document.createElement("p");
  paragraph.textContent = text;
  box.append(paragraph);
  if (lines.length > 0) {
    const list = document.createElement("ul");
    list.append(...lines.map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    box.append(list);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon";
  close.ariaLabel = "Close";
  close.append($("forget").firstElementChild.cloneNode(true));
  close.addEventListener("click", () => box.remove());
  box.append(close);
  $("messages").append(box);
}

export const note = (text) => say("note", text);

export function problem(text, lines) {
  for (const box of document.querySelectorAll(".message.error")) {
    box.remove();
  }
  progress(null);
  // A sentence begins with a capital letter, but a file's name stays as it is.
  const start = /^\w+[ :]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
  say("error", /[.…?]$/.test(text) ? start : `${start}.`, lines);
}

export function clear() {
  $("messages").replaceChildren();
}

export function progress(text, share) {
  let box = $("progress");
  if (text === null) {
    box?.remove();
    return;
  }
  if (!box) {
    box = document.createElement("div");
    box.id = "progress";
    box.className = "message note";
    box.append(document.createElement("p"), document.createElement("progress"));
    $("messages").append(box);
  }
  box.firstChild.textContent = text;
  if (share === null) {
    box.lastChild.removeAttribute("value");
  } else {
    box.lastChild.value = share;
  }
}
