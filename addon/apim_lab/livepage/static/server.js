/** Requests to the page's server, and the line in which their outcome is told. */

import { byId } from "./element.js";

const DONE_STAYS = 8000; // milliseconds
const FAILED_STAYS = 20000;

let timer = 0;

/** @param {string} path @returns {Promise<any>} @throws {Error} with the server's message */
export async function get(path) {
  return read(await fetch(path));
}

/** @param {"POST" | "PATCH" | "DELETE"} method @throws {Error} with the server's message */
export async function write(method, path, body = {}) {
  const headers = { "Content-Type": "application/json" };
  return read(await fetch(path, { method, headers, body: JSON.stringify(body) }));
}

/**
 * Writes, and tells what came of it.
 *
 * @param {string} done what to say when it succeeded
 */
export async function act(method, path, body, done) {
  try {
    await write(method, path, body);
    report(done);
  } catch (error) {
    report(error.message, true);
  }
}

/** Tells it for a while. @param {string} text @param {boolean} failed */
export function report(text, failed = false) {
  show(text, failed);
  clearTimeout(timer);
  timer = setTimeout(() => show("", false), failed ? FAILED_STAYS : DONE_STAYS);
}

function show(text, failed) {
  const line = byId("report");
  line.textContent = text;
  line.title = text;
  line.classList.toggle("failed", failed);
}

async function read(response) {
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? `The page's server answered ${response.status}`);
  return answer;
}
