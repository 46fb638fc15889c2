// What charts draw with. Places are CSS pixels from the top left. A list of points is x0, y0, x1, y1, ...; a NaN breaks a
// line. Drawing many shapes of one look in one call is what makes large charts fast.

export interface Stroke {
  colour: string;
  width?: number; // 1
  dash?: number[];
  opacity?: number; // 1
}
export interface Fill {
  colour: string;
  opacity?: number;
  outline?: string; // a thin line around
}
export interface TextLook {
  colour: string;
  size?: number; // 12
  bold?: boolean;
  align?: "left" | "center" | "right";
  baseline?: "top" | "middle" | "bottom";
  halo?: string; // a colour around the letters, to be read on top of lines
}
export type Points = ArrayLike<number>;

export interface Painter {
  polyline(points: Points, stroke: Stroke): void;
  segments(points: Points, stroke: Stroke): void; // x0, y0, x1, y1 each
  curves(points: Points, stroke: Stroke): void; // cubic: start, two controls, end: 8 numbers each
  polygon(points: Points, fill: Fill): void;
  rects(boxes: Points, fill: Fill): void; // x, y, width, height each
  circles(points: Points, radius: number, fill: Fill): void;
  text(text: string, x: number, y: number, look: TextLook): void;
  clipped(x: number, y: number, width: number, height: number, draw: () => void): void;
}
