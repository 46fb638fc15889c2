// Any metric that the trainer reported, along lineages; and the images that the winner's lineage saved.
import { ChartFrame } from "../chart/frame";
import { planeChart } from "../chart/plane";
import { extent } from "../data/curves";
import { derive } from "../data/derived";
import { formatNumber, plural } from "../data/format";
import type { Column, TurnRecord } from "../data/record";
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
  if (many) series.unshift({ name: "turn", kind: "dots", x: record.toStep, y: column.values, place: derive(record).places, colour: (theme) => theme.faint, width: record.size > 5000 ? 1.4 : 2.4, opacity: 0.5 });
  else series.unshift(allEdges(record, column.values));
  return planeChart({
    title: `${column.name} along lineages`,
    summary: [rangeText(column), many ? crowdText(record) : ""].join(" "),
    x: { label: "step" },
    y: { label: column.name, kind: flag(context, "log") ? "log" : "linear", labels: column.labels, values: column.values },
    series,
    legend: linesLegend(record, picked, many ? "cloud" : "edges"),
    describe: (mark) => {
      const place = turnOfMark(series, mark);
      return describeTurn(record, place, series[mark.series]!.name, [[column.name, valueText(column, place)]]);
    },
    open: (mark) => openTurn(context, turnOfMark(series, mark)),
  });
}

function rangeText({ labels, values }: Column): string {
  const range = extent(values);
  if (!range) return "No turn has reported this metric.";
  return labels.length > 0 ? `Texts: ${labels.join(", ")}.` : `From ${formatNumber(range[0])} to ${formatNumber(range[1])}.`;
}

// So many lines would hide one another: what is drawn in their place is said.
function crowdText(record: TurnRecord): string {
  const { present, winner } = derive(record);
  return `Of ${formatNumber(present.length)} members the winner's lineage is drawn as a line (${plural(winner.length, "turn")}), with those that you highlight; behind them each turn is a dot.`;
}
