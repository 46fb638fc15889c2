// @vitest-environment happy-dom
import { describe, expect, test } from "vitest";
import type { ReportDocument } from "../src/data/api";
import { EmbeddedSource, readReport } from "../src/data/embedded_source";
import { ExperimentStore } from "../src/data/experiment_store";
import type { Listener, Source } from "../src/data/source";
import { fill, h } from "../src/page/dom";
import { matches } from "../src/views/experiments";
import { makeUp } from "./made_up.mjs";

const made = makeUp({ name: "lander", population: 8, turns: 20, workers: 4 });
const report = { experiment: made.experiment, turns: made.turns, progress: made.progress, timeline: made.timeline, failures: made.failures, details: {} } as unknown as ReportDocument;

describe("elements", () => {
  test("a string is only ever text", () => {
    const element = h("p", { title: '"><script>' }, "<img src=x onerror=alert(1)>", null, false, 3);
    expect(element.children).toHaveLength(0);
    expect(element.textContent).toBe("<img src=x onerror=alert(1)>3");
  });
  test("a style attribute is refused, since the page's policy would drop it", () => {
    expect(() => h("p", { style: "color: red" })).toThrow(/element.style/);
  });
  test("filling again replaces what was there", () => {
    const list = h("ul", {}, h("li", {}, 1));
    fill(list, [h("li", {}, 2), [h("li", {}, 3)]]);
    expect(list.textContent).toBe("23");
  });
});

describe("a report", () => {
  test("is read from its page, and a page without one is live", () => {
    fill(document.body, h("script", { type: "application/json", id: "pbt-data" }, JSON.stringify({ details: {} })));
    expect(readReport(document)).toEqual({ details: {} });
    fill(document.body);
    expect(readReport(document)).toBeNull();
  });
  test("tells of a turn without details what its columns say", async () => {
    const source = new EmbeddedSource(report);
    const { turn, images } = await source.turn("lander", { member: 3, turn: 7 });
    const place = made.turns.row.findIndex((_: number, at: number) => made.turns.member[at] === 3 && made.turns.turn[at] === 7);
    expect(turn.score).toBe(made.turns.score[place]);
    expect(["relu", "tanh", "gelu"]).toContain(turn.hyperparameters["activation"]);
    expect(images).toEqual([]);
    await expect(source.turn("lander", { member: 3, turn: 700 })).rejects.toThrow("does not hold turn m3.t700");
  });
  test("lists its one experiment", async () => {
    const { experiments } = await new EmbeddedSource(report).experiments();
    expect(experiments.map((row) => [row.name, row.turns])).toEqual([["lander", 160]]);
  });
});

describe("the store of an experiment", () => {
  const follow = async (): Promise<{ store: ExperimentStore; listener: Listener; changes: () => number }> => {
    let listener: Listener | null = null;
    let changes = 0;
    const embedded = new EmbeddedSource(structuredClone(report));
    const source: Source = Object.assign(Object.create(embedded) as Source, { ...embedded, follow: (_name: string, _first: number, one: Listener) => ((listener = one), () => undefined) });
    const store = new ExperimentStore(source, "lander", () => changes++, () => undefined);
    await store.start();
    return { store, listener: listener!, changes: () => changes };
  };
  test("holds every turn once, however often events repeat them", async () => {
    const { store, listener } = await follow();
    listener.turns(structuredClone(report.turns));
    expect(store.record.size).toBe(160);
    store.stop();
  });
  test("tells of a lost connection once", async () => {
    const { store, listener, changes } = await follow();
    await new Promise((done) => setTimeout(done, 0));
    const before = changes();
    listener.connected(false);
    listener.connected(false);
    expect(store.connected).toBe(false);
    expect(changes()).toBe(before + 1);
    store.stop();
  });
  test("keeps its members when a status without them comes", async () => {
    const { store, listener } = await follow();
    const status = { ...store.document.status, turns: 161, members: [] };
    listener.status(status);
    expect(store.document.status.turns).toBe(161);
    expect(store.document.status.members).toHaveLength(8);
    store.stop();
  });
});

test("the search of the list finds every word, in any field", () => {
  const row = { name: "lander", state: "done" as const, algorithm: "pbt", metric: "episode_return", mode: "max" as const, score: 1, population: 8, turns: 1, steps_done: 1, steps_planned: 1, created_ms: 1, error: null };
  expect(matches(row, "LAND done")).toBe(true);
  expect(matches(row, "land failed")).toBe(false);
});
