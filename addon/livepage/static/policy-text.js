/** A policy's text with its lines numbered, and what happened on each of them in one call. */

import { byId, element } from "./element.js";
import { clip } from "./format.js";

const LONGEST = 2000; // characters of a line
const WORDS = { ran: "ran", true: "true", false: "false", error: "error" };

/**
 * @param {{name: string, text: string} | null} policy
 * @param {Object<string, "ran" | "true" | "false" | "error">} happened by line number
 */
export function showPolicy(policy, happened) {
  byId("policy-heading").textContent = policy?.name ?? "No policy ran";
  const lines = policy ? policy.text.split(/\r?\n/) : [];
  const list = byId("policy-text");
  list.replaceChildren(...lines.map((text, index) => line(text, happened[index + 1])));
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

function line(text, what) {
  const word = Object.hasOwn(WORDS, what ?? "") ? WORDS[what] : "";
  const code = element("code", {}, clip(text.trimStart(), LONGEST));
  code.style.setProperty("--indent", String(text.search(/\S|$/)));
  return element("li", { class: word ? `line-${word}` : null }, element("span", { class: "line-mark" }, word), code);
}
