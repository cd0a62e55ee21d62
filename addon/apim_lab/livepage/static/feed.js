/** The gateway's events: the state once, then what changed. */

/**
 * @typedef {import("../messages.js").State} State
 * @typedef {import("../messages.js").Tick} Tick
 * @typedef {"live" | "reconnecting" | "closed"} Connection
 * @typedef {{state: (state: State) => void, tick: (tick: Tick) => void, connection: (state: Connection) => void}} Hear
 */

/**
 * Listens while the page is shown; the browser reconnects by itself, and the gateway then sends a new state. A hidden
 * page lets go of its connection: a browser has six to a host for all its tabs, and the buttons need one, too.
 *
 * @param {Hear} hear
 */
export function listen(hear) {
  /** @type {EventSource | null} */
  let source = null;
  const attend = () => {
    source?.close();
    source = document.visibilityState === "hidden" ? null : open(hear);
  };
  document.addEventListener("visibilitychange", attend);
  attend();
}

/** @param {Hear} hear */
function open(hear) {
  const source = new EventSource("/events");
  source.addEventListener("open", () => hear.connection("live"));
  source.addEventListener("error", () => {
    hear.connection(source.readyState === EventSource.CLOSED ? "closed" : "reconnecting");
  });
  source.addEventListener("state", (event) => hear.state(JSON.parse(event.data)));
  source.addEventListener("tick", (event) => hear.tick(JSON.parse(event.data)));
  return source;
}
