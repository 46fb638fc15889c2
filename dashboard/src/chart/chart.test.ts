import { describe, expect, test } from "vitest";
import type { View } from "./chart";
import { formatShort } from "../data/format";
import { ramp, rampStep, rampSteps } from "./colours";
import { fileName } from "./export";
import { planeChart } from "./plane";
import { linear, linearTicks, log, makeScale, oneMinusLog, padDomain, ticks } from "./scale";
import { scaleNote } from "./scale_notes";
import { SvgPainter } from "./svg_painter";
import { formatSince, timeTicks } from "./time_axis";

const theme = { dark: false, surface: "#fff", ink: "#000", muted: "#555", grid: "#eee", faint: "#aaa", accent: "#00f", winner: "#f0f", bad: "#f00", good: "#0f0", time: ramp(["#000000", "#ffffff"]), score: ramp(["#000000", "#ffffff"]), font: "sans-serif" };
const view: View = { width: 600, height: 260, theme, span: [0, 1], pan: { k: 1, x: 0, y: 0 } };

describe("scales", () => {
  test("ticks are round and inside", () => {
    expect(linearTicks([0, 1], 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(linearTicks([-180, 230], 5)).toEqual([-100, 0, 100, 200]);
    expect(linearTicks([3, 3], 5)).toEqual([3]);
    expect(ticks(log([1e-5, 1e-1], [0, 400]), 5)).toEqual([1e-5, 1e-4, 1e-3, 1e-2, 1e-1]);
    expect(ticks(log([1e-4, 1e-2], [0, 400]), 8)).toContain(0.002);
  });
  test("a place and its value are inverses", () => {
    for (const scale of [linear([-3, 7], [10, 500]), log([1e-4, 1], [300, 20])]) expect(scale.invert(scale.at(0.5))).toBeCloseTo(0.5);
    expect(log([1, 10], [0, 1]).at(-1)).toBeNaN();
    expect(oneMinusLog([0.9, 0.9999], [0, 3]).at(1)).toBeNaN();
  });
  test("0.9, 0.99 and 0.999 are as far apart on a scale of what is missing to 1, and its ticks are such numbers", () => {
    const scale = oneMinusLog([0.9, 0.9999], [0, 3]);
    [0.9, 0.99, 0.999, 0.9999].forEach((value, place) => expect(scale.at(value)).toBeCloseTo(place));
    expect(scale.invert(1.5)).toBeCloseTo(1 - 10 ** -2.5);
    expect(ticks(scale, 5).map((tick) => formatShort(tick))).toEqual(["0.9", "0.99", "0.999", "0.9999"]);
    expect(ticks(oneMinusLog([0.97, 0.999], [0, 3]), 6).map((tick) => formatShort(tick))).toEqual(["0.98", "0.99", "0.995", "0.998", "0.999"]);
    const [low, high] = padDomain("one_minus_log", [0.9, 0.9999]);
    expect([low < 0.9, low > 0.8, high > 0.9999, high < 1]).toEqual([true, true, true, true]);
  });
  test("a scale that cannot show its domain is linear", () => {
    expect([makeScale("log", [0, 1], [0, 1]).kind, makeScale("one_minus_log", [0, 1], [0, 1]).kind]).toEqual(["linear", "linear"]);
  });
  test("what a scale cannot show is counted and said", () => {
    expect(scaleNote("log", [1, 0, -2, NaN])).toBe("2 values ≤ 0 are not shown on a log scale.");
    expect(scaleNote("log", [1, 0], "decay")).toBe("1 value of decay ≤ 0 is not shown on a log scale.");
    expect(scaleNote("one_minus_log", [0.5, 1])).toBe("1 value ≥ 1 is not shown on a log scale of 1 − x.");
    expect(scaleNote("log", [-1, -2])).toBe("No value is above 0, so the scale is linear.");
    expect([scaleNote("log", [1, 2]), scaleNote("linear", [-1]), scaleNote("log", [])]).toEqual([null, null, null]);
  });
  test("a single value gets a domain of some width", () => {
    for (const value of [0, 5, -2]) {
      const [low, high] = padDomain("linear", [value, value]);
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });
  test("time ticks are round times", () => {
    expect(timeTicks(0, 3_600_000, 4)).toEqual([0, 900_000, 1_800_000, 2_700_000, 3_600_000]);
    expect([0, 90_000, 3_600_000, 90_061_000, 250].map(formatSince)).toEqual(["0", "1 min 30 s", "1 h", "1 d 1 h", "250 ms"]);
  });
  test("shares outside 0 to 1 take the end of a ramp", () => {
    expect([rampStep(-1), rampStep(0.5), rampStep(1)]).toEqual([0, rampSteps / 2, rampSteps - 1]);
  });
});

describe("a plane chart", () => {
  const chart = planeChart({
    title: "t", summary: "s", x: { label: "step" }, y: { label: "score" }, height: 260,
    series: [
      { name: "one", kind: "line", x: Float64Array.of(0, 1, 2), y: Float64Array.of(0, NaN, 2), colour: () => "#123456" },
      { name: "two", kind: "line", x: Float64Array.of(0, 2), y: Float64Array.of(5, 6), colour: () => "#654321" },
    ],
  });
  test("draws every line, with a break where a value is missing", () => {
    const painter = new SvgPainter(600, 260, "sans-serif", "#fff");
    chart.draw(painter, view);
    const svg = painter.document("t");
    const path = /d="(M[^"]*)" fill="none" stroke="#123456"/.exec(svg)![1]!;
    expect(path.match(/M/g)).toHaveLength(2);
    expect(svg).toContain('stroke="#654321"');
    expect(svg).not.toMatch(/NaN|undefined/);
  });
  test("says in its drawing what a log scale leaves out, and draws the rest", () => {
    const painter = new SvgPainter(600, 260, "sans-serif", "#fff");
    const half = planeChart({
      title: "t", summary: "s", x: { label: "step" }, y: { label: "loss", kind: "log" }, height: 260,
      series: [{ name: "one", kind: "segments", x: Float64Array.of(1, 2, 3), y: Float64Array.of(0, 10, 100), from: { x: Float64Array.of(0, 1, 2), y: Float64Array.of(5, 0, 10) }, colour: () => "#123456" }],
    });
    half.draw(painter, view);
    expect(painter.document("t")).toContain("1 value ≤ 0 is not shown on a log scale.");
    expect(painter.document("t")).not.toMatch(/NaN|undefined/);
    expect(half.notes).toHaveLength(1);
    // Ten times is as far from 10 as 100 is: the axis is a log one.
    const heights = [1, 2].map((index) => half.place(view, { series: 0, index })[1]);
    expect(heights[0]! - heights[1]!).toBeGreaterThan(100);
  });
  test("finds what it has drawn", () => {
    const place = chart.place(view, { series: 1, index: 1 });
    expect(chart.find(view, place[0] + 3, place[1] - 2)).toEqual({ series: 1, index: 1 });
    expect(chart.find(view, place[0] / 2, place[1] + 120)).toBeNull();
  });
  test("the keyboard walks along a line and from line to line", () => {
    const start = chart.step(null, "right");
    expect(start).toEqual({ series: 1, index: 1 });
    expect(chart.step(start, "left")).toEqual({ series: 1, index: 0 });
    expect(chart.step(start, "up")).toEqual({ series: 0, index: 2 });
  });
  test("zooming shows a part of x", () => {
    const zoomed = { ...view, span: [0.5, 1] as [number, number] };
    expect(chart.place(zoomed, { series: 0, index: 0 })[0]).toBeLessThan(0);
  });
  test("its table holds every point", () => {
    expect(chart.table().rows).toHaveLength(5);
  });
  test("an empty one says so", () => {
    const painter = new SvgPainter(600, 260, "sans-serif", "#fff");
    planeChart({ title: "t", summary: "s", x: { label: "x" }, y: { label: "y" }, series: [] }).draw(painter, view);
    expect(painter.document("t")).toContain("Nothing to show yet");
  });
});

test("an SVG holds what trainers wrote as text only", () => {
  const painter = new SvgPainter(10, 10, 'a"b', "#fff");
  painter.text('<script>&"\u0000', 1, 2, { colour: '"><x' });
  const svg = painter.document("</title><script>");
  expect(svg).not.toContain("<script>");
  expect(svg).not.toContain("\u0000");
});
test("file names are tame", () => {
  expect(fileName("../a b: learning_rate / x", "csv")).toBe("a_b_learning_rate_x.csv");
  expect(fileName("///", "png")).toBe("chart.png");
});
