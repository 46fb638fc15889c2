// The turns of an experiment as columns of typed arrays. `parent` holds places in these columns (not rows of the
// record), so that a lineage is followed without a look-up; a parent always comes before its child.
import type { ColumnDocument, Hyperparameter, Mode, TurnsDocument } from "./api";
import { inDescribedOrder, withDescribedLabels } from "./described_order";

export interface Column {
  name: string;
  labels: string[];
  values: Float64Array; // NaN: missing; otherwise a number, or a place in labels where there are any
}
export interface TurnRecord {
  mode: Mode;
  total: number; // turns that the server knows; more than `size` when this is a sample
  size: number;
  best: number; // place, or -1 before the first turn with a score
  row: Int32Array;
  parent: Int32Array;
  score: Float64Array; // NaN: diverged
  member: Int32Array;
  turn: Int32Array;
  root: Int32Array;
  fromStep: Float64Array;
  toStep: Float64Array;
  totalSteps: Float64Array | null; // of the whole population until the end of each turn; null: the server does not say
  partial: Uint8Array;
  startedMs: Float64Array;
  durationMs: Float64Array;
  worker: Int32Array;
  workers: string[];
  hyperparameters: Column[];
  metrics: Column[];
}

export function makeRecord(document: TurnsDocument, mode: Mode, described: readonly Hyperparameter[] = []): TurnRecord {
  return {
    mode,
    total: document.total,
    size: document.row.length,
    best: placeOfRow(document.row, document.best),
    row: Int32Array.from(document.row),
    parent: placesOfRows(document.row, document.parent),
    score: toFloats(document.score),
    member: Int32Array.from(document.member),
    turn: Int32Array.from(document.turn),
    root: Int32Array.from(document.root),
    fromStep: Float64Array.from(document.from_step),
    toStep: Float64Array.from(document.to_step),
    totalSteps: document.total_steps ? Float64Array.from(document.total_steps) : null,
    partial: Uint8Array.from(document.partial, Number),
    startedMs: Float64Array.from(document.started_ms),
    durationMs: Float64Array.from(document.duration_ms),
    worker: Int32Array.from(document.worker),
    workers: document.workers,
    hyperparameters: inDescribedOrder(document.hyperparameters, described).map((column) => withDescribedLabels(toColumn(column), described)),
    metrics: document.metrics.map(toColumn),
  };
}

export function isSample(record: TurnRecord): boolean {
  return record.total > record.size;
}

export function columnText(column: Column, value: number, format: (value: number) => string): string {
  return column.labels.length > 0 ? (column.labels[value] ?? "–") : format(value);
}

// The place of a row in an ascending list, or -1.
export function placeOfRow(rows: ArrayLike<number>, row: number): number {
  let low = 0;
  let high = rows.length - 1;
  if (row < 0) return -1;
  if (rows[row] === row) return row; // the usual case: a complete record
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = rows[middle]!;
    if (found === row) return middle;
    if (found < row) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

export function placeOfTurn(record: TurnRecord, member: number, turn: number): number {
  for (let place = record.size - 1; place >= 0; place--) {
    if (record.member[place] === member && record.turn[place] === turn) return place;
  }
  return -1;
}

function placesOfRows(rows: number[], wanted: number[]): Int32Array {
  return Int32Array.from(wanted, (row) => placeOfRow(rows, row));
}
function toFloats(values: (number | null)[]): Float64Array {
  return Float64Array.from(values, (value) => value ?? Number.NaN);
}
function toColumn(column: ColumnDocument): Column {
  return { name: column.name, labels: column.labels, values: toFloats(column.values) };
}
