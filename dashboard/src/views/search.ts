// The search: a hyperparameter against the score, and all of them at once in parallel coordinates.
import type { Chart } from "../chart/chart";
import { ChartFrame } from "../chart/frame";
import { parallelChart, type ParallelAxis } from "../chart/parallel";
import { planeChart, type Series } from "../chart/plane";
import { extent, spreadPlaces } from "../data/curves";
import { derive } from "../data/derived";
import { formatNumber, plural } from "../data/format";
import type { Column } from "../data/record";
import { fill, h } from "../page/dom";
import { columnSelect, logToggle } from "./controls";
import { describeTurn, hyperparameterLines, turnOfMark, valueText } from "./lineage_lines";
import { isLog } from "./schedules";
import { type Context, flag, nameOf, openTurn, option, type View } from "./view";

const parallelMax = 800;

export function search(context: Context): View {
  const { varied, constant } = derive(context.store.record);
  const names = [...varied, ...constant].map((column) => column.name);
  const scatter = new ChartFrame(columnSelect(context, "x", "hyperparameter", names, names[0] ?? ""), logToggle(context, "log", "log score"));
  const brushes = new Map<number, [number, number]>();
  const kept = h("span", { class: "note", role: "status" });
  const forget = h("button", { type: "button", class: "small", click: () => (brushes.clear(), fill(kept), parallel.redraw()) }, "Keep all lines");
  const parallel = new ChartFrame(kept, forget);
  return {
    element: h("div", { class: "stack" }, scatter.element, parallel.element),
    update: () => {
      const column = context.store.record.hyperparameters.find((one) => one.name === option(context, "x", names[0]));
      scatter.show(scatterOf(context, column ?? { name: "hyperparameter", labels: [], values: new Float64Array(0) }));
      parallel.show(parallelOf(context, brushes, (count, of) => fill(kept, `${formatNumber(count)} of ${plural(of, "line")} kept`)));
    },
  };
}

function scatterOf(context: Context, column: Column): Chart {
  const { record, document } = context.store;
  const { metric } = document.description;
  const { timeShade } = derive(record);
  const place = Int32Array.from([...column.values.keys()].filter((at) => Number.isFinite(record.score[at]!) && Number.isFinite(column.values[at]!)));
  // Texts side by side would hide one another: they are spread a little, always in the same way.
  const spread = (at: number): number => (column.labels.length > 0 ? (((at * 0.618) % 1) - 0.5) * 0.5 : 0);
  const dots: Series = {
    name: "turn",
    kind: "dots",
    x: Float64Array.from(place, (at) => column.values[at]! + spread(at)),
    y: Float64Array.from(place, (at) => record.score[at]!),
    place,
    colour: (theme) => theme.accent,
    shade: Uint8Array.from(place, (at) => timeShade[at]!),
    ramp: "time",
    width: place.length > 5000 ? 1.6 : 2.8,
    opacity: place.length > 5000 ? 0.5 : 0.75,
  };
  const series = [dots];
  return planeChart({
    title: `${column.name} against ${metric}`,
    summary: `${plural(place.length, "turn")} with a score${column.labels.length > 0 ? `; from left to right: ${column.labels.join(", ")}` : ""}.`,
    x: { label: column.labels.length > 0 ? `${column.name}: ${column.labels.join(" · ")}` : column.name, kind: isLog(context, column.name) ? "log" : "linear" },
    y: { label: metric, kind: flag(context, "log") ? "log" : "linear" },
    series,
    legend: (theme) => [{ kind: "ramp", label: "first turn to last", ramp: theme.time }],
    describe: (mark) => {
      const at = turnOfMark(series, mark);
      return describeTurn(record, at, "turn", [[metric, formatNumber(record.score[at])], ...hyperparameterLines(record, at, 8)]);
    },
    open: (mark) => openTurn(context, turnOfMark(series, mark)),
    table: () => ({ columns: ["turn", column.name, metric, "step"], rows: [...place].map((at) => [nameOf(record, at), column.labels[column.values[at]!] ?? column.values[at], record.score[at], record.toStep[at]]) }),
  });
}

function parallelOf(context: Context, brushes: Map<number, [number, number]>, brushed: (count: number, of: number) => void): Chart {
  const { record, document } = context.store;
  const { metric } = document.description;
  const { ranks, rankShade, varied, constant } = derive(record);
  const scored = [...ranks.keys()].filter((place) => !Number.isNaN(ranks[place]!));
  const places = Int32Array.from(spreadPlaces(scored.length, parallelMax), (at) => scored[at]!).sort((a, b) => ranks[a]! - ranks[b]!);
  const axis = (name: string, labels: string[], values: Float64Array, log: boolean): ParallelAxis => {
    const domain = extent(values) ?? [0, 1];
    return { name, labels, values, domain, kind: log && domain[0] > 0 ? "log" : "linear" };
  };
  const axes = [...(varied.length > 0 ? varied : constant).map((one) => axis(one.name, one.labels, one.values, isLog(context, one.name))), axis(metric, [], record.score, flag(context, "log"))];
  const shown = scored.length > places.length ? `${formatNumber(places.length)} of ${plural(scored.length, "turn")}, evenly spread` : plural(places.length, "turn");
  return parallelChart({
    title: "All hyperparameters at once",
    summary: `A line for each turn (${shown}). Drag along an axis to keep only the lines that pass there.`,
    axes,
    places,
    shade: Uint8Array.from(places, (place) => rankShade[place]!),
    brushes,
    brushed: (count) => brushed(count, places.length),
    describe: (place) => ({ title: nameOf(record, place), lines: [[metric, formatNumber(record.score[place])], ...record.hyperparameters.slice(0, 8).map((one): [string, string] => [one.name, valueText(one, place)])] }),
    open: (place) => openTurn(context, place),
  });
}
