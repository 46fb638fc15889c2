import { type Area, cut, drawLegend, textWidth } from "./axes";
import type { View } from "./chart";
import { formatShort } from "../data/format";
import type { Painter } from "./painter";
import type { Axis, PlaneOptions } from "./plane";
import { canShow, makeScale, padDomain, type Scale, type ScaleKind, ticks } from "./scale";

export interface PlaneLayout {
  area: Area;
  x: Scale;
  y: Scale;
}

const noteHeight = 17;

// On a phone the legend takes several rows.
export function heightOf({ height }: PlaneOptions, width: number): number {
  return height ?? Math.round(Math.min(400, Math.max(width < 480 ? 330 : 260, width * 0.42)));
}

export function layOutPlane(options: PlaneOptions, notes: string[], view: View): PlaneLayout {
  const height = heightOf(options, view.width);
  const top = drawHead(null, options, notes, view);
  const found = fit(options.x, (kind) => domainOfX(options, kind));
  const whole = padDomain(found.kind, found.domain, options.series.some((one) => one.kind === "dots") ? 0.03 : 0);
  const shown = part(found.kind, whole, view.span);
  const { kind, domain } = fit(options.y, (wanted) => domainOfY(options, wanted, shown));
  const yDomain = options.y.labels?.length ? ([-0.5, options.y.labels.length - 0.5] as [number, number]) : padDomain(kind, domain);
  const bottom = height - 40;
  const y = makeScale(kind, yDomain, [bottom, top + 6]);
  const names = options.y.labels?.length ? options.y.labels : ticks(y, 6).map(formatShort);
  const left = Math.min(view.width * 0.3, Math.max(34, 14 + Math.max(0, ...names.map((name) => textWidth(name) * 0.93))));
  const area = { left, top: top + 6, right: view.width - 22, bottom };
  return { area, x: makeScale(found.kind, shown, [area.left, area.right]), y };
}

// The y axis' name, the legend, and what is not shown; returns the height that they took.
export function drawHead(painter: Painter | null, options: PlaneOptions, notes: string[], { width, theme }: View): number {
  const below = drawLegend(painter, width, options.y.label, options.legend?.(theme) ?? [], theme);
  notes.forEach((note, at) => painter?.text(cut(note, width - 16), 8, below + at * noteHeight + 5, { colour: theme.bad, size: 11 }));
  return below + notes.length * noteHeight;
}

// The scale that was asked for where it can show anything at all, else a linear one.
function fit(axis: Axis, domainFor: (kind: ScaleKind) => [number, number] | null): { kind: ScaleKind; domain: [number, number] } {
  const wanted = axis.kind ?? "linear";
  const found = domainFor(wanted);
  return found ? { kind: wanted, domain: found } : { kind: "linear", domain: domainFor("linear") ?? [0, 1] };
}

function part(kind: ScaleKind, domain: [number, number], [from, to]: [number, number]): [number, number] {
  const unit = makeScale(kind, domain, [0, 1]);
  return from === 0 && to === 1 ? domain : [unit.invert(from), unit.invert(to)];
}

function domainOfX({ series, bands = [] }: PlaneOptions, kind: ScaleKind): [number, number] | null {
  const found = spanOf(kind);
  for (const one of series) {
    one.x.forEach(found.take);
    one.end?.forEach(found.take);
  }
  for (const band of bands) band.x.forEach(found.take);
  const domain = found.get();
  return domain && domain[0] === domain[1] ? padDomain(kind, domain) : domain;
}

function domainOfY({ series, bands = [], y }: PlaneOptions, kind: ScaleKind, [from, to]: [number, number]): [number, number] | null {
  const found = spanOf(kind);
  for (const one of series) {
    for (let index = 0; index < one.x.length; index++) {
      if (one.x[index]! <= to && (one.end ?? one.x)[index]! >= from) found.take(one.y[index]!);
    }
  }
  for (const band of bands) {
    for (let index = 0; index < band.x.length; index++) {
      if (band.x[index]! < from || band.x[index]! > to) continue;
      found.take(band.low[index]!);
      found.take(band.high[index]!);
    }
  }
  if (y.zero) found.take(0);
  return found.get();
}

// From the lowest to the highest of the values that a scale of this kind can show; null: it can show none.
function spanOf(kind: ScaleKind): { take: (value: number) => void; get: () => [number, number] | null } {
  let low = Infinity;
  let high = -Infinity;
  return {
    take: (value) => {
      if (!Number.isFinite(value) || !canShow(kind, value)) return;
      if (value < low) low = value;
      if (value > high) high = value;
    },
    get: () => (low <= high ? [low, high] : null),
  };
}
