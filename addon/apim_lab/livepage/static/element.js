/** Builds DOM elements from data that nobody vouches for: strings become text, never markup. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} name of the tag
 * @param {Object<string, string | number | boolean | null | undefined>} attributes false, null and undefined are left out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
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

/**
 * @template {HTMLElement} [Kind=HTMLElement]
 * @param {string} id
 * @param {new () => Kind} [kind]
 * @returns {Kind}
 * @throws {TypeError} if the page has no such element
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!found || (kind && !(found instanceof kind))) throw new TypeError(`the page has no ${kind?.name ?? "element"} #${id}`);
  return /** @type {Kind} */ (found);
}

/**
 * @template {Element} Kind
 * @param {HTMLFormElement} form
 * @param {string} name
 * @param {new () => Kind} kind
 * @returns {Kind}
 * @throws {TypeError} if the form has no such control
 */
export function control(form, name, kind) {
  const found = form.elements.namedItem(name);
  if (!(found instanceof kind)) throw new TypeError(`the form #${form.id} has no ${kind.name} ${name}`);
  return found;
}

/**
 * Writes a text only if it differs: an unchanged text node costs no layout.
 *
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
