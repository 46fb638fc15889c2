// What a chart is to the frame that shows it: something that draws itself, knows what is where, and can say it in words.
import type { Table } from "../data/csv";
import type { Painter } from "./painter";
import type { Theme } from "./theme";

export interface Mark {
  series: number;
  index: number;
}
export interface View {
  width: number;
  height: number;
  theme: Theme;
  span: [number, number]; // the part of the x axis that is shown, as shares of the whole
  pan: { k: number; x: number; y: number }; // for charts that zoom in both directions: place * k + offset
}
export interface Description {
  title: string;
  lines: [string, string][];
}
export type Direction = "left" | "right" | "up" | "down";

export interface Chart {
  title: string;
  summary: string; // one sentence: what there is to see
  notes?: string[]; // what is missing in it; the chart draws them itself
  zoom: "none" | "x" | "both";
  height(width: number): number;
  draw(painter: Painter, view: View): void;
  drawMark(painter: Painter, view: View, mark: Mark): void;
  has(mark: Mark): boolean;
  find(view: View, x: number, y: number): Mark | null;
  step(mark: Mark | null, direction: Direction): Mark | null;
  place(view: View, mark: Mark): [number, number];
  describe(mark: Mark): Description;
  table(): Table;
  plotSides?(view: View): [number, number]; // the left and right end of the x axis, for charts that zoom on x
  open?(mark: Mark): void;
  drag?(view: View, from: [number, number], to: [number, number]): void; // instead of zooming
  click?(view: View, at: [number, number]): boolean; // before a mark is looked for; whether that was all
  escape?(): boolean; // when nothing is marked; whether there was something to let go
  zoomed?(view: View): void; // the part of x that is shown has changed
}
