/** The lesson that runs: what to watch, its steps as they come, and the question at its end. */

import { byId, element, setText } from "./element.js";
import { act } from "./server.js";

const STATES = { running: "running", passed: "passed", failed: "failed", stopped: "stopped" };

export class LessonPanel {
  #lesson = "";

  constructor() {
    byId("lesson-leave").addEventListener("click", () => act("DELETE", "/lessons", {}, "The lesson is left"));
    byId("lesson-reveal").addEventListener("click", () => {
      this.#reveal(byId("lesson-answer").hidden);
      byId("lesson-question").scrollIntoView({ block: "nearest" });
    });
  }

  /** @param {Object | null} lesson */
  set(lesson) {
    byId("lesson").hidden = lesson === null;
    if (lesson === null) {
      this.#lesson = "";
      return;
    }
    this.#begin(lesson);
    setText(byId("lesson-heading"), `${lesson.number}. ${lesson.title}`);
    setText(byId("lesson-watch"), lesson.watch);
    setText(byId("lesson-question-text"), lesson.question);
    setText(byId("lesson-answer"), lesson.answer);
    setText(byId("lesson-state"), STATES[lesson.state] ?? "");
    byId("lesson-state").dataset.state = STATES[lesson.state] ?? "";
    this.#showSteps(lesson.steps);
    byId("lesson-question").hidden = !lesson.question;
  }

  #begin(lesson) {
    const name = `${lesson.number}\n${lesson.title}`;
    if (name === this.#lesson && lesson.steps.length >= byId("lesson-steps").children.length) return;
    this.#lesson = name;
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

  #reveal(shown) {
    byId("lesson-answer").hidden = !shown;
    byId("lesson-reveal").setAttribute("aria-expanded", String(shown));
    setText(byId("lesson-reveal"), shown ? "Hide the answer" : "Show the answer");
  }
}

/** Keeps the newest step in view, without moving the page. */
function followDown(step) {
  const body = byId("lesson-body");
  body.scrollTop = Math.max(body.scrollTop, step.offsetTop + step.offsetHeight - body.clientHeight);
}

function showStep(item, step) {
  const outcome = step.ok === null ? "open" : step.ok ? "ok" : "failed";
  item.className = step.kind === "check" ? `step check ${outcome}` : `step ${step.kind === "do" ? "do" : "say"}`;
  setText(item.firstChild, step.kind === "check" ? { open: "check", ok: "ok", failed: "failed" }[outcome] : "");
  setText(item.lastChild, step.text);
}
