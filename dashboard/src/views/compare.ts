// Several experiments on one chart: the best score so far against the steps of the whole population.
import type { Chart } from "../chart/chart";
import { kindColour } from "../chart/colours";
import { ChartFrame } from "../chart/frame";
import { planeChart, type Series } from "../chart/plane";
import type { ExperimentDocument } from "../data/api";
import { bestByTotalSteps, type Curve } from "../data/curves";
import { formatDuration, formatNumber, turnName } from "../data/format";
import { makeRecord } from "../data/record";
import type { Source } from "../data/source";
import { formatAddress } from "../page/address";
import { h, link, toggle } from "../page/dom";

interface Compared {
  name: string;
  document: ExperimentDocument;
  curve: Curve;
}

const comparedMax = 12;

export async function compare(source: Source, names: string[], logs: { x: boolean; y: boolean }, setLog: (axis: "x" | "y", on: boolean) => void): Promise<HTMLElement> {
  const asked = [...new Set(names)].slice(0, comparedMax);
  if (asked.length === 0) return h("p", { class: "empty" }, "Choose experiments to compare in the ", link("#/", "list of experiments"), ".");
  const results = await Promise.all(asked.map((name) => load(source, name)));
  const found = results.filter((one): one is Compared => typeof one !== "string");
  const missing = results.filter((one): one is string => typeof one === "string");
  const metrics = new Set(found.map(({ document }) => `${document.description.metric} (${document.description.mode})`));
  const frame = new ChartFrame(toggle("log steps", logs.x, (on) => setLog("x", on)), toggle("log score", logs.y, (on) => setLog("y", on)));
  frame.show(chartOf(found, logs));
  return h(
    "div",
    { class: "stack" },
    h("h1", {}, "Compare"),
    missing.map((message) => h("p", { class: "banner", role: "alert" }, message)),
    metrics.size > 1 && h("p", { class: "banner" }, `These experiments do not have the same metric: ${[...metrics].join(", ")}.`),
    frame.element,
    h("section", { class: "card" }, h("h2", {}, "Results"), table(found)),
  );
}

async function load(source: Source, name: string): Promise<Compared | string> {
  try {
    const [document, turns] = await Promise.all([source.experiment(name), source.turns(name)]);
    return { name, document, curve: bestByTotalSteps(makeRecord(turns, document.description.mode), document.status.steps_done) };
  } catch (error) {
    return `${name}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function chartOf(found: Compared[], logs: { x: boolean; y: boolean }): Chart {
  const series = found.map(({ name, curve }, at): Series => ({ name, kind: "line", ...steps(curve), colour: (theme) => kindColour(at, theme.dark), width: 2.2, ...(at >= 8 ? { dash: [6, 3] } : {}) }));
  const metric = found[0]?.document.description.metric ?? "score";
  const all = (of: "x" | "y"): Float64Array => Float64Array.from(found.flatMap(({ curve }) => [...curve[of]]));
  return planeChart({
    title: `Best ${metric} so far`,
    summary: found.map(({ name, curve }) => `${name} ends at ${formatNumber(curve.y[curve.y.length - 1])}`).join("; ") || "There is nothing to compare.",
    x: { label: "steps of the whole population", kind: logs.x ? "log" : "linear", values: all("x") },
    y: { label: metric, kind: logs.y ? "log" : "linear", values: all("y") },
    series,
    legend: (theme) => found.map(({ name }, at) => ({ kind: at >= 8 ? "dash" : "line", label: name, colour: kindColour(at, theme.dark) })),
  });
}

// The best so far holds until it is beaten.
function steps({ x, y }: Curve): { x: Float64Array; y: Float64Array } {
  const size = Math.max(0, 2 * x.length - 1);
  const stepped = { x: new Float64Array(size), y: new Float64Array(size) };
  for (let index = 0; index < size; index++) {
    stepped.x[index] = x[(index + 1) >> 1]!;
    stepped.y[index] = y[index >> 1]!;
  }
  return stepped;
}

function table(found: Compared[]): HTMLElement {
  const names = ["experiment", "best", "turn", "population", "turns", "steps", "training time", "algorithm", "seed"];
  const rows = found.map(({ name, document: { status, description } }) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, link(formatAddress({ page: "experiment", name, tab: "overview" }), name)),
      h("td", {}, h("strong", {}, formatNumber(status.best?.score, 6)), ` ${description.metric}`),
      h("td", {}, status.best ? turnName(status.best) : "–"),
      [formatNumber(description.population), formatNumber(status.turns), formatNumber(status.steps_done), formatDuration(status.training_ms), description.algorithm, String(description.seed)].map((text) => h("td", { class: "number" }, text)),
    ),
  );
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Results" }, h("table", {}, h("thead", {}, h("tr", {}, names.map((name, at) => h("th", { scope: "col", class: at > 2 ? "number" : null }, name)))), h("tbody", {}, rows)));
}
