/** How a key is called. The gateway tells its short hash; a lesson knows the names of those that it speaks of. */

/** @type {Map<string, string>} */
let names = new Map();

/** @param {Object<string, string>} keys names by short hash */
export function nameKeys(keys) {
  names = new Map(Object.entries(keys));
}

/** @param {string} hash @returns {string} its name, or the hash itself */
export function nameOfKey(hash) {
  return names.get(hash) ?? hash;
}
