/** The gateway's events: the state once, then what changed. */

/**
 * @typedef {{backend: string, at: number, took: number | null, outcome: string, retry_after: number | null,
 *   waited: number}} Attempt  `at` and `took` in seconds since the call's `at`; `waited`: seconds before it
 * @typedef {{number: number, id: string, at: number, method: string, path: string, key: string, api: string,
 *   operation: string, status: number | null, outcome: string, by: string, attempts: Attempt[],
 *   waiting: {since: number, seconds: number} | null, first_byte: number | null, total: number | null,
 *   stream: boolean, tokens: {input: number, output: number} | null}} Call
 * @typedef {{key: string, calls: number, period: number, remaining: number, retry_after: number}} Limit
 * @typedef {{key: string, value: string}} Value
 * @typedef {{id: string, url: string}} Backend
 */

/**
 * Listens while the page is shown; the browser reconnects by itself, and the gateway then sends a new state. A hidden
 * page lets go of its connection: a browser has six to a host for all its tabs, and the buttons need one, too.
 *
 * @param {{state: (state: Object) => void, tick: (tick: Object) => void,
 *   connection: (state: "live" | "reconnecting" | "closed") => void}} hear
 */
export function listen(hear) {
  let source = null;
  const attend = () => {
    source?.close();
    source = document.visibilityState === "hidden" ? null : open(hear);
  };
  document.addEventListener("visibilitychange", attend);
  attend();
}

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
