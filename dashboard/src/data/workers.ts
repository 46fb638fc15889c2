import type { Failure, MemberRow } from "./api";
import type { TurnRecord } from "./record";

export interface WorkerRow {
  worker: string;
  members: number[]; // in training now
  turns: number;
  stepsPerSecond: number | null;
  busy: number; // share of the time from the first turn of all to the last, 0..1
  failures: number;
}

export function workersOf(record: TurnRecord, members: MemberRow[], failures: Failure[]): WorkerRow[] {
  const rows = new Map<string, WorkerRow & { steps: number; ms: number }>();
  const row = (worker: string): WorkerRow & { steps: number; ms: number } => {
    let found = rows.get(worker);
    if (!found) rows.set(worker, (found = { worker, members: [], turns: 0, stepsPerSecond: null, busy: 0, failures: 0, steps: 0, ms: 0 }));
    return found;
  };
  let first = Infinity;
  let last = -Infinity;
  for (let place = 0; place < record.size; place++) {
    const worker = record.workers[record.worker[place]!];
    if (worker === undefined) continue;
    const one = row(worker);
    one.turns++;
    one.steps += record.toStep[place]! - record.fromStep[place]!;
    one.ms += record.durationMs[place]!;
    first = Math.min(first, record.startedMs[place]!);
    last = Math.max(last, record.startedMs[place]! + record.durationMs[place]!);
  }
  for (const { worker, member } of members) if (worker !== null) row(worker).members.push(member);
  for (const { worker } of failures) if (worker !== null) row(worker).failures++;
  const share = record.total > 0 ? record.size / record.total : 1; // a sample holds this share of a worker's turns
  for (const one of rows.values()) {
    one.stepsPerSecond = one.ms > 0 ? one.steps / (one.ms / 1000) : null;
    one.busy = last > first ? Math.min(1, one.ms / (last - first) / share) : 0;
  }
  return [...rows.values()].sort((a, b) => a.worker.localeCompare(b.worker, "en", { numeric: true }));
}
