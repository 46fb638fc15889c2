// The lineage tree: from the first members outwards (radial) or downwards (layered).
import type { Table } from "../data/csv";
import { formatNumber, turnName } from "../data/format";
import { isCopy } from "../data/lineage";
import type { TurnRecord } from "../data/record";
import type { TreeLayout } from "../data/tree";
import { drawLegend } from "./axes";
import type { Chart, Direction, Mark, View } from "./chart";
import { drawTree, drawTreeMark } from "./tree_draw";

export interface TreeOptions {
  title: string;
  summary: string;
  record: TurnRecord;
  layout: TreeLayout;
  shape: "radial" | "down";
  winner: Int32Array; // from first to last
  marked: Int32Array; // the lineage of a member that the reader chose
  metric: string;
  open: (mark: Mark) => void;
}
export interface TreePlaces {
  x: Float64Array;
  y: Float64Array;
}

export const legendRoom = 30;

export function treeChart(options: TreeOptions): Chart {
  const { record } = options;
  let last: { width: number; pan: View["pan"]; places: TreePlaces } | null = null;
  const height = (width: number): number => (options.shape === "radial" ? Math.round(Math.min(720, width) + legendRoom) : Math.max(420, Math.min(720, width)));
  const places = (view: View): TreePlaces => {
    if (last?.width !== view.width || last.pan !== view.pan) last = { width: view.width, pan: view.pan, places: placeTree(options, view.width, height(view.width), view.pan) };
    return last.places;
  };
  return {
    title: options.title,
    summary: options.summary,
    zoom: "both",
    height,
    draw: (painter, view) => {
      painter.clipped(0, legendRoom - 8, view.width, view.height, () => drawTree(painter, view, options, places(view)));
      drawLegend(painter, view.width, "", [
        { kind: "ramp", label: "first turn to last", ramp: view.theme.time },
        { kind: "line", label: "the winner's lineage", colour: view.theme.ink },
      ], view.theme);
    },
    drawMark: (painter, view, mark) => drawTreeMark(painter, view, options, places(view), mark.index),
    has: (mark) => mark.index < record.size,
    find: (view, x, y) => findNode(places(view), x, y),
    step: (mark, direction) => stepNode(options, mark, direction),
    place: (view, mark) => [places(view).x[mark.index]!, places(view).y[mark.index]!],
    describe: ({ index }) => ({
      title: turnName({ member: record.member[index]!, turn: record.turn[index]! }),
      lines: [
        [options.metric, formatNumber(record.score[index])],
        ["step", formatNumber(record.toStep[index])],
        ["began as member", String(record.root[index])],
        ...(isCopy(record, index) ? ([["copied from", `member ${record.member[record.parent[index]!]}`]] as [string, string][]) : []),
      ],
    }),
    table: () => treeTable(record),
    open: options.open,
  };
}

function placeTree(options: TreeOptions, width: number, height: number, pan: View["pan"]): TreePlaces {
  const { across, along } = options.layout;
  const x = new Float64Array(across.length);
  const y = new Float64Array(across.length);
  const middle = [width / 2, legendRoom + (height - legendRoom) / 2] as const;
  const radius = Math.min(width, height - legendRoom) / 2 - 12;
  for (let place = 0; place < across.length; place++) {
    let px: number;
    let py: number;
    if (options.shape === "radial") {
      const angle = 2 * Math.PI * across[place]! - Math.PI / 2;
      const distance = radius * (0.06 + 0.94 * along[place]!);
      px = middle[0] + distance * Math.cos(angle);
      py = middle[1] + distance * Math.sin(angle);
    } else {
      px = 14 + across[place]! * (width - 28);
      py = legendRoom + 8 + along[place]! * (height - legendRoom - 24);
    }
    x[place] = px * pan.k + pan.x;
    y[place] = py * pan.k + pan.y;
  }
  return { x, y };
}

function findNode({ x, y }: TreePlaces, px: number, py: number): Mark | null {
  let nearest = 20 * 20;
  let found: Mark | null = null;
  for (let index = 0; index < x.length; index++) {
    const distance = (x[index]! - px) ** 2 + (y[index]! - py) ** 2;
    if (distance < nearest) {
      nearest = distance;
      found = { series: 0, index };
    }
  }
  return found;
}

// Up: to the parent. Down: to the child that lasted longest. Left and right: to the next turn in the record.
function stepNode({ record, winner }: TreeOptions, mark: Mark | null, direction: Direction): Mark | null {
  if (record.size === 0) return null;
  if (!mark) return { series: 0, index: winner[winner.length - 1] ?? record.size - 1 };
  const at = mark.index;
  if (direction === "up") return { series: 0, index: record.parent[at]! >= 0 ? record.parent[at]! : at };
  if (direction === "left") return { series: 0, index: Math.max(0, at - 1) };
  if (direction === "right") return { series: 0, index: Math.min(record.size - 1, at + 1) };
  const onWinner = winner.indexOf(at);
  if (onWinner >= 0 && onWinner + 1 < winner.length) return { series: 0, index: winner[onWinner + 1]! };
  for (let child = at + 1; child < record.size; child++) if (record.parent[child] === at) return { series: 0, index: child };
  return mark;
}

function treeTable(record: TurnRecord): Table {
  const name = (place: number): string => (place < 0 ? "" : turnName({ member: record.member[place]!, turn: record.turn[place]! }));
  const rows = Array.from({ length: record.size }, (_, place) => [
    name(place),
    name(record.parent[place]!),
    isCopy(record, place),
    record.fromStep[place],
    record.toStep[place],
    record.score[place],
    record.root[place],
  ]);
  return { columns: ["turn", "parent", "copied", "from step", "to step", "score", "first member"], rows };
}
