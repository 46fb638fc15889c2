// Lineages: who descends from whom. Everything is linear in the number of turns and free of recursion.
import type { TurnRecord } from "./record";

// The places from the first turn of the lineage to `place`.
export function lineageOf(record: TurnRecord, place: number): Int32Array {
  let length = 0;
  for (let at = place; at >= 0; at = record.parent[at]!) length++;
  const lineage = new Int32Array(length);
  for (let at = place; at >= 0; at = record.parent[at]!) lineage[--length] = at;
  return lineage;
}

// The last turn of every member, in the order of the members' numbers.
export function presentTurns(record: TurnRecord): { member: number; place: number }[] {
  const last = new Map<number, number>();
  for (let place = 0; place < record.size; place++) last.set(record.member[place]!, place);
  return [...last].map(([member, place]) => ({ member, place })).sort((a, b) => a.member - b.member);
}

export function isCopy(record: TurnRecord, place: number): boolean {
  const parent = record.parent[place]!;
  return parent >= 0 && record.member[parent] !== record.member[place];
}

// How many of the first members still have a descendant in the present population.
export function ancestorsAlive(record: TurnRecord): number {
  return new Set(presentTurns(record).map(({ place }) => record.root[place])).size;
}

export function winnerLineage(record: TurnRecord): Int32Array {
  return record.best < 0 ? new Int32Array(0) : lineageOf(record, record.best);
}

// 0 for the worst, 1 for the best of all finite scores; NaN for a turn that diverged. Equal scores share a rank.
export function scoreRanks(record: TurnRecord): Float64Array {
  const places = [...record.score.keys()].filter((place) => Number.isFinite(record.score[place]!));
  const sign = record.mode === "max" ? 1 : -1;
  places.sort((a, b) => sign * (record.score[a]! - record.score[b]!));
  const ranks = new Float64Array(record.size).fill(Number.NaN);
  const most = Math.max(1, places.length - 1);
  let rank = 0;
  places.forEach((place, index) => {
    if (index > 0 && record.score[place] !== record.score[places[index - 1]!]) rank = index;
    ranks[place] = places.length === 1 ? 1 : rank / most;
  });
  return ranks;
}

// For members, a score as a sentence needs: is a better than b?
export function isBetter(mode: "max" | "min", a: number, b: number): boolean {
  return mode === "max" ? a > b : a < b;
}
