// The search: a hyperparameter against the score, and all of them at once in parallel coordinates.
import type { Chart } from "../chart/chart";
import { ChartFrame } from "../chart/frame";
import { type Brushes, parallelChart, type ParallelAxis, type ParallelOptions } from "../chart/parallel";
import { planeChart, type Series } from "../chart/plane";
import { spreadPlaces } from "../data/curves";
import { derive } from "../data/derived";
import { formatNumber, plural } from "../data/format";
import type { Column } from "../data/record";
import { h } from "../page/dom";
import { BrushList } from "./brush_list";
import { columnSelect, logToggle, scaleOf } from "./controls";
import { describeTurn, hyperparameterLines, turnOfMark, valueText } from "./lineage_lines";
import { type Context, flag, nameOf, openTurn, option, type View } from "./view";

const parallelMax = 800;

export function search(context: Context): View {
  const names = context.store.record.hyperparameters.map((column) => column.name);
  const first = derive(context.store.record).varied[0]?.name ?? names[0] ?? "";
  const scatter = new ChartFrame(columnSelect(context, "x", "hyperparameter", names, first), logToggle(context, "log", "log score"));
  const brushes: Brushes = new Map();
  const list = new BrushList(brushes, () => parallel.redraw(), () => parallel.plot.focus());
  const parallel = new ChartFrame();
  parallel.footer.prepend(list.element); // below the chart, which must not move while the reader drags
  return {
    element: h("div", { class: "stack" }, scatter.element, parallel.element),
    update: () => {
      const column = context.store.record.hyperparameters.find((one) => one.name === option(context, "x", first));
      scatter.show(scatterOf(context, column ?? { name: "hyperparameter", labels: [], values: new Float64Array(0) }));
      const options = parallelOf(context, brushes, () => list.show(options));
      parallel.show(parallelChart(options));
      list.show(options);
    },
  };
}

function scatterOf(context: Context, column: Column): Chart {
  const { record, document } = context.store;
  const { metric } = document.description;
  const { places, timeShade } = derive(record);
  const place = places.filter((at) => Number.isFinite(record.score[at]!) && Number.isFinite(column.values[at]!));
  // Texts side by side would hide one another: they are spread a little, always in the same way.
  const spread = (at: number): number => (column.labels.length > 0 ? (((at * 0.618) % 1) - 0.5) * 0.5 : 0);
  const [x, y, shade] = [new Float64Array(place.length), new Float64Array(place.length), new Uint8Array(place.length)];
  place.forEach((at, index) => {
    x[index] = column.values[at]! + spread(at);
    y[index] = record.score[at]!;
    shade[index] = timeShade[at]!;
  });
  const dots: Series = {
    name: "turn",
    kind: "dots",
    x,
    y,
    place,
    colour: (theme) => theme.accent,
    shade,
    ramp: "time",
    width: place.length > 5000 ? 1.6 : 2.8,
    opacity: place.length > 5000 ? 0.5 : 0.75,
  };
  const series = [dots];
  return planeChart({
    title: `${column.name} against ${metric}`,
    summary: `${plural(place.length, "turn")} with a score${column.labels.length > 0 ? `; from left to right: ${column.labels.join(", ")}` : ""}.`,
    x: { label: column.labels.length > 0 ? `${column.name}: ${column.labels.join(" · ")}` : column.name, kind: scaleOf(context, column.name), values: x },
    y: { label: metric, kind: flag(context, "log") ? "log" : "linear", values: y },
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

function parallelOf(context: Context, brushes: Brushes, brushed: () => void): ParallelOptions {
  const { record, document } = context.store;
  const { metric } = document.description;
  const { places: all, ranks, rankShade, varied } = derive(record);
  const scored = all.filter((place) => !Number.isNaN(ranks[place]!));
  const places = Int32Array.from(spreadPlaces(scored.length, parallelMax), (at) => scored[at]!).sort((a, b) => ranks[a]! - ranks[b]!);
  const columns = varied.length > 0 ? varied : record.hyperparameters;
  const axes: ParallelAxis[] = [...columns.map((one) => ({ ...one, kind: scaleOf(context, one.name) })), { name: metric, labels: [], values: record.score, kind: flag(context, "log") ? "log" : "linear" }];
  const shown = scored.length > places.length ? `${formatNumber(places.length)} of ${plural(scored.length, "turn")}, evenly spread` : plural(places.length, "turn");
  return {
    title: "All hyperparameters at once",
    summary: `A line for each turn (${shown}). Drag along an axis to keep only the lines that pass there; a click on what is kept, or Escape, lets it go.`,
    axes,
    places,
    shade: Uint8Array.from(places, (place) => rankShade[place]!),
    brushes,
    brushed,
    describe: (place) => ({ title: nameOf(record, place), lines: [[metric, formatNumber(record.score[place])], ...record.hyperparameters.slice(0, 8).map((one): [string, string] => [one.name, valueText(one, place)])] }),
    open: (place) => openTurn(context, place),
  };
}
