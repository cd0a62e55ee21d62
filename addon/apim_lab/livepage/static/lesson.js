/** The lesson that runs: what to watch, its steps as they come, and the question at its end. */

import { byId, element, setText } from "./element.js";
import { act } from "./server.js";

const EDGE = 11; // pixels below what is newest
const STATES = { running: "running", passed: "passed", failed: "failed", stopped: "stopped" };

export class LessonPanel {
  #id = "";

  constructor() {
    byId("lesson-leave").addEventListener("click", () => {
      act("DELETE", `/lessons?id=${this.#id}`, {}, "The lesson is left");
    });
    byId("lesson-reveal").addEventListener("click", () => {
      this.#reveal(byId("lesson-answer").hidden);
      byId("lesson-question").scrollIntoView({ block: "nearest" });
    });
  }

  /** @param {Object | null} lesson */
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
    if (panel.contains(document.activeElement)) byId("lessons").elements.lesson.focus();
    panel.hidden = true;
    this.#id = "";
  }

  #begin(lesson) {
    if (lesson.id === this.#id) return;
    this.#id = lesson.id;
    byId("lesson-steps").replaceChildren();
    this.#reveal(false);
  }

  #showSteps(steps) {
    const list = byId("lesson-steps");
    const before = list.children.length;
    steps.forEach((step, index) => {
      if (!list.children[index]) list.append(element("li", {}, element("span", { class: "step-mark" }), element("span", {})));
      showStep(list.children[index], step);
    });
    if (list.children.length > before) followDown(list.lastChild);
  }

  #ask(now) {
    const question = byId("lesson-question");
    const appears = now && question.hidden;
    question.hidden = !now;
    if (appears) followDown(question);
  }

  #reveal(shown) {
    byId("lesson-answer").hidden = !shown;
    byId("lesson-reveal").setAttribute("aria-expanded", String(shown));
    setText(byId("lesson-reveal"), shown ? "Hide the answer" : "Show the answer");
  }
}

/** Keeps what is newest in view, without moving the page. */
function followDown(part) {
  const body = byId("lesson-body");
  body.scrollTop = Math.max(body.scrollTop, part.offsetTop + part.offsetHeight + EDGE - body.clientHeight);
}

function showStep(item, step) {
  const outcome = step.ok === null ? "open" : step.ok ? "ok" : "failed";
  item.className = step.kind === "check" ? `step check ${outcome}` : `step ${step.kind === "do" ? "do" : "say"}`;
  setText(item.firstChild, step.kind === "check" ? { open: "check", ok: "ok", failed: "failed" }[outcome] : "");
  setText(item.lastChild, step.text);
}
