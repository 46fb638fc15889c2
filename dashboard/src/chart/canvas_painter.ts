import type { Fill, Painter, Points, Stroke, TextLook } from "./painter";

export class CanvasPainter implements Painter {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly font: string,
  ) {
    context.lineJoin = "round";
    context.lineCap = "round";
  }

  polyline(points: Points, stroke: Stroke): void {
    const context = this.begin(stroke);
    let open = false;
    for (let at = 0; at < points.length; at += 2) {
      const x = points[at]!;
      const y = points[at + 1]!;
      if (Number.isNaN(x) || Number.isNaN(y)) {
        // A path of hundreds of lines that cross one another is slow to fill; line by line it is fast.
        if (open) context.stroke();
        if (open) context.beginPath();
        open = false;
      } else if (open) context.lineTo(x, y);
      else {
        context.moveTo(x, y);
        context.lineTo(x, y); // a lone point shows as a dot, thanks to the round cap
        open = true;
      }
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  segments(points: Points, stroke: Stroke): void {
    const context = this.begin(stroke);
    for (let at = 0; at < points.length; at += 4) {
      context.moveTo(points[at]!, points[at + 1]!);
      context.lineTo(points[at + 2]!, points[at + 3]!);
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  curves(points: Points, stroke: Stroke): void {
    const context = this.begin(stroke);
    for (let at = 0; at < points.length; at += 8) {
      context.moveTo(points[at]!, points[at + 1]!);
      context.bezierCurveTo(points[at + 2]!, points[at + 3]!, points[at + 4]!, points[at + 5]!, points[at + 6]!, points[at + 7]!);
    }
    context.stroke();
    context.globalAlpha = 1;
  }

  polygon(points: Points, fill: Fill): void {
    const context = this.context;
    context.beginPath();
    for (let at = 0; at < points.length; at += 2) {
      if (at === 0) context.moveTo(points[at]!, points[at + 1]!);
      else context.lineTo(points[at]!, points[at + 1]!);
    }
    context.closePath();
    this.fill(fill);
  }

  rects(boxes: Points, fill: Fill): void {
    const context = this.context;
    context.beginPath();
    for (let at = 0; at < boxes.length; at += 4) context.rect(boxes[at]!, boxes[at + 1]!, boxes[at + 2]!, boxes[at + 3]!);
    this.fill(fill);
  }

  circles(points: Points, radius: number, fill: Fill): void {
    const context = this.context;
    if (radius < 2 && !fill.outline) return this.specks(points, radius, fill);
    context.beginPath();
    for (let at = 0; at < points.length; at += 2) {
      const x = points[at]!;
      const y = points[at + 1]!;
      if (Number.isNaN(x) || Number.isNaN(y)) continue;
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    this.fill(fill);
  }

  text(text: string, x: number, y: number, look: TextLook): void {
    const context = this.context;
    context.save();
    context.font = `${look.bold ? "600 " : ""}${look.size ?? 12}px ${this.font}`;
    context.fillStyle = look.colour;
    context.textAlign = look.align ?? "left";
    context.textBaseline = look.baseline ?? "middle";
    if (look.halo) {
      context.strokeStyle = look.halo;
      context.lineWidth = 4;
      context.setLineDash([]);
      context.strokeText(text, x, y);
    }
    context.fillText(text, x, y);
    context.restore();
  }

  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    this.context.save();
    this.context.beginPath();
    this.context.rect(x, y, width, height);
    this.context.clip();
    draw();
    this.context.restore();
  }

  // So small that nobody sees the corners, and many times faster than a path of thousands of arcs.
  private specks(points: Points, radius: number, fill: Fill): void {
    const context = this.context;
    const side = radius * 1.8;
    context.globalAlpha = fill.opacity ?? 1;
    context.fillStyle = fill.colour;
    for (let at = 0; at < points.length; at += 2) context.fillRect(points[at]! - side / 2, points[at + 1]! - side / 2, side, side);
    context.globalAlpha = 1;
  }

  private begin(stroke: Stroke): CanvasRenderingContext2D {
    const context = this.context;
    context.strokeStyle = stroke.colour;
    context.lineWidth = stroke.width ?? 1;
    context.globalAlpha = stroke.opacity ?? 1;
    context.setLineDash(stroke.dash ?? []);
    context.beginPath();
    return context;
  }

  private fill(fill: Fill): void {
    const context = this.context;
    context.globalAlpha = fill.opacity ?? 1;
    context.fillStyle = fill.colour;
    context.fill();
    if (fill.outline) {
      context.strokeStyle = fill.outline;
      context.lineWidth = 1;
      context.setLineDash([]);
      context.stroke();
    }
    context.globalAlpha = 1;
  }
}

// A canvas of this many CSS pixels, sharp on this screen, cleared and ready.
export function prepare(canvas: HTMLCanvasElement, width: number, height: number, font: string, ratio = window.devicePixelRatio || 1): CanvasPainter {
  const wide = Math.round(width * ratio);
  const high = Math.round(height * ratio);
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const context = canvas.getContext("2d");
  if (!context) throw new Error("This browser has no Canvas 2D.");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return new CanvasPainter(context, font);
}
