/** Draws the lanes on a canvas: marks for attempts, links between them, or columns when they are too many. */

import { SLICE } from "./density.js";
import { ENDED } from "./outcomes.js";

/** Pixels right of "now", for the labels of what is under way. */
export const MARGIN = 76;
export const MARK = 6; // radius of a mark
const NAME = 96; // width of the name of the gateway's lane, where names stand inside the lanes
const LABELS = 300; // with more marks in view, none is labelled
const FONT = "14px system-ui, sans-serif";
const COLOURS = ["ok", "throttled", "error", "underway", "ink", "ink-soft", "line", "surface", "stripe", "accent"];

/**
 * @typedef {import("./history.js").Mark} Mark
 * @typedef {import("./outcomes.js").Kind} Kind
 * @typedef {CanvasRenderingContext2D} Context
 * @typedef {{at: number, seconds: number}} Jump  of the clock
 * @typedef {{mark: Mark, kind: Kind, x: number, count: number}} Group  of marks with one label
 * @typedef {[x: number, y: number]} Point
 * @typedef {{id: string, top: number, height: number, inset: number, rows: number}} Lane
 * @typedef {{now: number, span: number, lanes: Map<string, Lane>, marks: Mark[], columns: boolean,
 *   density: import("./density.js").Density, jumps: Jump[], chosen: Mark | null}} Scene
 */

