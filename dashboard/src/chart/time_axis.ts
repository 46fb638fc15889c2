// An axis of time since the beginning, with ticks at round numbers of seconds, minutes, hours or days.
import type { Area } from "./axes";
import type { Painter } from "./painter";
import type { Scale } from "./scale";
import type { Theme } from "./theme";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30].map((count) => count * second),
  [1, 2, 5, 10, 15, 30].map((count) => count * minute),
  [1, 2, 3, 6, 12].map((count) => count * hour),
  [1, 2, 5, 10, 20, 50, 100].map((count) => count * day),
);

export function timeTicks(from: number, to: number, count: number): number[] {
  const rough = (to - from) / Math.max(1, count);
  const step = steps.find((one) => one >= rough) ?? steps[steps.length - 1]!;
  const result: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) result.push(at);
  return result;
}

export function formatSince(milliseconds: number): string {
  if (milliseconds === 0) return "0";
  const parts: string[] = [];
  let rest = milliseconds;
  for (const [unit, name] of [
    [day, "d"],
    [hour, "h"],
    [minute, "min"],
    [second, "s"],
  ] as const) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  if (rest > 0) parts.push(`${Math.round(rest)} ms`);
  return parts.slice(0, 2).join(" ");
}

export function drawTimeAxis(painter: Painter, area: Area, scale: Scale, startMs: number, theme: Theme): void {
  const [from, to] = scale.domain;
  for (const tick of timeTicks(from - startMs, to - startMs, Math.max(2, (area.right - area.left) / 110))) {
    const x = scale.at(tick + startMs);
    painter.segments([x, area.top, x, area.bottom], { colour: theme.grid });
    painter.text(formatSince(tick), x, area.bottom + 14, { colour: theme.muted, align: "center", size: 11 });
  }
  painter.text("time since the beginning", area.right, area.bottom + 31, { colour: theme.muted, align: "right", size: 11 });
}
