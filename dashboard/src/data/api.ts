// The documents of /api/v1, as the server writes them. Scores are in the user's own sign; null is a turn that diverged.

export type Value = number | string | boolean | null;
export type Values = Record<string, Value>;
export type State = "running" | "paused" | "done" | "failed";
export type Mode = "max" | "min";

export interface ExperimentRow {
  name: string;
  state: State | null;
  algorithm: string | null;
  metric: string | null;
  mode: Mode | null;
  score: number | null;
  population: number | null;
  turns: number | null;
  steps_done: number | null;
  steps_planned: number | null;
  created_ms: number | null;
  error: string | null;
}
export interface ExperimentsDocument {
  experiments: ExperimentRow[];
}

export interface Hyperparameter {
  name: string;
  type: "real" | "int" | "choice" | "fixed";
  low?: number;
  high?: number;
  scale?: "linear" | "log" | "one_minus_log";
  values?: Value[];
}
export interface Description {
  name: string;
  metric: string;
  mode: Mode;
  algorithm: string;
  exploit: string | null;
  explore: string | null;
  population: number;
  interval: number;
  steps: number;
  seed: number;
  synchronous: boolean;
  hyperparameters: Hyperparameter[];
}
export interface TurnName {
  member: number;
  turn: number;
}
export interface Best extends TurnName {
  metric: string;
  score: number;
  step: number;
  hyperparameters: Values;
  metrics: Values;
  checkpoint_name: string | null;
}
export interface MemberRow {
  member: number;
  state: string;
  broken: boolean;
  turn: number;
  step: number;
  steps_done: number;
  score: number | null;
  diverged: boolean;
  hyperparameters: Values;
  copied_from: TurnName | null;
  worker: string | null;
  lease_until_ms: number | null;
  failures: number;
}
export interface StatusSummary {
  experiment: string;
  state: State;
  reason: string | null;
  created_ms: number;
  training_ms: number;
  turns: number;
  steps_done: number;
  steps_planned: number;
  steps_per_second: number;
  seconds_left: number | null;
  best: Best | null;
}
export interface Status extends StatusSummary {
  members: MemberRow[];
}
export interface ExperimentDocument {
  description: Description;
  status: Status;
  now_ms: number;
  read: number;
}

export interface ColumnDocument {
  name: string;
  labels: string[];
  values: (number | null)[];
}
export interface TurnsDocument {
  total: number;
  first: number;
  best: number;
  row: number[];
  parent: number[];
  score: (number | null)[];
  member: number[];
  turn: number[];
  root: number[];
  from_step: number[];
  to_step: number[];
  total_steps?: number[]; // trained by the whole population, up to and with this turn; missing in older reports
  partial: number[];
  started_ms: number[];
  duration_ms: number[];
  worker: number[];
  workers: string[];
  hyperparameters: ColumnDocument[];
  metrics: ColumnDocument[];
}

export type Quantiles = [number | null, number | null, number | null, number | null, number | null];
export interface Band {
  step: number;
  turns: number;
  quantiles: Quantiles;
}
export interface Move {
  move: string;
  turns: number;
  better: number;
  mean: number | null;
  error: number | null;
}
export interface ProgressDocument {
  total: number;
  score: Band[];
  hyperparameters: { name: string; bands: Band[] }[];
  diversity: { turns: number; total_steps: number; ancestors: number; spread: (number | null)[] }[];
  gains: { name: string; moves: Move[] }[];
}

export interface Bar extends TurnName {
  worker: number;
  from_ms: number;
  to_ms: number;
  copied: boolean;
}
export interface TimelineDocument {
  from_ms: number;
  to_ms: number;
  turns: number;
  workers: string[];
  bars: Bar[];
  busy_percent: number[][];
}

export interface TurnDetail extends TurnName {
  parent: TurnName | null;
  from_step: number;
  to_step: number;
  partial: boolean;
  hyperparameters: Values;
  score: number | null;
  metrics: Values;
  samples: Value[] | null;
  decision: "start" | "continue" | "copy" | "wait" | "stop" | null;
  donor: TurnName | null;
  reason: string | null;
  worker: string | null;
  fence: number | null;
  started_ms: number | null;
  ended_ms: number | null;
  checkpoint_name: string | null;
  checkpoint_bytes: number | null;
  sequence: number | null;
}
export interface TurnDocument {
  turn: TurnDetail;
  log_tail: string | null;
  images: string[];
  image_data?: Record<string, string>;
}

export interface Failure extends TurnName {
  failure: string;
  message: string;
  log_tail: string | null;
  step: number;
  steps_lost: number;
  worker: string | null;
  fence: number;
  time_ms: number;
  sequence: number;
}
export interface FailuresDocument {
  failures: Failure[];
}

// What `pbt report` puts into its page.
export interface ReportDocument {
  experiment: ExperimentDocument;
  turns: TurnsDocument;
  progress: ProgressDocument;
  timeline: TimelineDocument;
  details: Record<string, TurnDocument>;
  failures: Failure[];
}