export class Painter {
  #context;
  /** @type {Object<string, string>} */
  #colours = {};
  /** @type {Object<string, string | CanvasPattern>} */
  #hatch = {};
  /** @type {Map<string, number>} */
  #widths = new Map();
  width = 0;
  height = 0;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.#context = contextOf(canvas.getContext("2d"));
  }

  /** Takes the colours of the page's style. */
  readColours() {
    const style = getComputedStyle(this.canvas);
    for (const name of COLOURS) this.#colours[name] = style.getPropertyValue(`--${name}`);
    for (const kind of ENDED) this.#hatch[kind] = this.#pattern(kind);
  }

  /** @param {number} width @param {number} height in CSS pixels */
  resize(width, height) {
    const scale = window.devicePixelRatio || 1;
    this.width = width;
    this.height = height;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    this.canvas.style.height = `${height}px`;
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
  }

  /** Pixels of a second. @param {number} span in seconds @returns {number} */
  scale(span) {
    return Math.max(1, this.width - MARGIN) / span;
  }

  /** @param {Scene} scene @param {number} time @returns {number} */
  x(scene, time) {
    return this.width - MARGIN - (scene.now - time) * this.scale(scene.span);
  }

  /** @param {Scene} scene @param {Mark} mark @returns {number} the middle of its row */
  y(scene, mark) {
    const lane = scene.lanes.get(mark.lane);
    if (!lane) throw new RangeError(`there is no lane ${mark.lane}`);
    return lane.top + lane.inset + ((mark.row + 0.5) * (lane.height - lane.inset)) / lane.rows;
  }

  /** @param {Scene} scene */
  draw(scene) {
    this.#context.clearRect(0, 0, this.width, this.height);
    this.#context.font = FONT;
    this.#context.textBaseline = "middle";
    this.#drawLanes(scene);
    this.#drawAxis(scene);
    this.#drawJumps(scene);
    if (scene.columns) this.#drawColumns(scene);
    else this.#drawMarks(scene);
  }

  /** @param {Scene} scene */
  #drawLanes(scene) {
    const c = this.#context;
    let striped = false;
    for (const lane of scene.lanes.values()) {
      c.fillStyle = this.#colours[striped ? "stripe" : "surface"];
      c.fillRect(0, lane.top, this.width, lane.height);
      striped = !striped;
    }
  }

  /** @param {Scene} scene */
  #drawAxis(scene) {
    const c = this.#context;
    const bottom = Math.max(...[...scene.lanes.values()].map((lane) => lane.top + lane.height));
    const step = scene.span / (this.width < 500 ? 3 : 6);
    c.textAlign = "center";
    for (let ago = 0; ago < scene.span; ago += step) {
      const x = Math.round(this.x(scene, scene.now - ago)) + 0.5;
      c.strokeStyle = this.#colours[ago ? "line" : "ink-soft"];
      this.#line(x, 0, x, bottom);
      c.fillStyle = this.#colours["ink-soft"];
      c.fillText(ago ? `−${Math.round(ago)} s` : "now", x, bottom + 12);
    }
  }

  /** Where the clock has jumped. A line whose label would hide a name, or the one before, has none. @param {Scene} scene */
  #drawJumps(scene) {
    const c = this.#context;
    const isNamedInside = [...scene.lanes.values()].some((lane) => lane.inset > 0);
    let free = isNamedInside ? NAME : 0;
    c.textAlign = "right";
    c.strokeStyle = c.fillStyle = this.#colours.accent;
    for (const jump of scene.jumps) {
      const x = this.x(scene, jump.at);
      if (x < 0) continue;
      c.setLineDash([2, 4]);
      this.#line(x, 0, x, this.height - 24);
      c.setLineDash([]);
      const text = `clock +${Math.round(jump.seconds)} s`;
      if (x - 6 - this.#widthOf(text) < free) continue;
      c.fillText(text, x - 6, 9);
      free = x;
    }
  }

  /** @param {Scene} scene */
  #drawMarks(scene) {
    const marks = [...scene.marks].sort((a, b) => ends(a, scene) - ends(b, scene));
    for (const mark of marks) if (mark.previous) this.#drawLink(scene, mark, mark.previous);
    for (const mark of marks) this.#drawWaiting(scene, mark);
    for (const mark of marks) this.#drawMark(scene, mark);
    if (marks.length <= LABELS) this.#drawLabels(scene, marks);
    if (scene.chosen) this.#drawChosen(scene, scene.chosen);
  }

  /** @param {Scene} scene @param {Mark} mark */
  #drawMark(scene, mark) {
    const kind = kindNow(mark, scene);
    const from = this.x(scene, mark.at);
    const to = this.x(scene, ends(mark, scene));
    const y = this.y(scene, mark);
    this.#context.fillStyle = this.#colours[kind];
    if (to - from > 2) this.#bar(Math.max(from, -10), to, y, kind === "underway");
    this.#shape(kind, to, y);
  }

  /** @param {number} from @param {number} to @param {number} y @param {boolean} hollow */
  #bar(from, to, y, hollow) {
    const c = this.#context;
    c.globalAlpha = hollow ? 0.35 : 0.6;
    c.beginPath();
    c.roundRect(from, y - 3, to - from, 6, 3);
    c.fill();
    c.globalAlpha = 1;
  }

  /** @param {Kind} kind @param {number} x @param {number} y */
  #shape(kind, x, y) {
    const c = this.#context;
    c.fillStyle = c.strokeStyle = this.#colours[kind];
    c.lineWidth = kind === "error" ? 3 : 2;
    c.beginPath();
    SHAPES[kind](c, x, y);
    if (kind === "underway") {
      c.fillStyle = this.#colours.surface;
      c.fill();
      c.stroke();
    } else if (kind === "error") c.stroke();
    else c.fill();
    c.lineWidth = 1;
  }

  /** @param {Scene} scene @param {Mark} mark @param {Mark} previous of the same call */
  #drawLink(scene, mark, previous) {
    const chosen = scene.chosen?.call.number === mark.call.number;
    const [from, to] = [this.x(scene, ends(previous, scene)), this.x(scene, mark.at)];
    const [y, target] = [this.y(scene, previous), this.y(scene, mark)];
    const waited = mark.attempt?.waited ?? 0;
    const c = this.#context;
    c.strokeStyle = this.#colours[chosen ? "accent" : "ink-soft"];
    c.lineWidth = chosen ? 2.5 : 1.5;
    c.setLineDash(waited ? [5, 4] : []);
    this.#curve(from, y, to, target);
    c.setLineDash([]);
    c.lineWidth = 1;
    const seen = Math.max(from, 0);
    if (waited) this.#waitLabel((seen + to) / 2, y, `${round(waited)} s`, to - seen);
  }

  /** @param {Scene} scene @param {Mark} mark */
  #drawWaiting(scene, mark) {
    const { at, waiting } = mark.call;
    if (!waiting || !isWaiting(mark)) return;
    const from = this.x(scene, mark.end ?? mark.at);
    const to = this.x(scene, scene.now);
    const y = this.y(scene, mark);
    const c = this.#context;
    c.strokeStyle = this.#colours["ink-soft"];
    c.lineWidth = 1.5;
    c.setLineDash([5, 4]);
    this.#line(from, y, to, y);
    c.setLineDash([]);
    c.lineWidth = 1;
    const left = at + waiting.since + waiting.seconds - scene.now;
    c.textAlign = "left";
    c.fillStyle = this.#colours.ink;
    c.fillText(`wait ${Math.max(0, Math.ceil(left))} s`, to + 6, y);
  }

  /** @param {number} x @param {number} y @param {string} text @param {number} room in pixels */
  #waitLabel(x, y, text, room) {
    const width = this.#widthOf(text) + 8;
    if (room < width + 2 * MARK) return;
    this.#context.textAlign = "center";
    this.#haloed(text, x, y);
  }

  /** Marks of one kind on top of each other share a label: "429 ×7". @param {Scene} scene @param {Mark[]} marks */
  #drawLabels(scene, marks) {
    /** @type {Map<string, Group>} by row */
    const groups = new Map();
    const waiting = new Set(marks.filter(isWaiting).map(rowOf));
    for (const mark of marks) {
      const kind = kindNow(mark, scene);
      const x = this.x(scene, ends(mark, scene));
      const row = rowOf(mark);
      const group = groups.get(row);
      if (group && x - group.x < MARK && group.kind === kind) {
        group.count += 1;
        continue;
      }
      if (group) this.#drawLabel(scene, group, this.x(scene, mark.at) - MARK);
      groups.set(row, { mark, kind, x, count: 1 });
    }
    const now = this.x(scene, scene.now); // a wait is told there
    for (const [row, group] of groups) this.#drawLabel(scene, group, waiting.has(row) ? now : Infinity);
  }

  /** @param {Scene} scene @param {Group} group @param {number} limit right of which there is no room */
  #drawLabel(scene, { mark, kind, x, count }, limit) {
    const times = count > 1 ? ` ×${count}` : "";
    const text = (kind === "underway" ? this.#elapsed(scene, mark) : mark.label) + times;
    if (!text || x + MARK + 4 + this.#widthOf(text) > limit) return;
    const c = this.#context;
    c.textAlign = "left";
    this.#haloed(text, x + MARK + 4, this.y(scene, mark));
  }

  /** @param {string} text @param {number} x @param {number} y */
  #haloed(text, x, y) {
    const c = this.#context;
    c.strokeStyle = this.#colours.surface;
    c.lineWidth = 5;
    c.lineJoin = "round";
    c.strokeText(text, x, y);
    c.lineWidth = 1;
    c.fillStyle = this.#colours.ink;
    c.fillText(text, x, y);
  }

  /** @param {Scene} scene @param {Mark} mark */
  #elapsed(scene, mark) {
    const seconds = scene.now - mark.at;
    return seconds < 0.3 ? "" : `${seconds.toFixed(1)} s`;
  }

  /** @param {Scene} scene @param {Mark} mark */
  #drawChosen(scene, mark) {
    const c = this.#context;
    c.strokeStyle = this.#colours.accent;
    c.lineWidth = 2.5;
    c.beginPath();
    c.arc(this.x(scene, ends(mark, scene)), this.y(scene, mark), MARK + 4, 0, 2 * Math.PI);
    c.stroke();
    c.lineWidth = 1;
  }

  /** @param {Scene} scene */
  #drawColumns(scene) {
    const lanes = [...scene.lanes.values()];
    const slices = lanes.map((lane) => scene.density.since(lane.id, scene.now - scene.span));
    const most = Math.max(1, ...slices.flat().map(({ counts }) => total(counts)));
    lanes.forEach((lane, index) => {
      for (const slice of slices[index]) this.#drawSlice(scene, lane, slice, most);
    });
    const c = this.#context;
    c.fillStyle = this.#colours["ink-soft"];
    c.textAlign = "left";
    ["peak", `${Math.round(most / SLICE)}/s`].forEach((text, line) => c.fillText(text, this.width - MARGIN + 6, 12 + 17 * line));
  }

  /**
   * @param {Scene} scene
   * @param {Lane} lane
   * @param {import("./density.js").Slice} slice
   * @param {number} most that a slice counts
   */
  #drawSlice(scene, lane, slice, most) {
    const c = this.#context;
    const from = this.x(scene, slice.at);
    const width = Math.min(SLICE * this.scale(scene.span), this.x(scene, scene.now) - from);
    const room = lane.height - lane.inset - 6;
    let y = lane.top + lane.height - 2;
    ENDED.forEach((kind, index) => {
      const height = (slice.counts[index] / most) * room;
      if (!height) return;
      c.fillStyle = this.#hatch[kind];
      c.fillRect(from, y - height, Math.max(1, width - 0.5), height);
      y -= height;
    });
  }

  /** A texture besides the colour: plain for answers, stripes for 429, dots for errors. @param {Kind} kind */
  #pattern(kind) {
    const tile = new OffscreenCanvas(6, 6);
    const c = contextOf(tile.getContext("2d"));
    c.fillStyle = this.#colours[kind];
    c.fillRect(0, 0, 6, 6);
    c.fillStyle = this.#colours.surface;
    if (kind === "throttled") for (let x = 0; x < 6; x++) c.fillRect(x, 5 - x, 1.5, 1);
    if (kind === "error") c.fillRect(2, 2, 2, 2);
    return this.#context.createPattern(tile, "repeat") ?? this.#colours[kind];
  }

  /** @param {number} x @param {number} y @param {number} to @param {number} target its y */
  #curve(x, y, to, target) {
    const c = this.#context;
    const bend = Math.max(0, Math.min(28, to - x));
    c.beginPath();
    c.moveTo(x, y);
    c.lineTo(to - bend, y);
    c.bezierCurveTo(to - bend / 3, y, to - (bend * 2) / 3, target, to, target);
    c.stroke();
  }

  /** @param {number} x @param {number} y @param {number} to @param {number} bottom */
  #line(x, y, to, bottom) {
    this.#context.beginPath();
    this.#context.moveTo(x, y);
    this.#context.lineTo(to, bottom);
    this.#context.stroke();
  }

  /** @param {string} text */
  #widthOf(text) {
    if (this.#widths.size > 500) this.#widths.clear();
    const width = this.#widths.get(text) ?? this.#context.measureText(text).width;
    this.#widths.set(text, width);
    return width;
  }
}

