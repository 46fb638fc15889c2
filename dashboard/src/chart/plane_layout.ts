import { type Area, drawLegend, textWidth } from "./axes";
import type { View } from "./chart";
import { formatShort } from "../data/format";
import type { Axis, PlaneOptions } from "./plane";
import { makeScale, padDomain, type Scale, ticks } from "./scale";

export interface PlaneLayout {
  area: Area;
  x: Scale;
  y: Scale;
}

export function layOutPlane(options: PlaneOptions, view: View): PlaneLayout {
  const height = options.height ?? Math.round(Math.min(400, Math.max(260, view.width * 0.42)));
  const legend = options.legend?.(view.theme) ?? [];
  const top = drawLegend(null, view.width, options.y.label, legend, view.theme);
  const xKind = usable(options.x, domainOfX(options));
  const whole = options.x.domain ?? padDomain(xKind, domainOfX(options), options.series.some((one) => one.kind === "dots") ? 0.03 : 0);
  const shown = part(xKind, whole, view.span);
  const yFull = domainOfY(options, shown);
  const yKind = usable(options.y, yFull);
  const yDomain = options.y.labels?.length ? ([-0.5, options.y.labels.length - 0.5] as [number, number]) : (options.y.domain ?? padDomain(yKind, yFull));
  const bottom = height - 40;
  const y = makeScale(yKind, yDomain, [bottom, top + 6]);
  const names = options.y.labels?.length ? options.y.labels : ticks(y, 6).map(formatShort);
  const left = Math.min(view.width * 0.3, Math.max(34, 14 + Math.max(0, ...names.map((name) => textWidth(name) * 0.93))));
  const area = { left, top: top + 6, right: view.width - 22, bottom };
  return { area, x: makeScale(xKind, shown, [area.left, area.right]), y };
}

// A logarithm needs positive values throughout.
function usable(axis: Axis, [low]: [number, number]): "linear" | "log" {
  return axis.kind === "log" && low > 0 ? "log" : "linear";
}

function part(kind: "linear" | "log", domain: [number, number], [from, to]: [number, number]): [number, number] {
  const unit = makeScale(kind, domain, [0, 1]);
  return from === 0 && to === 1 ? domain : [unit.invert(from), unit.invert(to)];
}

function domainOfX({ series, bands = [] }: PlaneOptions): [number, number] {
  const found = span();
  for (const one of series) {
    one.x.forEach(found.take);
    one.end?.forEach(found.take);
  }
  for (const band of bands) band.x.forEach(found.take);
  const [low, high] = found.get();
  return low < high ? [low, high] : [low - (Math.abs(low) || 1) * 0.5, low + (Math.abs(low) || 1) * 0.5];
}

function domainOfY({ series, bands = [], y }: PlaneOptions, [from, to]: [number, number]): [number, number] {
  const found = span();
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

function span(): { take: (value: number) => void; get: () => [number, number] } {
  let low = Infinity;
  let high = -Infinity;
  return {
    take: (value) => {
      if (!Number.isFinite(value)) return;
      if (value < low) low = value;
      if (value > high) high = value;
    },
    get: () => (low <= high ? [low, high] : [0, 1]),
  };
}
