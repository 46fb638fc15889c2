// Any metric that the trainer reported, along lineages; and the images that the winner's lineage saved.
import { ChartFrame } from "../chart/frame";
import { planeChart } from "../chart/plane";
import { extent } from "../data/curves";
import { derive } from "../data/derived";
import { formatNumber } from "../data/format";
import { h } from "../page/dom";
import { columnSelect, logToggle, membersField, smoothingField } from "./controls";
import { imageStrip } from "./image_strip";
import { allEdges, describeTurn, lineageSeries, linesLegend, turnOfMark, valueText } from "./lineage_lines";
import { type Context, flag, linesMax, openTurn, option, pickedMembers, type View } from "./view";

export function metrics(context: Context): View {
  const names = context.store.record.metrics.map((column) => column.name);
  const first = names.includes(context.store.document.description.metric) ? context.store.document.description.metric : (names[0] ?? "");
  const frame = new ChartFrame(columnSelect(context, "metric", "metric", names, first), smoothingField(context), membersField(context), logToggle(context, "log", "log"));
  const strip = imageStrip(context);
  return {
    element: h("div", { class: "stack" }, frame.element, strip.element),
    update: () => {
      frame.show(curves(context, option(context, "metric", first)));
      strip.update();
    },
    close: () => strip.close?.(),
  };
}

function curves(context: Context, name: string): ReturnType<typeof planeChart> {
  const { record } = context.store;
  const column = record.metrics.find((one) => one.name === name) ?? { name: name || "metric", labels: [], values: new Float64Array(record.size).fill(Number.NaN) };
  const picked = pickedMembers(context);
  const smoothing = column.labels.length > 0 ? 0 : Number(option(context, "smooth", "0"));
  const series = lineageSeries(record, { values: column.values, smoothing, picked, winner: true });
  const many = derive(record).present.length > linesMax;
  // Bands are known for the score only; here a large population is a cloud of its turns.
  if (many) series.unshift({ name: "turn", kind: "dots", x: record.toStep, y: column.values, place: Int32Array.from(record.row.keys()), colour: (theme) => theme.faint, width: 1.4, opacity: 0.5 });
  else series.unshift(allEdges(record, column.values));
  const range = extent(column.values);
  return planeChart({
    title: `${column.name} along lineages`,
    summary: range && column.labels.length === 0 ? `From ${formatNumber(range[0])} to ${formatNumber(range[1])}.` : range ? `Texts: ${column.labels.join(", ")}.` : "No turn has reported this metric.",
    x: { label: "step" },
    y: { label: column.name, kind: flag(context, "log") ? "log" : "linear", labels: column.labels },
    series,
    legend: linesLegend(record, picked, false),
    describe: (mark) => {
      const place = turnOfMark(series, mark);
      return describeTurn(record, place, series[mark.series]!.name, [[column.name, valueText(column, place)]]);
    },
    open: (mark) => openTurn(context, turnOfMark(series, mark)),
  });
}
