// Records the same drawing as an SVG document, for export. Pure text: it runs without a browser.
import type { Fill, Painter, Points, Stroke, TextLook } from "./painter";

export class SvgPainter implements Painter {
  private readonly parts: string[] = [];
  private clips = 0;

  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly font: string,
    private readonly background: string,
  ) {}

  polyline(points: Points, stroke: Stroke): void {
    let path = "";
    let open = false;
    for (let at = 0; at < points.length; at += 2) {
      const [x, y] = [points[at]!, points[at + 1]!];
      if (Number.isNaN(x) || Number.isNaN(y)) open = false;
      else {
        path += open ? `L${short(x)} ${short(y)}` : `M${short(x)} ${short(y)}h0`;
        open = true;
      }
    }
    this.path(path, stroke);
  }

  segments(points: Points, stroke: Stroke): void {
    let path = "";
    for (let at = 0; at < points.length; at += 4) {
      path += `M${short(points[at]!)} ${short(points[at + 1]!)}L${short(points[at + 2]!)} ${short(points[at + 3]!)}`;
    }
    this.path(path, stroke);
  }

  curves(points: Points, stroke: Stroke): void {
    let path = "";
    for (let at = 0; at < points.length; at += 8) {
      const numbers = Array.from({ length: 8 }, (_, index) => short(points[at + index]!));
      path += `M${numbers.slice(0, 2).join(" ")}C${numbers.slice(2).join(" ")}`;
    }
    this.path(path, stroke);
  }

  polygon(points: Points, fill: Fill): void {
    const list = Array.from(points as ArrayLike<number>, short).join(" ");
    this.parts.push(`<polygon points="${list}"${fillLook(fill)}/>`);
  }

  rects(boxes: Points, fill: Fill): void {
    let path = "";
    for (let at = 0; at < boxes.length; at += 4) {
      const width = short(boxes[at + 2]!);
      path += `M${short(boxes[at]!)} ${short(boxes[at + 1]!)}h${width}v${short(boxes[at + 3]!)}h${-width}z`;
    }
    if (path) this.parts.push(`<path d="${path}"${fillLook(fill)}/>`);
  }

  circles(points: Points, radius: number, fill: Fill): void {
    const r = short(radius);
    let path = "";
    for (let at = 0; at < points.length; at += 2) {
      const [x, y] = [points[at]!, points[at + 1]!];
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      path += `M${short(x - radius)} ${short(y)}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
    }
    if (path) this.parts.push(`<path d="${path}"${fillLook(fill)}/>`);
  }

  text(text: string, x: number, y: number, look: TextLook): void {
    const anchor = { left: "start", center: "middle", right: "end" }[look.align ?? "left"];
    const shift = { top: "0.8em", middle: "0.35em", bottom: "-0.2em" }[look.baseline ?? "middle"];
    const halo = look.halo ? ` stroke="${escape(look.halo)}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"` : "";
    const weight = look.bold ? ' font-weight="600"' : "";
    this.parts.push(
      `<text x="${short(x)}" y="${short(y)}" dy="${shift}" font-size="${look.size ?? 12}" text-anchor="${anchor}" fill="${escape(look.colour)}"${weight}${halo}>${escape(text)}</text>`,
    );
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    const id = `clip${++this.clips}`;
    this.parts.push(`<clipPath id="${id}"><rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}"/></clipPath><g clip-path="url(#${id})">`);
    draw();
    this.parts.push("</g>");
  }

  document(title: string): string {
    const { width, height } = this;
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escape(this.font)}">`,
      `<title>${escape(title)}</title>`,
      `<rect width="${width}" height="${height}" fill="${escape(this.background)}"/>`,
      ...this.parts,
      "</svg>\n",
    ].join("\n");
  }

  private path(path: string, stroke: Stroke): void {
    if (!path) return;
    const dash = stroke.dash?.length ? ` stroke-dasharray="${stroke.dash.join(" ")}"` : "";
    const opacity = stroke.opacity !== undefined && stroke.opacity !== 1 ? ` stroke-opacity="${stroke.opacity}"` : "";
    this.parts.push(
      `<path d="${path}" fill="none" stroke="${escape(stroke.colour)}" stroke-width="${stroke.width ?? 1}" stroke-linecap="round" stroke-linejoin="round"${dash}${opacity}/>`,
    );
  }
}

function fillLook(fill: Fill): string {
  const opacity = fill.opacity !== undefined && fill.opacity !== 1 ? ` fill-opacity="${fill.opacity}"` : "";
  return ` fill="${escape(fill.colour)}"${opacity}${fill.outline ? ` stroke="${escape(fill.outline)}"` : ""}`;
}
function short(value: number): number {
  return Math.round(value * 100) / 100;
}
function escape(text: string): string {
  // Control characters are not allowed in XML at all.
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd").replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
