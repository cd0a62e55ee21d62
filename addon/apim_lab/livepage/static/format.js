/** How durations, times and paths are written on the page. */

/** @param {number | null} value in seconds @returns {string} "0.4 ms", "30 ms", "1.25 s", "12.3 s" */
export function duration(value) {
  if (value === null || value === undefined) return "";
  if (value < 0.001) return `${(value * 1000).toFixed(2)} ms`;
  if (value < 0.01) return `${(value * 1000).toFixed(1)} ms`;
  if (value < 0.9995) return `${Math.round(value * 1000)} ms`;
  return `${value.toFixed(value < 9.995 ? 2 : 1)} s`;
}

/** @param {number} value in seconds @returns {string} "10 s", "2.5 s": at most one decimal */
export function wait(value) {
  return `${Math.round(value * 10) / 10} s`;
}

/** @param {number} at in seconds since 1970 @returns {string} the local "14:03:22" */
export function timeOfDay(at) {
  const date = new Date(at * 1000);
  /** @param {number} number */
  const two = (number) => String(number).padStart(2, "0");
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":");
}

/** @param {string} path @returns {string} its last three segments, without a query */
export function shortPath(path) {
  const segments = path.split("?", 1)[0].split("/").filter(Boolean);
  const last = segments.slice(-3).join("/");
  return clip(segments.length > 3 ? `…/${last}` : `/${last}`, 120);
}

// Control characters, and those that turn the direction of what follows them.
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text that somebody sent, fit to be shown. @param {string} text @param {number} length @returns {string} */
export function clip(text, length) {
  const short = text.length > length ? `${text.slice(0, length - 1)}…` : text;
  return short.replace(UNPRINTABLE, "\ufffd");
}

/** @param {number} count @param {string} noun @returns {string} "1 call", "2 calls" */
export function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
