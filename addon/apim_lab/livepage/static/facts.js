/** What is told of an attempt that a reader points at. It is read out, so it does not run with the time. */

import { clip, counted, duration, shortPath, timeOfDay, wait } from "./format.js";
import { nameOfKey } from "./keys.js";
import { statusOfCall } from "./outcomes.js";

/** @param {import("./history.js").Mark} mark @returns {string[]} lines */
export function facts(mark) {
  const { call } = mark;
  const lines = [`Call ${call.number}: ${clip(call.method, 10)} ${clip(shortPath(call.path), 60)}`];
  lines.push(mark.attempt ? ofTheAttempt(mark, mark.attempt) : ofTheGateway(call));
  if (mark.attempt?.waited) lines.push(`after a wait of ${wait(mark.attempt.waited)}`);
  if (mark.attempt?.retry_after) lines.push(`told to come back after ${wait(mark.attempt.retry_after)}`);
  if (call.key) lines.push(`key ${clip(nameOfKey(call.key), 24)}`);
  if (call.tokens) lines.push(`${counted(call.tokens.input, "token")} in, ${call.tokens.output} out`);
  return lines;
}

/** @param {import("../messages.js").Call} call */
function ofTheGateway(call) {
  return call.by ? `${statusOfCall(call)} by ${clip(call.by, 40)}` : statusOfCall(call);
}

/** @param {import("./history.js").Mark} mark @param {import("../messages.js").Attempt} attempt */
function ofTheAttempt(mark, attempt) {
  const { call } = mark;
  const which = `attempt ${call.attempts.indexOf(attempt) + 1} of ${call.attempts.length}`;
  const took = mark.end === null ? `under way since ${timeOfDay(mark.at)}` : `${mark.label} in ${duration(attempt.took)}`;
  return `${clip(attempt.backend, 40)}, ${which}: ${took}`;
}
