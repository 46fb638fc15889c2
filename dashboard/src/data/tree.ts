// A place for every turn in the lineage tree: an angle (0..1, to be bent around a circle or laid out in a row) and a
// distance from the start (0..1). Every branch gets room for its leaves; the child with most descendants
// goes straight on, the others leave to either side, so that lineages that lasted are straight lines.
import type { TurnRecord } from "./record";

export interface TreeLayout {
  across: Float64Array;
  along: Float64Array;
  time: Float64Array; // 0 for the first turn of the record, 1 for the last
}

export function layOutTree(record: TurnRecord): TreeLayout {
  const { size, parent } = record;
  const leaves = new Float64Array(size);
  const descendants = new Float64Array(size);
  let roots = 0;
  let last = 1;
  for (let place = 0; place < size; place++) last = Math.max(last, record.toStep[place]!);
  for (let place = size - 1; place >= 0; place--) {
    if (leaves[place] === 0) leaves[place] = roomOfLeaf(record.toStep[place]! / last);
    descendants[place]! += 1;
    const above = parent[place]!;
    if (above < 0) roots += leaves[place]!;
    else {
      leaves[above]! += leaves[place]!;
      descendants[above]! += descendants[place]!;
    }
  }
  const across = spreadAcross(record, leaves, descendants, roots);
  const along = Float64Array.from(record.toStep, (step) => step / last);
  const time = Float64Array.from({ length: size }, (_, place) => (size > 1 ? place / (size - 1) : 0));
  return { across, along, time };
}

// Branches that were given up early would take most of the circle; they get a little less of it than the later ones.
function roomOfLeaf(along: number): number {
  return 0.5 + 0.5 * along;
}

function spreadAcross(record: TurnRecord, leaves: Float64Array, descendants: Float64Array, total: number): Float64Array {
  const { size, parent } = record;
  const children = listChildren(parent, size);
  const start = new Float64Array(size);
  const across = new Float64Array(size);
  let next = 0;
  for (let place = 0; place < size; place++) {
    if (parent[place]! >= 0) continue;
    start[place] = next;
    next += leaves[place]!;
  }
  for (let place = 0; place < size; place++) {
    const below = children.of(place);
    if (below.length > 1) orderBySize(below, descendants);
    let from = start[place]!;
    for (const child of below) {
      start[child] = from;
      from += leaves[child]!;
    }
  }
  // Backwards: a turn stands where its largest child stands, so that what lasted is straight.
  const largest = new Float64Array(size);
  for (let place = 0; place < size; place++) across[place] = (start[place]! + leaves[place]! / 2) / total;
  for (let place = size - 1; place >= 0; place--) {
    const above = parent[place]!;
    if (above < 0 || descendants[place]! <= largest[above]!) continue;
    largest[above] = descendants[place]!;
    across[above] = across[place]!;
  }
  return across;
}

// The largest in the middle, the rest by turns to its left and right.
function orderBySize(children: number[], descendants: Float64Array): void {
  children.sort((a, b) => descendants[b]! - descendants[a]! || a - b);
  const left: number[] = [];
  const right: number[] = [];
  children.forEach((child, index) => (index % 2 === 1 ? left.unshift(child) : right.push(child)));
  children.splice(0, children.length, ...left, ...right);
}

function listChildren(parent: Int32Array, size: number): { of(place: number): number[] } {
  const first = new Int32Array(size).fill(-1);
  const next = new Int32Array(size).fill(-1);
  for (let place = size - 1; place >= 0; place--) {
    const above = parent[place]!;
    if (above < 0) continue;
    next[place] = first[above]!;
    first[above] = place;
  }
  return {
    of(place) {
      const list: number[] = [];
      for (let child = first[place]!; child >= 0; child = next[child]!) list.push(child);
      return list;
    },
  };
}
