/** What the lanes show, in a sentence for those who do not see them. */

import { byId, setText } from "./element.js";
import { counted } from "./format.js";
import { ELSEWHERE, GATEWAY } from "./history.js";
import { ENDED, WORDS } from "./outcomes.js";

const PAUSE = 5000; // milliseconds; a screen reader needs the time to say it

/**
 * @typedef {{density: import("./density.js").Density, since: number, span: number, backends: string[]}} View
 */

/**
 * @param {() => View} view
 * @returns {() => void} to be called when something happened
 */
export function summarize(view) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const tell = () => {
    timer = undefined;
    setText(byId("summary"), sentence(view()));
  };
  return () => {
    timer ??= setTimeout(tell, PAUSE);
  };
}

/** @param {View} view */
function sentence({ density, since, span, backends }) {
  const lanes = [[GATEWAY, "The gateway itself"], ...backends.map((id) => [id, id]), [ELSEWHERE, "Elsewhere"]];
  const parts = lanes.map(([lane, name]) => ofLane(name, density.since(lane, since))).filter(Boolean);
  return parts.length ? `In the last ${span} seconds: ${parts.join("; ")}.` : "";
}

/** @param {string} name @param {import("./density.js").Slice[]} slices */
function ofLane(name, slices) {
  const counts = ENDED.map((kind, index) => ({ kind, count: slices.reduce((sum, slice) => sum + slice.counts[index], 0) }));
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  if (!total) return "";
  const outcomes = counts.filter(({ count }) => count).map(({ count, kind }) => `${count} ${WORDS[kind]}`);
  return `${name}: ${counted(total, "attempt")}, ${outcomes.join(", ")}`;
}
