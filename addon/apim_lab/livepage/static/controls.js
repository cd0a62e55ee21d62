/** What a reader can do: send calls, advance the clock, begin a lesson, hold and scale the picture. */

import { byId, control, element } from "./element.js";
import { counted } from "./format.js";
import { act } from "./server.js";

/** @param {{span: (seconds: number) => void, pause: (paused: boolean) => void}} on */
export function connectControls(on) {
  for (const id of ["send", "burst"]) {
    const form = byId(id, HTMLFormElement);
    form.addEventListener("submit", (event) => send(event, form));
  }
  byId("clock").addEventListener("click", advance);
  byId("lessons").addEventListener("submit", startLesson);
  byId("span").addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement) on.span(Number(target.value));
  });
  connectPause(on.pause);
}

/** What is chosen stays so, as long as the lessons are the same. @param {import("../messages.js").Title[]} lessons */
export function showLessons(lessons) {
  const form = byId("lessons", HTMLFormElement);
  form.hidden = lessons.length === 0;
  const select = control(form, "lesson", HTMLSelectElement);
  const options = lessons.map(({ number, title }) => element("option", { value: number }, `${number}. ${title}`));
  if (textsOf(options) !== textsOf([...select.options])) select.replaceChildren(...options);
}

/**
 * While a lesson runs, what would disturb it is disabled: a call of someone else would make its checks fail. Its clock
 * jumps by a minute, so that it begins with the longest span.
 *
 * @param {boolean} running
 */
export function attendLesson(running) {
  /** @type {NodeListOf<HTMLFieldSetElement>} */
  const fields = document.querySelectorAll("fieldset.disturbing");
  if (running && !fields[0].disabled) chooseLongestSpan();
  for (const field of fields) {
    field.disabled = running;
    field.title = running ? "A lesson is running" : "";
  }
}

function chooseLongestSpan() {
  /** @type {HTMLInputElement | null} */
  const longest = byId("span").querySelector("[value='120']");
  longest?.click();
}

/** @param {HTMLOptionElement[]} options */
function textsOf(options) {
  return options.map((option) => option.textContent).join("\n");
}

/** @param {SubmitEvent} event @param {HTMLFormElement} form */
function send(event, form) {
  event.preventDefault();
  const key = control(byId("send", HTMLFormElement), "key", HTMLInputElement);
  if (!key.reportValidity()) return; // a burst's own form does not look at it
  const count = form.id === "burst" ? Number(control(form, "count", HTMLInputElement).value) : 1;
  const stream = event.submitter?.getAttribute("name") === "stream";
  const sent = stream ? "A stream is sent" : `${counted(count, "call")} sent`;
  act("POST", "/send", { count, stream, key: key.value }, sent);
}

/** @param {MouseEvent} event */
function advance({ target }) {
  const seconds = target instanceof HTMLElement && Number(target.dataset.seconds);
  if (seconds) act("POST", "/clock/advance", { seconds }, `The clock is ${seconds} s further`);
}

/** @param {SubmitEvent} event */
function startLesson(event) {
  event.preventDefault();
  const lesson = control(byId("lessons", HTMLFormElement), "lesson", HTMLSelectElement);
  act("POST", `/lessons/${Number(lesson.value)}`, {}, `Lesson ${lesson.value} begins`);
}

/** @param {(paused: boolean) => void} pause */
function connectPause(pause) {
  const button = byId("pause");
  const toggle = () => {
    const paused = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(paused));
    pause(paused);
  };
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    const isForAnother = event.target instanceof Element && event.target.closest("button, input, select, a, summary, dialog");
    if (event.key !== " " || isForAnother) return;
    event.preventDefault(); // the page would scroll
    if (!event.repeat) toggle();
  });
}
