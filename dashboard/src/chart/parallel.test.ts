import { describe, expect, test } from "vitest";
import type { View } from "./chart";
import { ramp } from "./colours";
import { type Brushes, brushText, keptBy, parallelChart, type ParallelOptions } from "./parallel";
import { SvgPainter } from "./svg_painter";

const theme = { dark: false, surface: "#fff", ink: "#000", muted: "#555", grid: "#eee", faint: "#aaa", accent: "#00f", winner: "#f0f", bad: "#f00", good: "#0f0", time: ramp(["#000000", "#ffffff"]), score: ramp(["#000000", "#ffffff"]), font: "sans-serif" };
const view: View = { width: 488, height: 360, theme, span: [0, 1], pan: { k: 1, x: 0, y: 0 } };

// Axes stand at 44, 244 and 444; values run from the bottom (338) to the top (56).
function three(brushes: Brushes): { options: ParallelOptions; changes: () => number } {
  let changes = 0;
  const options: ParallelOptions = {
    title: "t", summary: "s",
    axes: [
      { name: "rate", kind: "log", labels: [], values: Float64Array.of(0.001, 0.01, 0.1) },
      { name: "kind", kind: "linear", labels: ["relu", "tanh"], values: Float64Array.of(0, 1, 0) },
      { name: "score", kind: "linear", labels: [], values: Float64Array.of(1, 2, 3) },
    ],
    places: Int32Array.of(0, 1, 2), shade: Uint8Array.of(0, 15, 31), brushes, brushed: () => changes++, describe: (place) => ({ title: String(place), lines: [] }), open: () => undefined,
  };
  return { options, changes: () => changes };
}

describe("parallel coordinates", () => {
  test("dragging along an axis keeps the lines that pass there", () => {
    const { options, changes } = three(new Map());
    parallelChart(options).drag!(view, [440, 60], [450, 200]);
    expect([...options.brushes.keys()]).toEqual(["score"]);
    expect([...keptBy(options)]).toEqual([0, 1, 1]);
    expect(changes()).toBe(1);
  });
  test("a click on what one axis keeps lets go of that alone, and a click elsewhere of nothing", () => {
    const { options } = three(new Map([["rate", [0.005, 0.2]], ["score", [1.5, 4]]]));
    const chart = parallelChart(options);
    expect(chart.click!(view, [100, 100])).toBe(false);
    expect(chart.click!(view, [244, 100])).toBe(false);
    expect(chart.click!(view, [446, 335])).toBe(false);
    expect(chart.click!(view, [446, 100])).toBe(true);
    expect([...options.brushes.keys()]).toEqual(["rate"]);
  });
  test("Escape lets go of the range set last, then of the one before, then of nothing", () => {
    const { options } = three(new Map([["rate", [0.005, 0.2]], ["score", [1.5, 4]]]));
    const chart = parallelChart(options);
    chart.drag!(view, [44, 60], [44, 100]);
    expect(chart.escape!()).toBe(true);
    expect([...options.brushes.keys()]).toEqual(["score"]);
    expect([chart.escape!(), chart.escape!()]).toEqual([true, false]);
    expect([...keptBy(options)]).toEqual([1, 1, 1]);
  });
  test("a kept range is told in the user's own numbers and texts", () => {
    const { axes } = three(new Map()).options;
    expect(brushText(axes[0]!, [0.00123456, 0.02])).toBe("0.00123 to 0.02");
    expect(brushText(axes[1]!, [-0.4, 0.3])).toBe("relu");
    expect(brushText(axes[1]!, [0.2, 0.3])).toBe("none");
  });
  test("an axis says what its log scale leaves out", () => {
    const { options } = three(new Map());
    options.axes[0]!.values[0] = 0;
    const chart = parallelChart(options);
    const painter = new SvgPainter(488, chart.height(488), "sans-serif", "#fff");
    chart.draw(painter, view);
    expect(painter.document("t")).toContain("1 value of rate ≤ 0 is not shown on a log scale.");
    expect(painter.document("t")).not.toMatch(/NaN|undefined/);
  });
});
