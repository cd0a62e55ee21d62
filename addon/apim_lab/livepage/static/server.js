/** Requests to the page's server, and the line in which their outcome is told. */

import { byId } from "./element.js";

const DONE_STAYS = 8000; // milliseconds
const FAILED_STAYS = 20000;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @typedef {"POST" | "PATCH" | "DELETE"} Method */

/**
 * @template Answer
 * @param {string} path
 * @returns {Promise<Answer>} as the server promises it for the path
 * @throws {Error} with the server's message
 */
export async function get(path) {
  return read(await fetch(path));
}

/**
 * @param {Method} method
 * @param {string} path
 * @param {Object} body
 * @throws {Error} with the server's message
 */
export async function write(method, path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return read(await fetch(path, { method, headers, body: JSON.stringify(body) }));
}

/**
 * Writes, and tells what came of it.
 *
 * @param {Method} method
 * @param {string} path
 * @param {Object} body
 * @param {string} done what to say when it succeeded
 */
export async function act(method, path, body, done) {
  try {
    await write(method, path, body);
    report(done);
  } catch (error) {
    report(messageOf(error), true);
  }
}

/** @param {unknown} error @returns {string} */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** Tells it for a while. @param {string} text @param {boolean} failed */
export function report(text, failed = false) {
  show(text, failed);
  clearTimeout(timer);
  timer = setTimeout(() => show("", false), failed ? FAILED_STAYS : DONE_STAYS);
}

/** @param {string} text @param {boolean} failed */
function show(text, failed) {
  const line = byId("report");
  line.textContent = text;
  line.title = text;
  line.classList.toggle("failed", failed);
}

/** @param {Response} response */
async function read(response) {
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? `The page's server answered ${response.status}`);
  return answer;
}
