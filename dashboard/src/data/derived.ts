// What several views need of a record, computed once for each state of it.
import { bestSoFar } from "./curves";
import { ancestorsAlive, isCopy, lineageOf, presentTurns, scoreRanks, winnerLineage } from "./lineage";
import { rampStep } from "../chart/colours";
import type { Column, TurnRecord } from "./record";
import { layOutTree } from "./tree";

export interface Derived {
  places: Int32Array; // of all turns: 0, 1, 2, ...
  varied: Column[]; // hyperparameters that took more than one value
  constant: Column[];
  winner: Int32Array;
  present: { member: number; place: number }[];
  ancestors: number; // first members with descendants among them
  ranks: Float64Array;
  rankShade: Uint8Array; // a step of the score ramp; 255: diverged
  timeShade: Uint8Array;
  copies: number;
  diverged: number;
}

const none = 255;

export const derive = once(compute);
export const treeOf = once(layOutTree);
export const bestSoFarOf = once(bestSoFar);

function once<Result>(make: (record: TurnRecord) => Result): (record: TurnRecord) => Result {
  const known = new WeakMap<TurnRecord, Result>();
  return (record) => {
    let result = known.get(record);
    if (result === undefined) known.set(record, (result = make(record)));
    return result;
  };
}

export function lineageOfMember(record: TurnRecord, member: number): Int32Array {
  const found = derive(record).present.find((one) => one.member === member);
  return found ? lineageOf(record, found.place) : new Int32Array(0);
}

function compute(record: TurnRecord): Derived {
  const ranks = scoreRanks(record);
  let copies = 0;
  let diverged = 0;
  for (let place = 0; place < record.size; place++) {
    if (isCopy(record, place)) copies++;
    if (Number.isNaN(record.score[place]!)) diverged++;
  }
  const varies = ({ values }: Column): boolean => values.some((value) => value !== values[0] && !Number.isNaN(value));
  return {
    places: Int32Array.from({ length: record.size }, (_, place) => place),
    varied: record.hyperparameters.filter(varies),
    constant: record.hyperparameters.filter((column) => !varies(column)),
    winner: winnerLineage(record),
    present: presentTurns(record),
    ancestors: ancestorsAlive(record),
    ranks,
    rankShade: Uint8Array.from(ranks, (rank) => (Number.isNaN(rank) ? none : rampStep(rank))),
    timeShade: Uint8Array.from({ length: record.size }, (_, place) => rampStep(place / Math.max(1, record.size - 1))),
    copies,
    diverged,
  };
}
