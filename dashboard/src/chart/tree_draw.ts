import { lineageOf } from "../data/lineage";
import type { View } from "./chart";
import { rampStep } from "./colours";
import type { Painter } from "./painter";
import type { TreeOptions, TreePlaces } from "./tree";

export function drawTree(painter: Painter, view: View, options: TreeOptions, places: TreePlaces): void {
  const { record, layout } = options;
  const { theme } = view;
  const steps: number[][] = theme.time.map(() => []);
  const straight: number[][] = theme.time.map(() => []);
  for (let place = 0; place < record.size; place++) {
    const step = rampStep(layout.time[place]!);
    const parent = record.parent[place]!;
    if (parent >= 0 && layout.across[parent] === layout.across[place]) straight[step]!.push(places.x[parent]!, places.y[parent]!, places.x[place]!, places.y[place]!);
    else addEdge(steps[step]!, options, view, places, place);
  }
  const width = Math.min(3, Math.max(0.6, 60 / Math.sqrt(Math.max(1, record.size))) * Math.sqrt(view.pan.k));
  theme.time.forEach((colour, step) => {
    if (straight[step]!.length > 0) painter.segments(straight[step]!, { colour, width, opacity: 0.85 });
    if (steps[step]!.length > 0) painter.curves(steps[step]!, { colour, width, opacity: 0.85 });
  });
  drawNodes(painter, view, options, places, width);
  if (options.marked.length > 0) drawPath(painter, view, options, places, options.marked, theme.accent);
  drawPath(painter, view, options, places, options.winner, theme.ink);
}

// Dots for the first turns always, for all turns where there is room.
function drawNodes(painter: Painter, view: View, options: TreeOptions, { x, y }: TreePlaces, width: number): void {
  const { record, layout } = options;
  const all = record.size / view.pan.k ** 2 < 3000;
  const steps: number[][] = view.theme.time.map(() => []);
  for (let place = 0; place < record.size; place++) {
    if (!all && record.parent[place]! >= 0) continue;
    steps[rampStep(layout.time[place]!)]!.push(x[place]!, y[place]!);
  }
  steps.forEach((points, step) => points.length > 0 && painter.circles(points, 0.8 + width, { colour: view.theme.time[step]! }));
}

function drawPath(painter: Painter, view: View, options: TreeOptions, places: TreePlaces, lineage: Int32Array, colour: string): void {
  const points: number[] = [];
  for (const place of lineage) addEdge(points, options, view, places, place);
  if (points.length > 0) {
    painter.curves(points, { colour: view.theme.surface, width: 8 });
    painter.curves(points, { colour, width: 4.5 });
  }
  const end = lineage[lineage.length - 1];
  if (end === undefined) return;
  const steps = view.theme.time;
  const edges: number[][] = steps.map(() => []);
  for (const place of lineage) addEdge(edges[rampStep(options.layout.time[place]!)]!, options, view, places, place);
  edges.forEach((edge, step) => edge.length > 0 && painter.curves(edge, { colour: steps[step]!, width: 2 }));
  painter.circles([places.x[end]!, places.y[end]!], 6, { colour: steps[rampStep(options.layout.time[end]!)]!, outline: colour });
}

// From the parent straight on in its own direction, then over to where the child stands. A first turn begins at the
// middle (radial) or at the upper edge.
function addEdge(points: number[], options: TreeOptions, view: View, { x, y }: TreePlaces, place: number): void {
  const parent = options.record.parent[place]!;
  const { across, along } = options.layout;
  const x1 = x[place]!;
  const y1 = y[place]!;
  if (parent < 0) return;
  const x0 = x[parent]!;
  const y0 = y[parent]!;
  if (across[parent] === across[place]) addStraight(points, x0, y0, x1, y1, across[options.record.parent[parent]!] === across[parent]);
  else if (options.shape === "down") points.push(x0, y0, x0, (y0 + y1) / 2, x1, (y0 + y1) / 2, x1, y1);
  else {
    const length = ((along[place]! - along[parent]!) / 2) * radiusOf(view);
    const from = 2 * Math.PI * across[parent]! - Math.PI / 2;
    const to = 2 * Math.PI * across[place]! - Math.PI / 2;
    points.push(x0, y0, x0 + length * Math.cos(from), y0 + length * Math.sin(from), x1 - length * Math.cos(to), y1 - length * Math.sin(to), x1, y1);
  }
}

// What goes straight on from the edge before makes that one longer: a lineage that lasted is a few edges, not thousands.
function addStraight(points: number[], x0: number, y0: number, x1: number, y1: number, straightBefore: boolean): void {
  const follows = points[points.length - 2] === x0 && points[points.length - 1] === y0;
  if (straightBefore && follows) points.splice(-4, 4, x1, y1, x1, y1);
  else points.push(x0, y0, x0, y0, x1, y1, x1, y1);
}

function radiusOf(view: View): number {
  return (Math.min(view.width, view.height - 30) / 2 - 12) * 0.94 * view.pan.k;
}

export function drawTreeMark(painter: Painter, view: View, options: TreeOptions, places: TreePlaces, place: number): void {
  const points: number[] = [];
  const { theme } = view;
  for (const at of lineageOf(options.record, place)) addEdge(points, options, view, places, at);
  painter.curves(points, { colour: theme.surface, width: 6, opacity: 0.8 });
  painter.curves(points, { colour: theme.accent, width: 3 });
  painter.circles([places.x[place]!, places.y[place]!], 6, { colour: theme.accent, outline: theme.ink });
}
