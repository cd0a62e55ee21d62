/** One call's trace: its attempts, the statements that ran, and the policy's text beside them. */

import { byId, element } from "./element.js";
import { clip, counted, duration, timeOfDay, wait } from "./format.js";
import { kindOfOutcome, statusOfCall } from "./outcomes.js";
import { selectLine, showPolicy } from "./policy-text.js";
import { get, messageOf } from "./server.js";

/**
 * @typedef {import("../messages.js").Call} Call
 * @typedef {import("../messages.js").Trace} Trace
 */

const LONGEST = 4000; // characters of a value

export class TraceDialog {
  #asked = 0;

  constructor() {
    this.dialog = byId("trace", HTMLDialogElement);
    byId("trace-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close(); // beside it
    });
    this.dialog.addEventListener("close", () => {
      if (document.activeElement === document.body) byId("calls-heading").focus(); // the row has gone
    });
  }

  /** @param {Call} call */
  async open(call) {
    const asked = ++this.#asked;
    byId("trace-heading").textContent = `Call ${call.number}`;
    this.#say("Loading the trace…");
    if (!this.dialog.open) this.dialog.showModal();
    byId("trace-heading").focus();
    try {
      /** @type {Trace} */
      const trace = await get(`/traces/${encodeURIComponent(call.id)}`);
      if (asked === this.#asked) this.#show(trace, call);
    } catch (error) {
      if (asked === this.#asked) this.#say(messageOf(error));
    }
  }

  /** @param {string} message */
  #say(message) {
    byId("trace-message").textContent = message;
    byId("trace-message").hidden = message === "";
    byId("trace-body").hidden = message !== "";
  }

  /** @param {Trace} trace @param {Call} call */
  #show(trace, call) {
    this.#say("");
    byId("trace-heading").textContent = headingOf(trace, call);
    byId("trace-story").replaceChildren(attempts(trace), statements(trace), headers(trace));
    showPolicy(trace.policy, trace.lines);
    byId("trace-story").scrollTop = 0;
  }
}

/** @param {Trace} trace @param {Call} call */
function headingOf(trace, call) {
  const missed = trace.duration !== null && call.outcome === ""; // the list has not heard of the end
  const status = missed ? (trace.status ?? "no answer") : statusOfCall(call);
  const took = trace.duration !== null ? ` in ${duration(trace.duration)}` : "";
  return `Call ${trace.number}, ${timeOfDay(trace.at)} → ${status}${took}: ${clip(trace.method, 10)} ${clip(trace.url, 160)}`;
}

/** @param {Trace} trace */
function attempts(trace) {
  const items = trace.attempts.map((attempt) => {
    const outcome = element("span", { class: `mark ${kindOfOutcome(attempt.outcome)}` }, clip(attempt.outcome, 60) || "under way");
    const times = [attempt.took !== null && `in ${duration(attempt.took)}`, attempt.waited > 0 && `after a wait of ${wait(attempt.waited)}`,
      attempt.retry_after && `Retry-After ${wait(attempt.retry_after)}`];
    const line = element("p", { class: "row" }, element("b", {}, clip(attempt.backend, 120)), outcome, element("span", { class: "hint" }, times.filter(Boolean).join(", ")));
    return element("li", {}, line, element("p", { class: "why" }, clip(attempt.why, LONGEST)));
  });
  const none = element("p", { class: "empty" }, "No backend was asked.");
  return part(counted(items.length, "attempt"), items.length ? element("ol", { class: "attempts" }, ...items) : none);
}

/** @param {Trace} trace */
function statements(trace) {
  const list = element("ol", { class: "entries" });
  let section = "";
  for (const entry of trace.entries) {
    if (entry.section !== section) list.append(element("li", { class: "section-name" }, clip(entry.section, 60)));
    section = entry.section;
    list.append(statement(entry));
  }
  return part("Statements", list);
}

/** @param {import("../messages.js").Entry} entry */
function statement(entry) {
  const button = element("button", { type: "button", class: "statement", title: clip(entry.path, 300) },
    element("span", { class: "line-number" }, String(entry.line)), element("code", {}, clip(entry.name, 120)),
    element("span", { class: "hint" }, duration(entry.took)));
  button.addEventListener("click", () => selectLine(entry.line));
  const item = element("li", {}, button, ...entry.values.map(value), ...entry.notes.map(note));
  if (entry.error) item.append(element("p", { class: "error-text" }, clip(entry.error, LONGEST)));
  item.style.setProperty("--depth", String(Math.min(entry.depth, 8)));
  return item;
}

/** @param {import("../messages.js").TracedValue} traced */
function value({ name, expression, value: outcome, line }) {
  const tone = ["true", "false"].includes(outcome) ? `is-${outcome}` : null;
  const text = element("button", { type: "button", class: "value", title: `line ${line}` },
    `${clip(name, 80)} = `, element("b", { class: tone }, clip(outcome, LONGEST)));
  if (expression) text.append(element("code", { class: "expression" }, clip(expression, LONGEST)));
  text.addEventListener("click", () => selectLine(line));
  return text;
}

/** @param {string} text */
function note(text) {
  return element("p", { class: "note" }, clip(text, LONGEST));
}

/** @param {Trace} trace */
function headers({ request, response }) {
  return element("div", {}, ...fields("Request headers", request.headers), ...fields("Response headers", response?.headers ?? []));
}

/** @param {string} title @param {import("../messages.js").Header[]} list */
function fields(title, list) {
  if (!list.length) return [];
  const rows = list.flatMap(([name, text]) => [element("dt", {}, clip(name, 200)), element("dd", {}, clip(text, LONGEST))]);
  return [element("details", {}, element("summary", {}, title), element("dl", { class: "headers" }, ...rows))];
}

/** @param {string} title @param {HTMLElement} content */
function part(title, content) {
  return element("section", {}, element("h3", {}, title), content);
}
