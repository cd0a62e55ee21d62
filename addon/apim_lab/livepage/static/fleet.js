/** The mock backends: the room that is left in each, and the means to throttle, break and heal them. */

import { byId, element, setText } from "./element.js";
import { Meter } from "./meter.js";
import { act } from "./server.js";

/**
 * @typedef {import("../messages.js").Deployment} Deployment
 * @typedef {import("../messages.js").Fault} Fault
 * @typedef {import("../messages.js").Fleet} Fleet
 * @typedef {import("../messages.js").MockBackend} MockBackend
 * @typedef {{backend: MockBackend, deployment: Deployment}} Placed
 */

export class FleetPanel {
  /** @type {Map<string, DeploymentCard>} */
  #cards = new Map();
  /** @type {Fleet | null} */
  #fleet = null;

  /** @param {Fleet | null} fleet what the control of the mock backends tells */
  set(fleet) {
    this.#fleet = fleet;
    byId("fleet-empty").hidden = fleet !== null;
    const deployments = [...deploymentsOf(fleet)];
    const names = deployments.map(({ backend, deployment }) => `${backend.name}/${deployment.name}`);
    if (names.join("\n") !== [...this.#cards.keys()].join("\n")) this.#build(deployments, names);
    deployments.forEach(({ deployment }, index) => this.#cards.get(names[index])?.set(deployment));
  }

  /** @param {import("../messages.js").Backend} backend of the gateway @returns {string} "1 of 2 requests left", or "" */
  tell(backend) {
    const { deployments = [] } = this.#fleet?.backends.find((one) => isAt(backend, one)) ?? {};
    const faults = deployments.flatMap((deployment) => deployment.faults);
    if (faults.length) return `fault: ${faults[0].fault}`;
    const left = deployments[0]?.left?.requests;
    if (left) return `room for ${left.remaining} of ${left.limit}`;
    return deployments.length ? "no limit of calls" : "";
  }

  /** @param {Placed[]} deployments @param {string[]} names */
  #build(deployments, names) {
    const faults = this.#fleet?.faults ?? [];
    const cards = deployments.map(({ backend, deployment }) => new DeploymentCard(backend, deployment, faults));
    this.#cards = new Map(cards.map((card, index) => [names[index], card]));
    byId("fleet").replaceChildren(...cards.map((card) => card.element));
  }
}

class DeploymentCard {
  #state = element("span", { class: "next" });
  #requests = new Meter("Room for requests");
  #tokens = new Meter("Room for tokens");
  #rpm = element("input", { type: "number", name: "rpm", min: 0, max: 100000, placeholder: "any", title: "Calls a minute; empty: no limit", inputmode: "numeric" });
  #fault = element("select", { name: "fault" });
  #break = element("button", { type: "button" }, "Break");

  /** @param {MockBackend} backend @param {Deployment} deployment @param {Fault[]} faults that it can be given */
  constructor(backend, deployment, faults) {
    this.#fault.append(...faults.map(({ name, help }) => element("option", { value: name, title: `the backend ${help}` }, name)));
    this.name = backend.deployments.length > 1 ? `${backend.name} / ${deployment.name}` : backend.name;
    this.path = `/fleet/${encodeURIComponent(backend.name)}/${encodeURIComponent(deployment.name)}`;
    this.#rpm.setAttribute("aria-label", `Limit of ${this.name} in rpm`);
    this.#fault.setAttribute("aria-label", `Fault for ${this.name}`);
    const limit = element("form", { class: "pair" },
      element("label", { class: "field" }, this.#rpm, "rpm"), element("button", { type: "submit", "aria-label": `Set the limit of ${this.name}` }, "Set"));
    limit.addEventListener("submit", (event) => this.#setLimit(event));
    this.#break.addEventListener("click", () => this.#toggleFault());
    this.element = element("li", {},
      element("p", { class: "row" }, element("b", { title: this.name }, this.name), this.#state),
      this.#requests.element, this.#tokens.element,
      element("div", { class: "levers" }, limit, element("span", { class: "pair" }, this.#fault, this.#break)));
  }

  /** @param {Deployment} deployment */
  set(deployment) {
    this.#faults = deployment.faults;
    this.#showMeter(this.#requests, "requests", deployment.left?.requests);
    this.#showMeter(this.#tokens, "tokens", deployment.left?.tokens);
    this.#showFaults();
    const rpm = String(deployment.limits?.rpm ?? "");
    if (rpm !== this.#heardRpm && document.activeElement !== this.#rpm) this.#rpm.value = rpm;
    this.#heardRpm = rpm;
  }

  /** @type {{fault: string}[]} */
  #faults = [];
  /** @type {string | null} */
  #heardRpm = null;

  /** @param {Meter} meter @param {string} noun @param {import("../messages.js").Room} [left] */
  #showMeter(meter, noun, left) {
    meter.element.hidden = !left;
    if (left) meter.set(left.remaining, left.limit, `room for ${left.remaining} of ${left.limit} ${noun}`);
  }

  #showFaults() {
    const broken = this.#faults.length > 0;
    setText(this.#state, broken ? `fault: ${this.#faults.map((fault) => fault.fault).join(", ")}` : "");
    this.element.classList.toggle("broken", broken);
    setText(this.#break, broken ? "Heal" : "Break");
    this.#break.setAttribute("aria-label", `${broken ? "Heal" : "Break"} ${this.name}`);
  }

  /** @param {SubmitEvent} event */
  #setLimit(event) {
    event.preventDefault();
    const rpm = this.#rpm.value === "" ? null : Number(this.#rpm.value);
    const done = rpm === null ? `${this.name} has no limit of calls` : `${this.name} takes ${rpm} calls a minute`;
    act("PATCH", this.path, { limits: { rpm } }, done);
  }

  #toggleFault() {
    const fault = this.#fault.value;
    if (this.#faults.length) act("PATCH", this.path, { faults: [] }, `${this.name} is healed`);
    else act("PATCH", this.path, { faults: [{ fault }] }, `${this.name} is broken: ${fault}`);
  }
}

/** @param {Fleet | null} fleet @returns {Generator<Placed>} */
function* deploymentsOf(fleet) {
  for (const backend of fleet?.backends ?? []) {
    for (const deployment of backend.deployments) yield { backend, deployment };
  }
}

/** @param {import("../messages.js").Backend} backend @param {MockBackend} mock */
function isAt(backend, mock) {
  return mock.name === backend.id || (mock.url !== null && backend.url.startsWith(mock.url));
}
