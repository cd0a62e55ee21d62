/** What the page's server sends: JSON of feed.py (State, Tick), and of tracing/call.py (Call, Trace). */

/** Times are seconds; `at` and `took` count from the call's `at`, `waited` is the wait before the attempt. */
export interface Attempt {
  backend: string;
  at: number;
  took: number | null;
  outcome: string;
  retry_after: number | null;
  waited: number;
}

/** `at` is seconds since 1970; `outcome` is "" while the call is under way, then answered, refused, failed or gone. */
export interface Call {
  number: number;
  id: string;
  at: number;
  method: string;
  path: string;
  key: string;
  api: string;
  operation: string;
  status: number | null;
  outcome: string;
  by: string;
  refused: string;
  attempts: Attempt[];
  waiting: { since: number; seconds: number } | null;
  first_byte: number | null;
  total: number | null;
  stream: boolean;
  tokens: { input: number; output: number } | null;
}

export interface Limit {
  key: string;
  calls: number;
  period: number;
  remaining: number;
  retry_after: number;
}

/** A cached value. */
export interface Value {
  key: string;
  value: string;
}

/** A backend of the gateway. */
export interface Backend {
  id: string;
  url: string;
}

export interface Room {
  limit: number;
  remaining: number;
}

/** A deployment of a mock backend; a backend that is not apim-lab's own may leave out what is optional. */
export interface Deployment {
  name: string;
  faults: { fault: string }[];
  limits?: { rpm: number | null };
  left?: { requests?: Room; tokens?: Room };
}

export interface MockBackend {
  name: string;
  url: string | null;
  deployments: Deployment[];
}

/** A fault that a deployment can be given; `help` completes the sentence "The backend ...". */
export interface Fault {
  name: string;
  help: string;
}

export interface Fleet {
  backends: MockBackend[];
  faults: Fault[];
}

/** `ok` is null for a step that is no check, and for a check that is open. */
export interface Step {
  kind: string;
  text: string;
  ok: boolean | null;
}

/** `state` is running, passed, failed or stopped; `keys` are names of keys by their short hashes. */
export interface Lesson {
  number: number;
  title: string;
  watch: string;
  question: string;
  answer: string;
  id: string;
  keys: Record<string, string>;
  state: string;
  steps: Step[];
}

export interface Title {
  number: number;
  title: string;
}

/** What both messages may have: a part that is missing is as it was. */
export interface Parts {
  limits?: Limit[];
  values?: Value[];
  fleet?: Fleet | null;
  lesson?: Lesson | null;
}

/** Everything. `kept`: how many calls the gateway remembers; `dropped`: events that the page was too slow for. */
export interface State extends Parts {
  now: number;
  calls: Call[];
  kept: number;
  lessons: Title[];
  dropped: number;
  backends: Backend[];
}

/** What has changed. */
export interface Tick extends Parts {
  now: number;
  calls: Call[];
}

/** What an attribute of a statement came to; `expression` is "" if the policy has written the value itself. */
export interface TracedValue {
  path: string;
  line: number;
  name: string;
  expression: string;
  value: string;
}

/** A statement that ran. */
export interface Entry {
  section: string;
  name: string;
  path: string;
  line: number;
  depth: number;
  at: number;
  took: number;
  values: TracedValue[];
  notes: string[];
  error: string;
  /** The class of the error, like "System.FormatException"; "" if it is none of .NET's. */
  exception: string;
  has_failed: boolean;
}

export type Header = [name: string, value: string];

export interface Policy {
  name: string;
  text: string;
}

/** `lines` tells of each line of the policy whether it ran, or what its condition was: ran, true, false or error. */
export interface Trace {
  id: string;
  number: number;
  at: number;
  method: string;
  url: string;
  status: number | null;
  duration: number | null;
  request: { method: string; url: string; headers: Header[] };
  response: { status: number; reason: string; headers: Header[] } | null;
  error: { source: string; reason: string; message: string } | null;
  api: string;
  entries: Entry[];
  attempts: (Attempt & { why: string })[];
  lines: Record<string, string>;
  is_cut: boolean;
  policy: Policy | null;
}
