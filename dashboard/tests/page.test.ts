// @vitest-environment happy-dom
import { afterEach, describe, expect, test, vi } from "vitest";
import type { ParallelOptions } from "../src/chart/parallel";
import type { ReportDocument, TurnsDocument } from "../src/data/api";
import { EmbeddedSource } from "../src/data/embedded_source";
import { ExperimentStore } from "../src/data/experiment_store";
import { LiveSource } from "../src/data/live_source";
import { makeRecord } from "../src/data/record";
import type { Listener, Source } from "../src/data/source";
import { returnFromLogin } from "../src/page/login";
import { BrushList } from "../src/views/brush_list";
import { readingNote, sampleNote } from "../src/views/notes";
import { makeUp } from "./made_up.mjs";

const made = makeUp({ name: "lander", population: 8, turns: 20, workers: 4 });

afterEach(() => vi.unstubAllGlobals());

describe("the list of kept ranges", () => {
  const list = (): { element: HTMLElement; brushes: ParallelOptions["brushes"]; focused: () => number } => {
    let focused = 0;
    const brushes: ParallelOptions["brushes"] = new Map([["rate", [1, 2]], ["score", [0, 5]]]);
    const axis = (name: string): ParallelOptions["axes"][number] => ({ name, kind: "linear", labels: [], values: Float64Array.of(0, 1, 2) });
    const options: ParallelOptions = { title: "", summary: "", axes: [axis("rate"), axis("score")], places: Int32Array.of(0, 1, 2), shade: Uint8Array.of(0, 0, 0), brushes, brushed: () => undefined, describe: () => ({ title: "", lines: [] }), open: () => undefined };
    const one = new BrushList(brushes, () => undefined, () => focused++);
    document.body.replaceChildren(one.element);
    one.show(options);
    return { element: one.element, brushes, focused: () => focused };
  };
  test("has a button for each axis, and one for all", () => {
    const { element } = list();
    expect([...element.querySelectorAll("button")].map((button) => button.textContent)).toEqual(["Let go of rate 1 to 2 ×", "Let go of score 0 to 5 ×", "Let go of all ×"]);
    expect(element.textContent).toContain("2 of 3 lines kept");
  });
  test("a button lets go of its axis alone, and hands the focus on", () => {
    const { element, brushes, focused } = list();
    element.querySelector("button")!.click();
    expect([...brushes.keys()]).toEqual(["score"]);
    expect(document.activeElement?.textContent).toContain("score");
    document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    expect([brushes.size, element.querySelectorAll("button").length, focused()]).toEqual([0, 0, 1]);
  });
});

describe("the server's token", () => {
  test("is asked for when an answer says that it is needed", async () => {
    vi.stubGlobal("fetch", async () => new Response("{}", { status: 401 }));
    const goToLogin = vi.fn();
    await expect(new LiveSource(goToLogin).experiments()).rejects.toThrow("A token is needed.");
    expect(goToLogin).toHaveBeenCalledOnce();
  });
  test("once given leads back to where the reader was, once", () => {
    sessionStorage.setItem("pbt-return", "#/e/lander/moves");
    returnFromLogin();
    expect(window.location.hash).toBe("#/e/lander/moves");
    expect(sessionStorage.getItem("pbt-return")).toBeNull();
    window.location.hash = "";
  });
  test("does not lead away from an address that the reader has opened since", () => {
    sessionStorage.setItem("pbt-return", "#/e/lander/moves");
    window.location.hash = "#/e/other";
    returnFromLogin();
    expect(window.location.hash).toBe("#/e/other");
  });
});

describe("notes", () => {
  const { status } = made.experiment as unknown as ReportDocument["experiment"];
  test("tell how much of a long record the server has read, and nothing of a moment's delay", () => {
    expect(readingNote({ read: 12_000, status: { ...status, turns: 1_000_000 } })).toBe("Reading the record: 12,000 of 1,000,000 turns.");
    expect(readingNote({ read: 159, status: { ...status, turns: 160 } })).toBeNull();
  });
  test("tell of a sample", () => {
    const turns = made.turns as unknown as TurnsDocument;
    expect(sampleNote(makeRecord(turns, "max"))).toBeNull();
    expect(sampleNote(makeRecord({ ...turns, total: 50_000 }, "max"))).toMatch(/^160 of 50,000 turns shown/);
  });
});

test("what a complete record has missed is fetched at once", async () => {
  let listener: Listener | null = null;
  let asked = 0;
  const turns = made.turns as unknown as TurnsDocument;
  const embedded = new EmbeddedSource({ experiment: made.experiment, turns, progress: made.progress, timeline: made.timeline, failures: made.failures, details: {} } as unknown as ReportDocument);
  const source = Object.assign(Object.create(embedded) as Source, { ...embedded, follow: (_name: string, _first: number, one: Listener) => ((listener = one), () => undefined), turns: async () => (asked++, { ...turns }) });
  let fetched: () => void = () => undefined;
  const again = new Promise<void>((done) => (fetched = done));
  const store = new ExperimentStore(source, "lander", () => asked === 2 && fetched(), () => undefined);
  await store.start();
  listener!.turns({ ...turns, total: 170, row: [169], first: 169 });
  await again;
  expect(asked).toBe(2);
  store.stop();
});
