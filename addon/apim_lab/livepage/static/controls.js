/** What a reader can do: send calls, advance the clock, begin a lesson, hold and scale the picture. */

import { byId, element } from "./element.js";
import { counted } from "./format.js";
import { act } from "./server.js";

/** @param {{span: (seconds: number) => void, pause: (paused: boolean) => void}} on */
export function connectControls(on) {
  for (const form of ["send", "burst"]) byId(form).addEventListener("submit", send);
  byId("clock").addEventListener("click", advance);
  byId("lessons").addEventListener("submit", startLesson);
  byId("span").addEventListener("change", (event) => on.span(Number(event.target.value)));
  connectPause(on.pause);
}

/** What is chosen stays so, as long as the lessons are the same. @param {{number: number, title: string}[]} lessons */
export function showLessons(lessons) {
  byId("lessons").hidden = lessons.length === 0;
  const { lesson: select } = byId("lessons").elements;
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
  const fields = document.querySelectorAll("fieldset.disturbing");
  if (running && !fields[0].disabled) byId("span").querySelector("[value='120']").click();
  for (const field of fields) {
    field.disabled = running;
    field.title = running ? "A lesson is running" : "";
  }
}

function textsOf(options) {
  return options.map((option) => option.textContent).join("\n");
}

function send(event) {
  event.preventDefault();
  const { key } = byId("send").elements;
  if (!key.reportValidity()) return; // a burst's own form does not look at it
  const count = Number(event.target.elements.count?.value ?? 1);
  const stream = event.submitter?.name === "stream";
  const sent = stream ? "A stream is sent" : `${counted(count, "call")} sent`;
  act("POST", "/send", { count, stream, key: key.value }, sent);
}

function advance(event) {
  const seconds = Number(event.target.dataset.seconds);
  if (seconds) act("POST", "/clock/advance", { seconds }, `The clock is ${seconds} s further`);
}

function startLesson(event) {
  event.preventDefault();
  const { lesson } = event.target.elements;
  act("POST", `/lessons/${Number(lesson.value)}`, {}, `Lesson ${lesson.value} begins`);
}

function connectPause(pause) {
  const button = byId("pause");
  const toggle = () => {
    const paused = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(paused));
    pause(paused);
  };
  button.addEventListener("click", toggle);
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.closest("button, input, select, a, summary, dialog")) return;
    event.preventDefault(); // the page would scroll
    if (!event.repeat) toggle();
  });
}
