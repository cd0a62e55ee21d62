/** What became of an attempt or a call, as one of four kinds: each has a colour and a shape of its own. */

/** @typedef {"ok" | "throttled" | "error" | "underway"} Kind */

/** @type {Kind[]} the kinds that end, in the order in which they are stacked */
export const ENDED = ["ok", "throttled", "error"];

export const WORDS = { ok: "answered", throttled: "throttled", error: "failed", underway: "under way" };

/** @param {string} outcome an attempt's: a status, the name of an error, or "" @returns {Kind} */
export function kindOfOutcome(outcome) {
  if (outcome === "") return "underway";
  if (outcome === "429") return "throttled";
  return /^[23]\d\d$/.test(outcome) ? "ok" : "error";
}

/** @param {{status: number | null, outcome: string}} call @returns {Kind} */
export function kindOfCall(call) {
  if (call.outcome === "") return "underway";
  if (call.outcome === "gone") return "error";
  return kindOfOutcome(call.status === null ? call.outcome : String(call.status));
}

/** @param {import("../messages.js").Call} call @returns {string} "200", "429 refused", "gone" */
export function statusOfCall(call) {
  if (!call.outcome) return call.waiting ? "waiting" : "under way";
  const own = call.outcome === "answered" ? "" : call.outcome;
  return [call.status, own].filter(Boolean).join(" ");
}
