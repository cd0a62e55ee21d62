/** The lanes: which attempts are in view, when to draw them, and how a reader walks through them. */

import { byId, element, setText } from "./element.js";
import { facts } from "./facts.js";
import { ELSEWHERE, GATEWAY, History } from "./history.js";
import { MARGIN, MARK, Painter } from "./painter.js";

/**
 * @typedef {import("../messages.js").Backend} Backend
 * @typedef {import("../messages.js").Call} Call
 * @typedef {import("./history.js").Mark} Mark
 * @typedef {import("./painter.js").Scene} Scene
 */

const AXIS = 24; // pixels below the lanes
const DRAWN = 900; // marks; more are drawn as columns
const REACH = 12; // pixels between a pointer and what it means
const ROW = 15; // pixels
const LABEL = 46; // pixels that a short label takes

export class Lanes {
  /** @type {Backend[]} */
  #backends = [];
  #history = new History();
  /** @type {{now: number, history: History} | null} */
  #frozen = null;
  /** @type {import("./painter.js").Jump[]} */
  #jumps = [];
  /** @type {Map<string, import("./painter.js").Lane>} */
  #lanes = new Map();
  #span = 30;
  /** @type {Mark | null} */
  #chosen = null;
  #requested = false;
  #stale = true;
  #moving = false;
  /** @type {Map<string, HTMLElement>} where the state of each lane is written */
  #states = new Map();
  #columns = false;
  #drawnAt = -Infinity;
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  /**
   * @param {import("./clock.js").GatewayClock} clock
   * @param {{open: (call: Call) => void, named: () => void}} on  `open`: a call's trace is asked
   *   for; `named`: the lanes have new names
   */
  constructor(clock, on) {
    this.clock = clock;
    this.on = on;
    this.canvas = byId("canvas", HTMLCanvasElement);
    this.painter = new Painter(this.canvas);
    new ResizeObserver(() => this.#measure()).observe(byId("plot"));
    this.#listen();
    this.readColours();
  }

  /** Begins anew. @param {Backend[]} backends @param {Call[]} calls */
  reset(backends, calls) {
    this.#backends = backends;
    this.#history = new History(backends.map((backend) => backend.id));
    this.#jumps = [];
    this.#chosen = null;
    this.update(calls);
    if (this.paused) this.paused = true; // hold the new picture
    this.#measure();
  }

  /** @param {Call[]} calls new or changed, the oldest first */
  update(calls) {
    const elsewhere = this.#history.hasElsewhere;
    calls.forEach((call) => this.#history.update(call));
    if (elsewhere !== this.#history.hasElsewhere) this.#measure();
    if (calls.length) byId("lanes-empty").hidden = true;
    this.#moving = !this.paused;
    this.#request();
  }

  /** Notes that the clock was advanced. @param {number} seconds */
  jump(seconds) {
    this.#jumps = [...this.#jumps.slice(-9), { at: this.clock.now(), seconds }];
    this.#redraw();
  }

  /** @returns {import("./density.js").Density} what has ended, in every lane */
  get density() {
    return this.#history.density;
  }

  get span() {
    return this.#span;
  }

  /** @param {number} seconds from the left edge to now */
  set span(seconds) {
    this.#span = seconds;
    this.#arrange();
  }

  get paused() {
    return this.#frozen !== null;
  }

  /** Holds the picture; what comes is still gathered. @param {boolean} paused */
  set paused(paused) {
    this.#frozen = paused ? { now: this.clock.now(), history: this.#history.copy() } : null;
    if (!paused) this.#arrange();
    this.#redraw();
  }

  readColours() {
    this.painter.readColours();
    this.#redraw();
  }

  /** Writes what a backend's state is below its name. @param {(id: string) => string} tell */
  describe(tell) {
    for (const [id, state] of this.#states) setText(state, tell(id));
  }

  #measure() {
    const width = byId("plot").clientWidth;
    if (!width) return;
    const names = [{ id: GATEWAY, name: "gateway" }, ...this.#backends.map(({ id }) => ({ id, name: id }))];
    if (this.#history.hasElsewhere) names.push({ id: ELSEWHERE, name: "elsewhere" });
    const narrow = matchMedia("(max-width: 700px)").matches;
    const height = Math.round(Math.max(narrow ? 62 : 42, Math.min(84, (innerHeight * 0.36) / names.length)));
    const inset = narrow ? 20 : 2;
    const rows = Math.max(2, Math.floor((height - inset) / ROW));
    this.#lanes = new Map(names.map(({ id }, index) => [id, { id, top: index * height, height, inset, rows }]));
    this.#showNames(names, height);
    this.painter.resize(width, names.length * height + AXIS);
    this.#arrange();
  }

  /** @param {{id: string, name: string}[]} names @param {number} height */
  #showNames(names, height) {
    this.#states = new Map(names.map(({ id }) => [id, element("span", { class: "lane-state" })]));
    const items = names.map(({ id, name }, index) => {
      const title = element("span", { class: "lane-name", title: name }, index && id !== ELSEWHERE ? `${index} ${name}` : name);
      const item = element("li", {}, title, this.#states.get(id) ?? "");
      item.style.height = `${height}px`;
      return item;
    });
    byId("lane-names").replaceChildren(...items);
    this.on.named();
  }

  #arrange() {
    const scale = this.painter.scale(this.#span);
    const rows = this.#lanes.get(GATEWAY)?.rows ?? 1;
    const room = { mark: (2 * MARK + 2) / scale, label: (2 * MARK + LABEL) / scale };
    this.#shown.arrange(rows, room);
    this.#redraw();
  }

  get #shown() {
    return this.#frozen?.history ?? this.#history;
  }

  #redraw() {
    this.#stale = true;
    this.#request();
  }

  #request() {
    if (this.#requested) return;
    this.#requested = true;
    requestAnimationFrame(() => this.#frame());
  }

  #frame() {
    this.#requested = false;
    const now = this.#now();
    if (this.#due(now)) this.#draw(now);
    if (this.#moving || this.#stale) this.#request();
  }

  /** Half a pixel is worth a picture, for columns a whole one; who asked for less motion gets one a second. @param {number} now */
  #due(now) {
    if (!this.#lanes.size) return false;
    const pixels = this.#columns ? 1 : 0.5;
    const step = this.#calm.matches ? 1 : pixels / this.painter.scale(this.#span);
    return this.#stale || Math.abs(now - this.#drawnAt) >= step;
  }

  /** @param {number} now */
  #draw(now) {
    const scene = this.#scene(now);
    this.painter.draw(scene);
    this.#showFacts(scene);
    this.#drawnAt = now;
    this.#stale = false;
    this.#columns = scene.columns;
    this.#moving = !this.paused && (scene.marks.length > 0 || this.#anythingSince(now - this.#span));
  }

  #now() {
    return this.#frozen?.now ?? this.clock.now();
  }

  /** @param {number} time */
  #anythingSince(time) {
    if (this.#jumps.some((jump) => jump.at > time)) return true;
    return [...this.#lanes.keys()].some((lane) => this.#history.density.since(lane, time).length);
  }

  /** @param {number} now @returns {Scene} */
  #scene(now) {
    const history = this.#shown;
    const from = now - this.#span;
    const marks = [];
    for (const call of history.calls()) {
      for (const mark of call) if (this.#lanes.has(mark.lane) && inView(mark, from, now)) marks.push(mark);
    }
    return {
      now,
      span: this.#span,
      lanes: this.#lanes,
      marks,
      columns: marks.length > DRAWN || history.completeSince > from,
      density: history.density,
      jumps: this.#jumps,
      chosen: marks.find((mark) => same(mark, this.#chosen)) ?? null,
    };
  }

  #listen() {
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.pointerType === "mouse") this.#choose(this.#markAt(event));
    });
    this.canvas.addEventListener("pointerleave", (event) => {
      if (event.pointerType === "mouse") this.#choose(null);
    });
    this.canvas.addEventListener("click", (event) => this.#click(event));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    this.canvas.addEventListener("blur", () => this.#choose(null));
  }

  /** A first tap of a finger tells the facts, a second one opens the trace; a mouse has told them already. @param {PointerEvent} event */
  #click(event) {
    const mark = this.#markAt(event);
    const again = mark && this.#chosen?.call.number === mark.call.number;
    this.#choose(mark);
    if (again || (mark && event.pointerType === "mouse")) this.on.open(mark.call);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === "Enter" && this.#chosen) this.on.open(this.#chosen.call);
    else if (event.key === "ArrowLeft") this.#walk(-1);
    else if (event.key === "ArrowRight") this.#walk(1);
    else if (event.key === "Escape") this.#choose(null);
    else return;
    event.preventDefault();
  }

  /** @param {1 | -1} step */
  #walk(step) {
    const scene = this.#scene(this.#now());
    if (scene.columns) return;
    const marks = scene.marks.sort((a, b) => a.at - b.at);
    const place = marks.findIndex((mark) => same(mark, this.#chosen));
    const next = place < 0 ? marks.length - 1 : Math.min(Math.max(place + step, 0), marks.length - 1);
    this.#choose(marks[next] ?? null);
  }

  /** @param {Mark | null} mark */
  #choose(mark) {
    if (mark === this.#chosen) return;
    this.#chosen = mark;
    this.canvas.style.cursor = mark ? "pointer" : "";
    this.#redraw();
  }

  /** @param {PointerEvent} event */
  #markAt(event) {
    const scene = this.#scene(this.#now());
    if (scene.columns) return null;
    const { offsetX, offsetY } = event;
    /** @type {Mark | null} */
    let nearest = null;
    let least = REACH;
    for (const mark of scene.marks) {
      const distance = this.#distance(scene, mark, offsetX, offsetY);
      if (distance < least) [nearest, least] = [mark, distance];
    }
    return nearest;
  }

  /** @param {Scene} scene @param {Mark} mark @param {number} x @param {number} y */
  #distance(scene, mark, x, y) {
    const from = this.painter.x(scene, mark.at);
    const to = this.painter.x(scene, Math.min(mark.end ?? scene.now, scene.now));
    const aside = Math.max(from - x, x - to, 0);
    return Math.hypot(aside, y - this.painter.y(scene, mark));
  }

  /** @param {Scene} scene */
  #showFacts(scene) {
    const box = byId("facts");
    const mark = scene.columns ? null : scene.chosen;
    box.hidden = mark === null;
    if (!mark) return;
    const lines = facts(mark);
    if (box.textContent !== lines.join("")) box.replaceChildren(...lines.map((line) => element("span", {}, line)));
    const x = Math.min(this.painter.x(scene, mark.end ?? scene.now), this.painter.width - MARGIN);
    const left = Math.min(Math.max(x - box.offsetWidth / 2, 4), this.painter.width - box.offsetWidth - 4);
    const y = this.painter.y(scene, mark);
    const top = y > this.painter.height / 2 ? y - box.offsetHeight - 14 : y + 14;
    box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}

/** @param {Mark} mark @param {number} from @param {number} now */
function inView(mark, from, now) {
  return mark.at <= now && (mark.end === null || mark.end > from || mark.call.waiting !== null);
}

/** @param {Mark} mark @param {Mark | null} other */
function same(mark, other) {
  return other !== null && mark.call.number === other.call.number && mark.lane === other.lane && mark.at === other.at;
}
