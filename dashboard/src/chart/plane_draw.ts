import { thin } from "../data/curves";
import { drawXAxis, drawYAxis } from "./axes";
import type { Mark, View } from "./chart";
import { rampSteps } from "./colours";
import type { Painter } from "./painter";
import type { PlaneBand, PlaneOptions, Series } from "./plane";
import { drawHead, type PlaneLayout } from "./plane_layout";
import type { Scale } from "./scale";
import type { Theme } from "./theme";

export function drawPlane(painter: Painter, view: View, options: PlaneOptions, notes: string[], layout: PlaneLayout): void {
  const { area, x, y } = layout;
  const { theme } = view;
  drawHead(painter, options, notes, view);
  drawXAxis(painter, area, x, options.x.label, theme);
  drawYAxis(painter, area, y, theme, options.y.labels);
  if (options.series.every((one) => one.x.length === 0) && !options.bands?.length) {
    painter.text("Nothing to show yet", (area.left + area.right) / 2, (area.top + area.bottom) / 2, { colour: theme.muted, align: "center", size: 13 });
  }
  painter.clipped(area.left - 4, area.top - 6, area.right - area.left + 8, area.bottom - area.top + 12, () => {
    for (const band of options.bands ?? []) drawBand(painter, band, layout, theme);
    for (const series of options.series) drawSeries(painter, series, layout, theme);
  });
}

function drawBand(painter: Painter, band: PlaneBand, { x, y }: PlaneLayout, theme: Theme): void {
  const forth: number[] = [];
  const back: number[] = [];
  for (let index = 0; index < band.x.length; index++) {
    const [low, high] = [edge(y, band.low[index]!, y.range[0]), edge(y, band.high[index]!, y.range[1])];
    const at = x.at(band.x[index]!);
    if (Number.isNaN(low) || Number.isNaN(high) || Number.isNaN(at) || low === high) continue;
    forth.push(at, high);
    back.unshift(at, low);
  }
  if (forth.length > 2) painter.polygon([...forth, ...back], { colour: band.colour(theme), opacity: band.opacity });
}

// A band that goes on beyond what the scale can show ends at the end of the axis.
function edge(scale: Scale, value: number, end: number): number {
  const at = scale.at(value);
  return Number.isNaN(at) && !Number.isNaN(value) ? end : at;
}

export function drawSeries(painter: Painter, series: Series, layout: PlaneLayout, theme: Theme): void {
  if (series.kind === "line") {
    const points = linePoints(series, layout, series.skip);
    if (series.halo) painter.polyline(points, { colour: theme.surface, width: (series.width ?? 1.5) + 2 });
    painter.polyline(points, strokeOf(series, theme));
    return;
  }
  const ramp = series.ramp ? theme[series.ramp] : [];
  for (const [step, points] of groups(series, layout)) {
    const colour = step < 0 ? series.colour(theme) : step >= rampSteps ? theme.faint : ramp[step]!;
    if (series.kind === "dots") painter.circles(points, series.width ?? 2.5, { colour, opacity: series.opacity ?? 0.75 });
    else painter.segments(points, { ...strokeOf(series, theme), colour });
  }
}

function strokeOf(series: Series, theme: Theme): { colour: string; width: number; opacity: number; dash?: number[] } {
  return { colour: series.colour(theme), width: series.width ?? 1.5, opacity: series.opacity ?? 1, ...(series.dash ? { dash: series.dash } : {}) };
}

function linePoints(series: Series, { x, y, area }: PlaneLayout, skip = 0): Float64Array {
  const places = thin(series.x.subarray(skip), series.y.subarray(skip), x.domain[0], x.domain[1], Math.ceil(area.right - area.left));
  const points = new Float64Array(2 * places.length);
  places.forEach((place, index) => {
    points[2 * index] = x.at(series.x[place + skip]!);
    points[2 * index + 1] = y.at(series.y[place + skip]!);
  });
  return points;
}

// The shapes of each step of the ramp (-1: the series' own colour), so that each colour is drawn in one go.
function groups(series: Series, layout: PlaneLayout): Map<number, number[]> {
  const { x, y, area } = layout;
  const result = new Map<number, number[]>();
  for (let index = 0; index < series.x.length; index++) {
    const at = x.at(series.x[index]!);
    const end = series.end ? x.at(series.end[index]!) : at;
    const high = y.at(series.y[index]!);
    if (!(end >= area.left - 4 && at <= area.right + 4) || Number.isNaN(high)) continue;
    const step = series.shade?.[index] ?? -1;
    let points = result.get(step);
    if (!points) result.set(step, (points = []));
    if (series.kind === "dots") points.push(at, high);
    else if (series.from) points.push(at, high, ...otherEnd(series.from, index, layout, [end, high]));
    else points.push(at, high, end, high);
  }
  return result;
}

// A segment that begins where the scale cannot show it is a dot.
function otherEnd(from: { x: Float64Array; y: Float64Array }, index: number, { x, y }: PlaneLayout, own: [number, number]): [number, number] {
  const found: [number, number] = [x.at(from.x[index]!), y.at(from.y[index]!)];
  return found.some(Number.isNaN) ? own : found;
}

export function drawPlaneMark(painter: Painter, options: PlaneOptions, layout: PlaneLayout, theme: Theme, mark: Mark): void {
  const series = options.series[mark.series]!;
  const { area, x, y } = layout;
  const own = series.shade && series.ramp ? (theme[series.ramp][series.shade[mark.index]!] ?? theme.ink) : series.colour(theme);
  const px = x.at(series.end?.[mark.index] ?? series.x[mark.index]!);
  const py = y.at(series.y[mark.index]!);
  painter.clipped(area.left - 6, area.top - 6, area.right - area.left + 12, area.bottom - area.top + 12, () => {
    if (series.kind === "line") {
      const points = linePoints(series, layout);
      painter.polyline(points, { colour: theme.surface, width: 7, opacity: 0.9 });
      painter.polyline(points, { colour: own, width: 3.5 });
      const rings = Array.from(series.notches ?? [], (at) => [x.at(series.x[at]!), y.at(series.y[at]!)]).flat();
      painter.circles(rings, 4, { colour: theme.surface, outline: own });
    } else if (series.end) painter.segments([x.at(series.x[mark.index]!), py, px, py], { colour: own, width: 5 });
    painter.circles([px, py], 6, { colour: own, outline: theme.ink });
  });
}
