/** A policy's text with its lines numbered, and what happened on each of them in one call. */

import { byId, element } from "./element.js";
import { clip } from "./format.js";

const LONGEST = 2000; // characters of a line
/** @type {Object<string, string>} */
const WORDS = { ran: "ran", true: "true", false: "false", error: "error" };

/**
 * @param {import("../messages.js").Policy | null} policy
 * @param {Object<string, string>} happened by line number: ran, true, false or error
 */
export function showPolicy(policy, happened) {
  byId("policy-heading").textContent = policy?.name ?? "No policy ran";
  const lines = policy ? policy.text.split(/\r?\n/) : [];
  const list = byId("policy-text");
  const narrowed = narrowing(lines);
  list.replaceChildren(...lines.map((text, index) => line(text, narrowed, happened[index + 1])));
  list.scrollTop = 0;
  const first = list.querySelector("li[class]");
  if (first) list.scrollTop = first.getBoundingClientRect().top - list.getBoundingClientRect().top;
}

/** Scrolls to a line and marks it. @param {number} number */
export function selectLine(number) {
  const list = byId("policy-text");
  list.querySelector(".selected")?.classList.remove("selected");
  const selected = list.children[number - 1];
  if (!selected) return;
  selected.classList.add("selected");
  selected.scrollIntoView({ block: "center" });
}

/** By what to multiply the indentation, so that a level of it takes two columns at most. @param {string[]} lines */
function narrowing(lines) {
  const level = Math.min(...lines.map(indentOf).filter(Boolean));
  return Math.min(1, 2 / level);
}

/** @param {string} text */
function indentOf(text) {
  return text.search(/\S|$/);
}

/** @param {string} text @param {number} narrowed @param {string} [what] happened */
function line(text, narrowed, what = "") {
  const word = Object.hasOwn(WORDS, what) ? WORDS[what] : "";
  const code = element("code", {}, clip(text.trimStart(), LONGEST));
  code.style.setProperty("--indent", String(indentOf(text) * narrowed));
  return element("li", { class: word ? `line-${word}` : null }, element("span", { class: "line-mark" }, word), code);
}
