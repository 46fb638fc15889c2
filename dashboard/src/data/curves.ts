// Curves for charts: along lineages, best so far, smoothing, and thinning to what a screen can show.
import { isBetter } from "./lineage";
import type { TurnRecord } from "./record";

export interface Curve {
  x: Float64Array;
  y: Float64Array;
  place: Int32Array; // the turn behind each point, -1 for none
}

export function curveAlong(record: TurnRecord, lineage: Int32Array, values: Float64Array): Curve {
  const x = Float64Array.from(lineage, (place) => record.toStep[place]!);
  const y = Float64Array.from(lineage, (place) => values[place]!);
  return { x, y, place: lineage };
}

// The best score that any turn had reached, by the step that it ended at.
export function bestSoFar(record: TurnRecord): Curve {
  const order = Int32Array.from(record.score.keys()).sort((a, b) => record.toStep[a]! - record.toStep[b]! || a - b);
  return rising(record, order, (place) => record.toStep[place]!);
}

// The best score against the steps that the whole population had done, in the order of the record.
export function bestByTotalSteps(record: TurnRecord, stepsDone: number | null): Curve {
  const total = record.totalSteps ?? summedSteps(record, stepsDone);
  return rising(record, Int32Array.from(record.score.keys()), (place) => total[place]!);
}

// Where the document is a sample, the sums are scaled up to `stepsDone`.
function summedSteps(record: TurnRecord, stepsDone: number | null): Float64Array {
  const total = new Float64Array(record.size);
  let sum = 0;
  for (let place = 0; place < record.size; place++) {
    sum += record.toStep[place]! - record.fromStep[place]!;
    total[place] = sum;
  }
  const scale = record.total > record.size && stepsDone && sum > 0 ? stepsDone / sum : 1;
  return total.map((steps) => steps * scale);
}

function rising(record: TurnRecord, order: Int32Array, xOf: (place: number) => number): Curve {
  const x: number[] = [];
  const y: number[] = [];
  const places: number[] = [];
  let best = Number.NaN;
  order.forEach((place, index) => {
    const score = record.score[place]!;
    const better = Number.isFinite(score) && (Number.isNaN(best) || isBetter(record.mode, score, best));
    const last = index === order.length - 1;
    if (!better && !(last && places.length > 0)) return;
    if (better) best = score;
    x.push(xOf(place));
    y.push(best);
    places.push(better ? place : places[places.length - 1]!);
  });
  return { x: Float64Array.from(x), y: Float64Array.from(y), place: Int32Array.from(places) };
}

// An exponential mean, corrected for its start; `amount` 0 changes nothing, 0.99 smooths over about 100 points. Gaps stay gaps.
export function smooth(values: Float64Array, amount: number): Float64Array {
  if (amount <= 0) return values;
  const result = new Float64Array(values.length);
  let mean = 0;
  let weight = 0;
  values.forEach((value, index) => {
    if (!Number.isFinite(value)) {
      result[index] = Number.NaN;
      return;
    }
    mean = amount * mean + (1 - amount) * value;
    weight = amount * weight + (1 - amount);
    result[index] = mean / weight;
  });
  return result;
}

// At most `most` places of `length`, evenly spread, always with the first and the last.
export function spreadPlaces(length: number, most: number): Int32Array {
  if (length <= most) return Int32Array.from({ length }, (_, index) => index);
  return Int32Array.from({ length: most }, (_, index) => Math.round((index * (length - 1)) / (most - 1)));
}

// The points of a polyline that a screen of `columns` can tell apart: first, lowest, highest and last of each column.
export function thin(x: Float64Array, y: Float64Array, low: number, high: number, columns: number): Int32Array {
  if (x.length <= 4 * columns) return Int32Array.from(x.keys());
  const kept: number[] = [];
  const width = (high - low) / columns || 1;
  let start = 0;
  while (start < x.length) {
    const column = Math.floor((x[start]! - low) / width);
    let end = start;
    let lowest = start;
    let highest = start;
    while (end < x.length && Math.floor((x[end]! - low) / width) === column) {
      if (y[end]! < y[lowest]!) lowest = end;
      if (y[end]! > y[highest]!) highest = end;
      end++;
    }
    kept.push(...[...new Set([start, lowest, highest, end - 1])].sort((a, b) => a - b));
    start = end;
  }
  return Int32Array.from(kept);
}

export function extent(values: Iterable<number>): [number, number] | null {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
}
