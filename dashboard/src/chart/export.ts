import { type Table, toCsv } from "../data/csv";
import { prepare } from "./canvas_painter";
import type { Chart, View } from "./chart";
import { SvgPainter } from "./svg_painter";

const titleRoom = 34;

export function savePng(chart: Chart, view: View): void {
  const canvas = document.createElement("canvas");
  const { theme, width, height } = view;
  const painter = prepare(canvas, width, height + titleRoom, theme.font, 2);
  painter.rects([0, 0, width, height + titleRoom], { colour: theme.surface });
  painter.text(chart.title, 12, titleRoom / 2 + 2, { colour: theme.ink, size: 14, bold: true });
  canvas.getContext("2d")!.translate(0, titleRoom);
  chart.draw(painter, view);
  canvas.toBlob((blob) => blob && save(blob, fileName(chart.title, "png")), "image/png");
}

export function saveSvg(chart: Chart, view: View): void {
  const painter = new SvgPainter(view.width, view.height, view.theme.font, view.theme.surface);
  chart.draw(painter, view);
  save(new Blob([painter.document(chart.title)], { type: "image/svg+xml" }), fileName(chart.title, "svg"));
}

export function saveCsv(title: string, table: Table): void {
  save(new Blob([toCsv(table)], { type: "text/csv" }), fileName(title, "csv"));
}

export function fileName(title: string, ending: string): string {
  const name = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "_").replace(/^_+|_+$/g, "").slice(0, 60);
  return `${name || "chart"}.${ending}`;
}

function save(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
