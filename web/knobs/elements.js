// Small pieces that the form is made of.

/** An element with properties and children. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A button with a sign on it, and what it does in words. */
export function sign(text, label, act) {
  const made = element("button", { type: "button", className: "sign", textContent: text, title: label, ariaLabel: label });
  made.addEventListener("click", act);
  return made;
}

/** A menu of values, each with what it shows. */
export function menu(properties, choices) {
  return element("select", properties, ...choices.map(([value, shown]) => new Option(shown, value)));
}
