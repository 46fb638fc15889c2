import { describe, expect, test } from "vitest";
import { makeUp } from "../../tests/made_up.mjs";
import type { Hyperparameter, TurnsDocument } from "./api";
import { appendTurns } from "./append";
import { toCsv } from "./csv";
import { bestByTotalSteps, bestSoFar, smooth, spreadPlaces, thin } from "./curves";
import { inDescribedOrder, valuesInDescribedOrder } from "./described_order";
import { ancestorsAlive, isCopy, lineageOf, presentTurns, scoreRanks } from "./lineage";
import { makeRecord, placeOfRow, placeOfTurn } from "./record";
import { sortBy } from "./sort";
import { layOutTree } from "./tree";

// Two members; the second turn of member 1 copies the first of member 0.
const small: TurnsDocument = {
  total: 4, first: 0, best: 3, row: [0, 1, 2, 3], parent: [-1, -1, 0, 0], score: [1, null, 3, 5], member: [0, 1, 0, 1], turn: [1, 1, 2, 2], root: [0, 1, 0, 0],
  from_step: [0, 0, 10, 10], to_step: [10, 10, 20, 20], partial: [0, 0, 0, 0], started_ms: [0, 0, 5, 6], duration_ms: [5, 6, 5, 5], worker: [0, 1, 0, 1], workers: ["a", "b"],
  hyperparameters: [{ name: "rate", labels: [], values: [0.1, 0.2, 0.1, 0.08] }, { name: "kind", labels: ["relu", "tanh"], values: [0, 1, 0, 0] }],
  metrics: [{ name: "loss", labels: [], values: [1, null, 0.5, 0.4] }],
};
const part = (document: TurnsDocument, from: number, to: number): TurnsDocument => {
  const cut = <Item>(list: Item[]): Item[] => list.slice(from, to);
  const columns = (all: TurnsDocument["metrics"]): TurnsDocument["metrics"] => all.map((column) => ({ ...column, values: cut(column.values) }));
  return {
    ...document, total: to, first: from, best: -1, row: cut(document.row), parent: cut(document.parent), score: cut(document.score), member: cut(document.member), turn: cut(document.turn), root: cut(document.root), from_step: cut(document.from_step), to_step: cut(document.to_step),
    partial: cut(document.partial), started_ms: cut(document.started_ms), duration_ms: cut(document.duration_ms), worker: cut(document.worker), hyperparameters: columns(document.hyperparameters), metrics: columns(document.metrics),
  };
};

describe("lineages", () => {
  const record = makeRecord(small, "max");
  test("a lineage goes back through copies to its first turn", () => {
    expect([...lineageOf(record, 3)]).toEqual([0, 3]);
    expect(isCopy(record, 3)).toBe(true);
    expect(isCopy(record, 2)).toBe(false);
  });
  test("the present population is the last turn of every member", () => {
    expect(presentTurns(record)).toEqual([{ member: 0, place: 2 }, { member: 1, place: 3 }]);
    expect(ancestorsAlive(record)).toBe(1);
  });
  test("ranks run from worst to best in the user's own direction, and a diverged turn has none", () => {
    expect([...scoreRanks(record)]).toEqual([0, NaN, 0.5, 1]);
    expect([...scoreRanks(makeRecord(small, "min"))]).toEqual([1, NaN, 0.5, 0]);
  });
  test("a sample's parents are found by their rows", () => {
    const sample = makeRecord({ ...small, total: 400, best: 300, row: [0, 100, 200, 300], parent: [-1, -1, 0, 0] }, "max");
    expect([...sample.parent]).toEqual([-1, -1, 0, 0]);
    expect(sample.best).toBe(3);
    expect(placeOfRow([0, 100, 200], 150)).toBe(-1);
    expect(placeOfTurn(sample, 1, 2)).toBe(3);
  });
});

describe("curves", () => {
  test("best so far only rises, and falls for a minimised metric", () => {
    expect([...bestSoFar(makeRecord(small, "max")).y]).toEqual([1, 3, 5]);
    expect([...bestSoFar(makeRecord(small, "min")).y]).toEqual([1, 1]);
  });
  test("best so far counts the steps of the whole population in the order of the record", () => {
    expect([...bestByTotalSteps(makeRecord(small, "max"), null).x]).toEqual([10, 30, 40]);
    expect([...bestByTotalSteps(makeRecord({ ...small, total: 400 }, "max"), 4000).x]).toEqual([1000, 3000, 4000]);
  });
  test("best so far of a sample stands where the server says that the population was", () => {
    const told = { ...small, total: 400, row: [0, 100, 200, 300], parent: [-1, -1, 0, 0], best: 300, total_steps: [10, 1010, 2010, 3010] };
    expect([...bestByTotalSteps(makeRecord(told, "max"), 4000).x]).toEqual([10, 2010, 3010]);
  });
  test("everything diverged gives an empty curve", () => {
    expect(bestSoFar(makeRecord({ ...small, best: -1, score: [null, null, null, null] }, "max")).x.length).toBe(0);
  });
  test("smoothing keeps a constant, keeps gaps, and does nothing at 0", () => {
    expect([...smooth(Float64Array.of(2, 2, NaN, 2), 0.9)].map((value) => Math.round(value * 1e9) / 1e9)).toEqual([2, 2, NaN, 2]);
    const values = Float64Array.of(1, 5);
    expect(smooth(values, 0)).toBe(values);
  });
  test("thinning keeps the lowest and the highest point of every column", () => {
    const x = Float64Array.from({ length: 10_000 }, (_, at) => at);
    const y = Float64Array.from(x, (at) => (at === 5003 ? 99 : at === 5005 ? -99 : 0));
    const kept = [...thin(x, y, 0, 9999, 100)];
    expect(kept.length).toBeLessThanOrEqual(404);
    expect(kept).toContain(5003);
    expect(kept).toContain(5005);
    expect(kept[0]).toBe(0);
    expect(kept[kept.length - 1]).toBe(9999);
  });
  test("spread places hold the first and the last", () => {
    expect([...spreadPlaces(100, 4)]).toEqual([0, 33, 66, 99]);
    expect([...spreadPlaces(2, 4)]).toEqual([0, 1]);
  });
});

