/** One call's trace: its attempts, the statements that ran, and the policy's text beside them. */

import { byId, element } from "./element.js";
import { clip, counted, duration, timeOfDay, wait } from "./format.js";
import { kindOfOutcome, statusOfCall } from "./outcomes.js";
import { selectLine, showPolicy } from "./policy-text.js";
import { get } from "./server.js";

const LONGEST = 4000; // characters of a value

export class TraceDialog {
  #asked = 0;

  constructor() {
    this.dialog = byId("trace");
    byId("trace-close").addEventListener("click", () => this.dialog.close());
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close(); // beside it
    });
    this.dialog.addEventListener("close", () => {
      if (document.activeElement === document.body) byId("calls-heading").focus(); // the row has gone
    });
  }

  /** @param {import("./feed.js").Call} call */
  async open(call) {
    const asked = ++this.#asked;
    byId("trace-heading").textContent = `Call ${call.number}`;
    this.#say("Loading the trace…");
    if (!this.dialog.open) this.dialog.showModal();
    byId("trace-heading").focus();
    try {
      const trace = await get(`/traces/${encodeURIComponent(call.id)}`);
      if (asked === this.#asked) this.#show(trace, call);
    } catch (error) {
      if (asked === this.#asked) this.#say(error.message);
    }
  }

  #say(message) {
    byId("trace-message").textContent = message;
    byId("trace-message").hidden = message === "";
    byId("trace-body").hidden = message !== "";
  }

  #show(trace, call) {
    this.#say("");
    byId("trace-heading").textContent = headingOf(trace, call);
    byId("trace-story").replaceChildren(attempts(trace), statements(trace), headers(trace));
    showPolicy(trace.policy, trace.lines);
    byId("trace-story").scrollTop = 0;
  }
}

function headingOf(trace, call) {
  const ended = trace.duration !== null;
  const missed = ended && call.outcome === ""; // the list has not heard of the end
  const status = missed ? (trace.status ?? "no answer") : statusOfCall(call);
  const took = ended ? ` in ${duration(trace.duration)}` : "";
  return `Call ${trace.number}, ${timeOfDay(trace.at)} → ${status}${took}: ${clip(trace.method, 10)} ${clip(trace.url, 160)}`;
}

function attempts(trace) {
  const items = trace.attempts.map((attempt) => {
    const outcome = element("span", { class: `mark ${kindOfOutcome(attempt.outcome)}` }, clip(attempt.outcome, 60) || "under way");
    const times = [attempt.took !== null && `in ${duration(attempt.took)}`, attempt.waited > 0 && `after a wait of ${wait(attempt.waited)}`,
      attempt.retry_after && `Retry-After ${wait(attempt.retry_after)}`];
    const line = element("p", { class: "row" }, element("b", {}, clip(attempt.backend, 120)), outcome, element("span", { class: "hint" }, times.filter(Boolean).join(", ")));
    return element("li", {}, line, element("p", { class: "why" }, clip(attempt.why ?? "", LONGEST)));
  });
  const none = element("p", { class: "empty" }, "No backend was asked.");
  return part(counted(items.length, "attempt"), items.length ? element("ol", { class: "attempts" }, ...items) : none);
}

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

function value({ name, expression, value: outcome, line }) {
  const tone = ["true", "false"].includes(outcome) ? `is-${outcome}` : null;
  const text = element("button", { type: "button", class: "value", title: `line ${line}` },
    `${clip(name, 80)} = `, element("b", { class: tone }, clip(String(outcome), LONGEST)));
  if (expression) text.append(element("code", { class: "expression" }, clip(expression, LONGEST)));
  text.addEventListener("click", () => selectLine(line));
  return text;
}

function note(text) {
  return element("p", { class: "note" }, clip(text, LONGEST));
}

function headers(trace) {
  const parts = [["Request headers", trace.request?.headers], ["Response headers", trace.response?.headers]];
  const details = parts.filter(([, list]) => list?.length).map(([title, list]) =>
    element("details", {}, element("summary", {}, title),
      element("dl", { class: "headers" }, ...list.flatMap(([name, text]) => [
        element("dt", {}, clip(name, 200)), element("dd", {}, clip(text, LONGEST))]))));
  return element("div", {}, ...details);
}

function part(title, content) {
  return element("section", {}, element("h3", {}, title), content);
}
