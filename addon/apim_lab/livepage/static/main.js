/** Connects the gateway's events to the parts of the page. */

import { CallList } from "./calls.js";
import { GatewayClock } from "./clock.js";
import { attendLesson, connectControls, showLessons } from "./controls.js";
import { byId } from "./element.js";
import { listen } from "./feed.js";
import { FleetPanel } from "./fleet.js";
import { Gauges } from "./gauges.js";
import { nameKeys } from "./keys.js";
import { Lanes } from "./lanes.js";
import { LessonPanel } from "./lesson.js";
import { report } from "./server.js";
import { summarize } from "./summary.js";
import { followTheme } from "./theme.js";
import { TraceDialog } from "./trace.js";

/**
 * @typedef {import("../messages.js").Backend} Backend
 * @typedef {import("../messages.js").Call} Call
 * @typedef {import("../messages.js").Parts} Parts
 */

const CONNECTION = { live: "live", reconnecting: "reconnecting…", closed: "not connected: reload the page" };

/** @type {Backend[]} */
let backends = [];

const clock = new GatewayClock();
const trace = new TraceDialog();
/** @param {Call} call */
const open = (call) => trace.open(call);
const fleet = new FleetPanel();
const gauges = new Gauges();
const lesson = new LessonPanel();
const calls = new CallList(open);
const lanes = new Lanes(clock, { open, named: describeLanes });
const tellSummary = summarize(() => ({
  density: lanes.density,
  since: clock.now() - lanes.span,
  span: lanes.span,
  backends: backends.map((backend) => backend.id),
}));

followTheme(() => lanes.readColours());
connectControls({
  span: (seconds) => (lanes.span = seconds),
  pause: (paused) => (lanes.paused = calls.paused = paused),
});
listen({ state: begin, tick: follow, connection: showConnection });

/** @param {import("../messages.js").State} state */
function begin(state) {
  ({ backends } = state);
  clock.set(state.now);
  lanes.reset(backends, state.calls);
  calls.reset(state);
  showLessons(state.lessons);
  show(state);
  if (state.dropped) report(`The gateway dropped ${state.dropped} events: the page was too slow`);
}

/** @param {import("../messages.js").Tick} tick */
function follow(tick) {
  const jumped = clock.follow(tick.now);
  if (jumped) lanes.jump(jumped);
  if (tick.calls.length) {
    lanes.update(tick.calls);
    calls.update(tick.calls);
    tellSummary();
  }
  show(tick);
}

/** Shows what a message holds besides the calls. @param {Parts} message */
function show(message) {
  if (message.limits) gauges.setLimits(message.limits);
  if (message.values) gauges.setValues(message.values);
  if (message.fleet !== undefined) showFleet(message.fleet);
  if (message.lesson !== undefined) showLesson(message.lesson);
}

/** @param {import("../messages.js").Fleet | null} state */
function showFleet(state) {
  fleet.set(state);
  describeLanes();
}

/** @param {import("../messages.js").Lesson | null} state */
function showLesson(state) {
  lesson.set(state);
  attendLesson(state?.state === "running");
  nameKeys(state?.keys ?? {});
  for (const part of [gauges, calls]) part.renameKeys();
}

function describeLanes() {
  const byName = new Map(backends.map((backend) => [backend.id, backend]));
  lanes.describe((id) => {
    const backend = byName.get(id);
    return backend ? fleet.tell(backend) : "";
  });
}

/** @param {import("./feed.js").Connection} state */
function showConnection(state) {
  const line = byId("connection");
  line.textContent = CONNECTION[state];
  line.dataset.state = state;
}