/** @type {Record<Kind, (c: Context, x: number, y: number) => void>} */
const SHAPES = {
  ok: (c, x, y) => c.arc(x, y, MARK, 0, 2 * Math.PI),
  throttled: (c, x, y) => polygon(c, [x, y - MARK - 1], [x + MARK + 1, y + MARK - 1], [x - MARK - 1, y + MARK - 1]),
  error: (c, x, y) => {
    polygon(c, [x - MARK + 1, y - MARK + 1], [x + MARK - 1, y + MARK - 1]);
    polygon(c, [x - MARK + 1, y + MARK - 1], [x + MARK - 1, y - MARK + 1]);
  },
  underway: (c, x, y) => c.arc(x, y, MARK - 1, 0, 2 * Math.PI),
};

/**
 * @template {CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D} Kind
 * @param {Kind | null} context
 * @returns {Kind}
 */
function contextOf(context) {
  if (!context) throw new TypeError("this browser has no canvas");
  return context;
}

/** @param {Context} c @param {Point} first @param {...Point} others */
function polygon(c, first, ...others) {
  c.moveTo(...first);
  others.forEach((point) => c.lineTo(...point));
  c.closePath();
}

/** Where a mark ends in the picture: a paused one may be older than the mark's end. @param {Mark} mark @param {Scene} scene */
function ends(mark, scene) {
  return Math.min(mark.end ?? scene.now, scene.now);
}

/** Whether the policy waits now, after this attempt. @param {Mark} mark */
function isWaiting(mark) {
  return mark.call.waiting !== null && mark.attempt === mark.call.attempts.at(-1);
}

/** @param {Mark} mark */
function rowOf(mark) {
  return `${mark.lane}\n${mark.row}`;
}

/** @param {Mark} mark @param {Scene} scene */
function kindNow(mark, scene) {
  return mark.end !== null && mark.end > scene.now ? "underway" : mark.kind;
}

/** @param {number[]} counts */
function total(counts) {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** @param {number} seconds */
function round(seconds) {
  return Math.round(seconds * 10) / 10;
}