describe("appending", () => {
  test("news continue the record as if it had been fetched at once", () => {
    expect(makeRecord(appendTurns(part(small, 0, 2), { ...part(small, 2, 4), best: 3 }) as TurnsDocument, "max")).toEqual(makeRecord(small, "max"));
  });
  test("rows that are there already are not doubled", () => {
    const joined = appendTurns(part(small, 0, 3), { ...part(small, 1, 4), best: 3 }) as TurnsDocument;
    expect(joined.row).toEqual([0, 1, 2, 3]);
    expect(appendTurns(small, part(small, 1, 3))).toBe(small);
  });
  test("total steps go on where both sides tell them, and are dropped where one does not", () => {
    const [before, after] = [{ ...part(small, 0, 2), total_steps: [10, 20] }, { ...part(small, 2, 4), total_steps: [30, 40] }];
    expect((appendTurns(before, after) as TurnsDocument).total_steps).toEqual([10, 20, 30, 40]);
    expect(appendTurns(before, part(small, 2, 4))).not.toHaveProperty("total_steps");
  });
  test("a gap and a document without its rows are noticed", () => {
    expect(appendTurns(part(small, 0, 1), part(small, 2, 4))).toBe("gap");
    expect(appendTurns(part(small, 0, 1), { ...part(small, 0, 0), total: 4 })).toBe("gap");
    expect(appendTurns({ ...small, total: 400 }, part(small, 2, 4))).toBe("gap");
  });
  test("new workers, labels and metrics find their places", () => {
    const news: TurnsDocument = { ...part(small, 2, 4), best: 3, workers: ["c", "a"], worker: [0, 1], hyperparameters: [small.hyperparameters[0]!, { name: "kind", labels: ["gelu"], values: [0, null] }], metrics: [{ name: "entropy", labels: [], values: [7, 8] }] };
    news.hyperparameters[0] = { name: "rate", labels: [], values: [0.1, 0.08] };
    const joined = appendTurns(part(small, 0, 2), news) as TurnsDocument;
    expect(joined.workers).toEqual(["a", "b", "c"]);
    expect(joined.worker).toEqual([0, 1, 2, 0]);
    expect(joined.hyperparameters[1]).toEqual({ name: "kind", labels: ["relu", "tanh", "gelu"], values: [0, 1, 2, null] });
    expect(joined.metrics).toEqual([{ name: "loss", labels: [], values: [1, null, null, null] }, { name: "entropy", labels: [], values: [null, null, 7, 8] }]);
  });
});

describe("the description's order", () => {
  const described: Hyperparameter[] = [{ name: "kind", type: "choice", values: ["tanh", "relu"] }, { name: "rate", type: "real", low: 0, high: 1 }];
  test("is that of a record's hyperparameters, and of their texts", () => {
    const [kind, rate] = makeRecord(small, "max", described).hyperparameters;
    expect([kind!.name, rate!.name]).toEqual(["kind", "rate"]);
    expect(kind!.labels).toEqual(["tanh", "relu"]);
    expect([...kind!.values]).toEqual([1, 0, 1, 1]);
  });
  test("leaves what it does not name behind, as it was found", () => {
    expect(inDescribedOrder([{ name: "b" }, { name: "rate" }, { name: "a" }, { name: "kind" }], described).map(({ name }) => name)).toEqual(["kind", "rate", "b", "a"]);
    expect(valuesInDescribedOrder({ rate: 0.1, kind: "relu" }, described)).toEqual([["kind", "relu"], ["rate", 0.1]]);
  });
});

describe("the tree", () => {
  const record = makeRecord(makeUp({ name: "made up", population: 64, turns: 200, workers: 8, seed: 3 }).turns as TurnsDocument, "max");
  test("every turn has a place of its own, with children beyond their parents", () => {
    const { across, along } = layOutTree(record);
    const places = [...across.keys()];
    expect(places.filter((place) => !(across[place]! >= 0 && across[place]! <= 1))).toEqual([]);
    expect(places.filter((place) => record.parent[place]! >= 0 && along[place]! <= along[record.parent[place]!]!)).toEqual([]);
    expect(new Set(places.map((place) => `${across[place]} ${along[place]}`)).size).toBe(record.size);
  });
});

describe("tables", () => {
  test("CSV quotes what needs it and keeps formulas texts", () => {
    expect(toCsv({ columns: ["a", "b,c"], rows: [[1.5, 'say "x"'], [null, "=1+1"], [NaN, "line\nbreak"]] })).toBe('a,"b,c"\r\n1.5,"say ""x"""\r\n,\'=1+1\r\n,"line\nbreak"\r\n');
  });
  test("sorting puts what is missing last, whichever way", () => {
    const items = [{ v: 2 }, { v: null }, { v: 10 }];
    expect(sortBy(items, (item) => item.v, false).map((item) => item.v)).toEqual([2, 10, null]);
    expect(sortBy(items, (item) => item.v, true).map((item) => item.v)).toEqual([10, 2, null]);
    expect(sortBy(["m10", "m9"], (item) => item, false)).toEqual(["m9", "m10"]);
  });
});
