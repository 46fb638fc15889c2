import { ChartFrame } from "../chart/frame";
import { planeChart, type Series } from "../chart/plane";
import { extent } from "../data/curves";
import { bestSoFarOf, derive } from "../data/derived";
import { formatDuration, formatNumber, formatPercent, formatShort, formatValue, plural } from "../data/format";
import type { TurnRecord } from "../data/record";
import { fill, h } from "../page/dom";
import { logToggle, membersField, smoothingField } from "./controls";
import { allEdges, bandsOf, describeTurn, hyperparameterLines, lineageSeries, linesLegend, turnOfMark } from "./lineage_lines";
import { type Context, flag, linesMax, openTurn, option, pickedMembers, type View } from "./view";

export function overview(context: Context): View {
  const numbers = h("dl", { class: "numbers" });
  const log = logToggle(context, "log", "log score");
  const frame = new ChartFrame(smoothingField(context), membersField(context), log);
  const about = h("section", { class: "card about" });
  return {
    element: h("div", { class: "stack" }, numbers, frame.element, about),
    update: () => {
      fill(numbers, keyNumbers(context));
      fill(about, aboutExperiment(context));
      frame.show(curves(context));
    },
  };
}

function curves(context: Context): ReturnType<typeof planeChart> {
  const { record, progress, document } = context.store;
  const { metric, mode } = document.description;
  const picked = pickedMembers(context);
  const many = derive(record).present.length > linesMax;
  const bands = many && progress ? bandsOf(progress.score) : null;
  const lines = lineageSeries(record, { values: record.score, smoothing: Number(option(context, "smooth", "0")), picked, winner: true });
  const best = bestSoFarOf(record);
  const bestLine: Series = { name: "best so far", kind: "line", x: best.x, y: best.y, place: best.place, colour: (theme) => theme.ink, width: 1.2, dash: [2, 4], silent: true };
  const series = [...(bands ? [bands.median] : [allEdges(record, record.score)]), ...(best.x.length > 0 ? [bestLine] : []), ...lines];
  return planeChart({
    title: `${metric} along lineages`,
    summary: summarise(record, metric, mode),
    x: { label: "step" },
    y: { label: `${metric}${mode === "min" ? " (less is better)" : ""}`, kind: flag(context, "log") ? "log" : "linear", values: record.score },
    series,
    ...(bands ? { bands: bands.bands } : {}),
    legend: (theme) => [...linesLegend(record, picked, bands ? "bands" : "edges")(theme), { kind: "dash", label: "best so far", colour: theme.ink }],
    describe: (mark) => {
      const place = turnOfMark(series, mark);
      return describeTurn(record, place, series[mark.series]!.name, [[metric, formatNumber(record.score[place])], ...hyperparameterLines(record, place)]);
    },
    open: (mark) => openTurn(context, turnOfMark(series, mark)),
  });
}

function summarise(record: TurnRecord, metric: string, mode: "max" | "min"): string {
  const { present, diverged } = derive(record);
  const range = extent(record.score);
  if (record.size === 0) return "No turn has ended yet.";
  if (!range) return `All ${plural(record.size, "turn")} diverged: there is no score to show.`;
  const best = mode === "max" ? range[1] : range[0];
  const lost = diverged > 0 ? ` ${plural(diverged, "turn")} diverged.` : "";
  return `${plural(present.length, "member")}; ${metric} from ${formatNumber(range[0])} to ${formatNumber(range[1])}, the best is ${formatNumber(best)}.${lost}`;
}

function keyNumbers(context: Context): Node[] {
  const { record, document, failures, progress } = context.store;
  const { status, description } = document;
  const { ancestors, copies, diverged } = derive(record);
  const lastDiversity = progress?.diversity[progress.diversity.length - 1];
  const list: [string, string][] = [
    ["population", formatNumber(description.population)],
    ["turns", formatNumber(status.turns)],
    ["steps", status.steps_done < 1e8 ? formatNumber(status.steps_done) : formatShort(status.steps_done)],
    ["turns that copied", record.size > 0 ? formatPercent(copies / record.size) : "–"],
    ["ancestors alive", formatNumber(lastDiversity?.ancestors ?? ancestors)],
    ["diverged", formatNumber(diverged)],
    ["failures", formatNumber(failures.length)],
    ["training time", formatDuration(status.training_ms)],
  ];
  return list.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)));
}

function aboutExperiment(context: Context): Node[] {
  const { description, status } = context.store.document;
  const { best } = status;
  const rows = description.hyperparameters.map((one) => {
    const range = one.values ? one.values.map(formatValue).join(", ") : `${formatValue(one.low)} to ${formatValue(one.high)}`;
    return h("tr", {}, h("th", { scope: "row" }, one.name), h("td", {}, one.type), h("td", {}, range), h("td", {}, one.scale ?? "–"), h("td", { class: "number" }, formatValue(best?.hyperparameters[one.name])));
  });
  const how = [description.algorithm, description.exploit && `exploit ${description.exploit}`, description.explore && `explore ${description.explore}`, `a turn every ${formatNumber(description.interval)} steps`, `${formatNumber(description.steps)} steps a member`, `seed ${description.seed}`, description.synchronous ? "synchronous" : "asynchronous"];
  return [
    h("h2", {}, "Hyperparameters"),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Hyperparameters" }, h("table", {}, h("thead", {}, h("tr", {}, ["name", "type", "range", "scale", "best turn"].map((name, at) => h("th", { scope: "col", class: at === 4 ? "number" : null }, name)))), h("tbody", {}, rows))),
    h("p", { class: "note" }, how.filter(Boolean).join(" · ")),
  ];
}
