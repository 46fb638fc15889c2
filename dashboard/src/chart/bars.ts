// Level bars around zero, with error lines and a note at the end of each.
import { formatNumber } from "../data/format";
import { cut, drawXAxis } from "./axes";
import type { Chart, View } from "./chart";
import { linear, padDomain, type Scale } from "./scale";

export interface BarRow {
  name: string;
  value: number;
  error: number;
  note: string;
  lines: [string, string][];
}
export interface BarsOptions {
  title: string;
  summary: string;
  label: string;
  rows: BarRow[];
  columns: string[];
  cells: (string | number | null)[][];
}

const rowHeight = 30;
const top = 10;

export function barsChart(options: BarsOptions): Chart {
  const { rows } = options;
  const y = (index: number): number => top + (index + 0.5) * rowHeight;
  const sides = (view: View): [number, number] => [74, view.width - Math.min(112, view.width * 0.3)];
  const scale = (view: View): Scale => {
    const ends = rows.flatMap((row) => [row.value - row.error, row.value + row.error]).filter(Number.isFinite);
    return linear(padDomain("linear", [Math.min(0, ...ends), Math.max(0, ...ends)]), sides(view));
  };
  return {
    title: options.title,
    summary: options.summary,
    zoom: "none",
    height: () => top + Math.max(1, rows.length) * rowHeight + 42,
    draw: (painter, view) => {
      const { theme } = view;
      const x = scale(view);
      const [left, right] = sides(view);
      const bottom = top + rows.length * rowHeight;
      drawXAxis(painter, { left, right, top, bottom }, x, options.label, theme);
      painter.segments([x.at(0), top, x.at(0), bottom], { colour: theme.muted });
      rows.forEach((row, index) => {
        painter.text(cut(row.name, left - 10), left - 10, y(index), { colour: theme.ink, align: "right" });
        painter.text(row.note, right + 12, y(index), { colour: theme.muted, size: 11 });
        if (!Number.isFinite(row.value)) return;
        const [from, to] = [Math.min(x.at(0), x.at(row.value)), Math.max(x.at(0), x.at(row.value))];
        painter.rects([from, y(index) - 8, Math.max(1, to - from), 16], { colour: row.value >= 0 ? theme.good : theme.bad, opacity: 0.85 });
        const [low, high] = [x.at(row.value - row.error), x.at(row.value + row.error)];
        if (row.error > 0) painter.segments([low, y(index), high, y(index), low, y(index) - 4, low, y(index) + 4, high, y(index) - 4, high, y(index) + 4], { colour: theme.ink, width: 1.5 });
      });
    },
    drawMark: (painter, view, { index }) => painter.rects([0, y(index) - rowHeight / 2, view.width, rowHeight], { colour: view.theme.accent, opacity: 0.1 }),
    has: ({ index }) => index < rows.length,
    find: (_view, _x, py) => {
      const index = Math.floor((py - top) / rowHeight);
      return index >= 0 && index < rows.length ? { series: 0, index } : null;
    },
    step: (mark, direction) => {
      if (rows.length === 0) return null;
      const by = direction === "up" || direction === "left" ? -1 : 1;
      return { series: 0, index: mark ? (mark.index + by + rows.length) % rows.length : 0 };
    },
    place: (view, { index }) => [scale(view).at(Number.isFinite(rows[index]!.value) ? rows[index]!.value : 0), y(index)],
    describe: ({ index }) => ({ title: rows[index]!.name, lines: [["mean gain", formatNumber(rows[index]!.value)], ...rows[index]!.lines] }),
    table: () => ({ columns: options.columns, rows: options.cells }),
  };
}
