// Axes, grid and legend, drawn with the painter so that an export has them too.
import { formatShort } from "../data/format";
import type { Painter } from "./painter";
import { type Scale, ticks } from "./scale";
import type { Theme } from "./theme";

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
export interface LegendEntry {
  label: string;
  colour?: string;
  kind: "line" | "dash" | "dot" | "band" | "ramp";
  ramp?: string[];
}

const characterWidth = 6.3; // of the usual fonts at 11 to 12 px, generously

export function textWidth(text: string): number {
  return text.length * characterWidth;
}

// Text cut to a number of pixels; the whole of it stands in tooltip and table.
export function cut(text: string, width: number): string {
  const most = Math.max(2, Math.floor(width / characterWidth));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

export function drawXAxis(painter: Painter, area: Area, scale: Scale, label: string, theme: Theme, format = formatShort): void {
  const count = Math.max(2, Math.round((area.right - area.left) / 80));
  for (const tick of ticks(scale, count)) {
    const x = scale.at(tick);
    painter.segments([x, area.top, x, area.bottom], { colour: theme.grid });
    painter.text(format(tick), x, area.bottom + 14, { colour: theme.muted, align: "center", size: 11 });
  }
  painter.text(label, area.right, area.bottom + 31, { colour: theme.muted, align: "right", size: 11 });
}

export function drawYAxis(painter: Painter, area: Area, scale: Scale, theme: Theme, labels: string[] = []): void {
  const count = Math.max(2, Math.round((area.bottom - area.top) / 46));
  const places = labels.length > 0 ? labels.map((_, place) => place) : ticks(scale, count);
  for (const tick of places) {
    const y = scale.at(tick);
    if (y < area.top - 1 || y > area.bottom + 1) continue;
    painter.segments([area.left, y, area.right, y], { colour: theme.grid });
    const text = labels.length > 0 ? cut(labels[tick] ?? "", area.left - 8) : formatShort(tick);
    painter.text(text, area.left - 8, y, { colour: theme.muted, align: "right", size: 11 });
  }
}

// The y axis' name, then the legend, in rows from the top left; returns the height that they took.
export function drawLegend(painter: Painter | null, width: number, label: string, entries: LegendEntry[], theme: Theme): number {
  const left = 8;
  let x = left;
  let y = 11;
  if (label) {
    const text = cut(label, width - 2 * left);
    painter?.text(text, x, y, { colour: theme.muted, size: 11, bold: true });
    x += textWidth(text) * 1.1 + 18; // bold is wider
  }
  for (const entry of entries) {
    const swatch = entry.kind === "ramp" ? 60 : 18;
    const text = cut(entry.label, 240);
    const room = swatch + 6 + textWidth(text) + 14;
    if (x + room > width && x > left) {
      x = left;
      y += 18;
    }
    if (painter) drawSwatch(painter, entry, x, y, swatch, theme);
    painter?.text(text, x + swatch + 6, y, { colour: theme.muted, size: 11 });
    x += room;
  }
  return y + 13;
}

function drawSwatch(painter: Painter, entry: LegendEntry, x: number, y: number, width: number, theme: Theme): void {
  const colour = entry.colour ?? theme.muted;
  if (entry.kind === "ramp") {
    const ramp = entry.ramp ?? [];
    ramp.forEach((step, index) => painter.rects([x + (index * width) / ramp.length, y - 4, width / ramp.length + 0.5, 8], { colour: step }));
  } else if (entry.kind === "dot") painter.circles([x + width / 2, y], 4, { colour });
  else if (entry.kind === "band") painter.rects([x, y - 5, width, 10], { colour, opacity: 0.3 });
  else painter.polyline([x, y, x + width, y], { colour, width: 2.5, ...(entry.kind === "dash" ? { dash: [4, 4] } : {}) });
}
