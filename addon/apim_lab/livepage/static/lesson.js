/** The lesson that runs: what to watch, its steps as they come, and the question at its end. */

import { byId, control, element, setText } from "./element.js";
import { act } from "./server.js";

const EDGE = 11; // pixels below what is newest
/** @typedef {import("../messages.js").Lesson} Lesson */
/** @typedef {import("../messages.js").Step} Step */

/** @type {Object<string, string>} */
const STATES = { running: "running", passed: "passed", failed: "failed", stopped: "stopped" };

export class LessonPanel {
  #id = "";
  /** @type {StepLine[]} */
  #steps = [];

  constructor() {
    byId("lesson-leave").addEventListener("click", () => {
      act("DELETE", `/lessons?id=${this.#id}`, {}, "The lesson is left");
    });
    byId("lesson-reveal").addEventListener("click", () => {
      this.#reveal(byId("lesson-answer").hidden !== false);
      byId("lesson-question").scrollIntoView({ block: "nearest" });
    });
  }

  /** @param {Lesson | null} lesson */
  set(lesson) {
    if (lesson === null) {
      this.#leave();
      return;
    }
    byId("lesson").hidden = false;
    this.#begin(lesson);
    setText(byId("lesson-heading"), `${lesson.number}. ${lesson.title}`);
    setText(byId("lesson-watch"), lesson.watch);
    setText(byId("lesson-question-text"), lesson.question);
    setText(byId("lesson-answer"), lesson.answer);
    setText(byId("lesson-state"), STATES[lesson.state] ?? "");
    byId("lesson-state").dataset.state = STATES[lesson.state] ?? "";
    this.#showSteps(lesson.steps);
    const ended = lesson.state !== "running";
    byId("lesson-stays").hidden = !ended;
    this.#ask(ended && lesson.question !== "");
  }

  #leave() {
    const panel = byId("lesson");
    if (panel.contains(document.activeElement)) control(byId("lessons", HTMLFormElement), "lesson", HTMLSelectElement).focus();
    panel.hidden = true;
    this.#id = "";
  }

  /** @param {Lesson} lesson */
  #begin(lesson) {
    if (lesson.id === this.#id) return;
    this.#id = lesson.id;
    this.#steps = [];
    byId("lesson-steps").replaceChildren();
    this.#reveal(false);
  }

  /** @param {Step[]} steps */
  #showSteps(steps) {
    const before = this.#steps.length;
    steps.forEach((step, index) => {
      const line = this.#steps[index] ?? this.#append();
      line.set(step);
    });
    const newest = this.#steps.at(-1);
    if (newest && this.#steps.length > before) followDown(newest.element);
  }

  #append() {
    const line = new StepLine();
    this.#steps.push(line);
    byId("lesson-steps").append(line.element);
    return line;
  }

  /** @param {boolean} now */
  #ask(now) {
    const question = byId("lesson-question");
    const appears = now && question.hidden;
    question.hidden = !now;
    if (appears) followDown(question);
  }

  /** @param {boolean} shown */
  #reveal(shown) {
    byId("lesson-answer").hidden = !shown;
    byId("lesson-reveal").setAttribute("aria-expanded", String(shown));
    setText(byId("lesson-reveal"), shown ? "Hide the answer" : "Show the answer");
  }
}

class StepLine {
  #mark = element("span", { class: "step-mark" });
  #text = element("span");
  element = element("li", {}, this.#mark, this.#text);

  /** @param {Step} step */
  set({ kind, text, ok }) {
    const outcome = ok === null ? "open" : ok ? "ok" : "failed";
    this.element.className = kind === "check" ? `step check ${outcome}` : `step ${kind === "do" ? "do" : "say"}`;
    setText(this.#mark, kind === "check" ? { open: "check", ok: "ok", failed: "failed" }[outcome] : "");
    setText(this.#text, text);
  }
}

/** Keeps what is newest in view, without moving the page. @param {HTMLElement} part */
function followDown(part) {
  const body = byId("lesson-body");
  body.scrollTop = Math.max(body.scrollTop, part.offsetTop + part.offsetHeight + EDGE - body.clientHeight);
}
