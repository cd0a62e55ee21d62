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

const CONNECTION = { live: "live", reconnecting: "reconnecting…", closed: "not connected: reload the page" };

let backends = [];

const clock = new GatewayClock();
const trace = new TraceDialog();
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

/** What a message may hold, besides the calls, and the part of the page that shows it. */
const SHOW = {
  limits: (limits) => gauges.setLimits(limits),
  values: (values) => gauges.setValues(values),
  fleet: (state) => {
    fleet.set(state);
    describeLanes();
  },
  lesson: (state) => {
    lesson.set(state);
    attendLesson(state?.state === "running");
    nameKeys(state?.keys ?? {});
    for (const part of [gauges, calls]) part.renameKeys();
  },
};

followTheme(() => lanes.readColours());
connectControls({
  span: (seconds) => (lanes.span = seconds),
  pause: (paused) => (lanes.paused = calls.paused = paused),
});
listen({ state: begin, tick: follow, connection: showConnection });

function begin(state) {
  ({ backends } = state);
  clock.set(state.now);
  lanes.reset(backends, state.calls);
  calls.reset(state);
  showLessons(state.lessons);
  show(state);
  if (state.dropped) report(`The gateway dropped ${state.dropped} events: the page was too slow`);
}

function follow(tick) {
  const jumped = clock.follow(tick.now);
  if (jumped) lanes.jump(jumped);
  if (tick.calls?.length) {
    lanes.update(tick.calls);
    calls.update(tick.calls);
    tellSummary();
  }
  show(tick);
}

function show(message) {
  for (const [name, part] of Object.entries(SHOW)) if (name in message) part(message[name]);
}

function describeLanes() {
  const byName = new Map(backends.map((backend) => [backend.id, backend]));
  lanes.describe((id) => (byName.has(id) ? fleet.tell(byName.get(id)) : ""));
}

function showConnection(state) {
  const line = byId("connection");
  line.textContent = CONNECTION[state];
  line.dataset.state = state;
}
