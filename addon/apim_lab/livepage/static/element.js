/** Builds DOM elements from data that nobody vouches for: strings become text, never markup. */

/**
 * @param {string} name of the tag
 * @param {Object<string, string | number | boolean | null | undefined>} attributes false, null and undefined are left out
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    made.setAttribute(attribute, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  return document.getElementById(id);
}

/** Writes a text only if it differs: an unchanged text node costs no layout. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
