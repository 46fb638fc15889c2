// The documents that a server computes from the turns: progress, timeline, and one turn's detail.

const quantileAt = [0, 0.1, 0.5, 0.9, 1];

function quantiles(values) {
  const sorted = values.filter((value) => value !== null && Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return [null, null, null, null, null];
  return quantileAt.map((share) => sorted[Math.round(share * (sorted.length - 1))]);
}

export function progressOf(turns, population, mode, stride) {
  const steps = [...new Set(turns.to_step)].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(steps.length / 100));
  const places = new Map(steps.map((step) => [step, []]));
  turns.to_step.forEach((step, place) => places.get(step).push(place));
  const shown = steps.filter((_, at) => at % every === 0);
  const bands = (values) => shown.map((step) => ({ step, turns: places.get(step).length, quantiles: quantiles(places.get(step).map((place) => values[place])) }));
  const numeric = turns.hyperparameters.filter((column) => column.labels.length === 0);
  return {
    total: turns.total,
    score: bands(turns.score),
    hyperparameters: numeric.map((column) => ({ name: column.name, bands: bands(column.values) })),
    diversity: diversityOf(turns, population, stride),
    gains: numeric.map((column) => ({ name: column.name, moves: gainsOf(turns, column.values, mode) })),
  };
}

function diversityOf(turns, population, stride) {
  const roots = new Map();
  const result = [];
  let total = 0;
  turns.row.forEach((_, place) => {
    total += (turns.to_step[place] - turns.from_step[place]) * stride;
    roots.set(turns.member[place], place);
    if (place % population !== population - 1) return;
    const present = [...roots.values()];
    const spread = turns.hyperparameters.map((column) => {
      const values = present.map((at) => Math.log(1 + column.values[at]));
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
      return Math.min(1, deviation / (Math.abs(mean) + 1e-9));
    });
    result.push({ turns: (place + 1) * stride, total_steps: total, ancestors: new Set(present.map((at) => turns.root[at])).size, spread });
  });
  return result;
}

function gainsOf(turns, values, mode) {
  const placeOf = new Map(turns.row.map((row, place) => [row, place]));
  const gains = new Map([["same", []], ["×0.8", []], ["×1.25", []]]);
  turns.row.forEach((_, place) => {
    const parent = placeOf.get(turns.parent[place]) ?? -1;
    if (parent < 0 || place > 4000 || turns.score[place] === null || turns.score[parent] === null) return;
    const ratio = values[place] / values[parent];
    const move = Math.abs(ratio - 0.8) < 0.02 ? "×0.8" : Math.abs(ratio - 1.25) < 0.02 ? "×1.25" : Math.abs(ratio - 1) < 1e-9 ? "same" : null;
    if (move) gains.get(move).push((turns.score[place] - turns.score[parent]) * (mode === "max" ? 1 : -1));
  });
  return [...gains].filter(([, list]) => list.length > 1).map(([move, list]) => {
    const mean = list.reduce((sum, gain) => sum + gain, 0) / list.length;
    const deviation = Math.sqrt(list.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (list.length - 1));
    return { move, turns: list.length, better: list.filter((gain) => gain > 0).length, mean, error: deviation / Math.sqrt(list.length) };
  });
}

export function timelineOf(turns, fromMs, toMs) {
  const ends = turns.started_ms.map((start, place) => start + turns.duration_ms[place]);
  const from = fromMs ?? turns.started_ms.reduce((low, start) => Math.min(low, start), Infinity);
  const to = toMs ?? ends.reduce((high, end) => Math.max(high, end), -Infinity);
  if (!(to > from)) return { from_ms: 0, to_ms: 0, turns: 0, workers: [], bars: [], busy_percent: [] };
  const inside = turns.row.map((_, place) => place).filter((place) => ends[place] >= from && turns.started_ms[place] <= to);
  const document = { from_ms: from, to_ms: to, turns: inside.length, workers: turns.workers, bars: [], busy_percent: [] };
  if (inside.length <= 5000) {
    const placeOf = new Map(turns.row.map((row, place) => [row, place]));
    document.bars = inside.map((place) => ({ worker: turns.worker[place], member: turns.member[place], turn: turns.turn[place], from_ms: turns.started_ms[place], to_ms: ends[place], copied: turns.parent[place] >= 0 && turns.member[placeOf.get(turns.parent[place])] !== turns.member[place] }));
    return document;
  }
  const cells = turns.workers.map(() => new Array(200).fill(0));
  const width = (to - from) / 200;
  for (const place of inside) {
    for (let cell = Math.max(0, Math.floor((turns.started_ms[place] - from) / width)); cell < 200 && from + cell * width < ends[place]; cell++) {
      const overlap = Math.min(ends[place], from + (cell + 1) * width) - Math.max(turns.started_ms[place], from + cell * width);
      cells[turns.worker[place]][cell] += (100 * overlap) / width;
    }
  }
  document.busy_percent = cells.map((row) => row.map((busy) => Math.round(Math.min(100, Math.max(0, busy)))));
  return document;
}

export function detailOf(made, member, turn, images = []) {
  const { turns } = made;
  const place = turns.row.findIndex((_, at) => turns.member[at] === member && turns.turn[at] === turn);
  if (place < 0) return null;
  const above = turns.parent[place] < 0 ? -1 : turns.row.indexOf(turns.parent[place]);
  const name = (at) => (at < 0 ? null : { member: turns.member[at], turn: turns.turn[at] });
  const copied = above >= 0 && turns.member[above] !== member;
  return {
    turn: {
      member, turn, parent: name(above), from_step: turns.from_step[place], to_step: turns.to_step[place], partial: false, hyperparameters: made.valuesAt(place), score: turns.score[place], metrics: made.metricsAt(place), samples: [212.4, 250.1, 198],
      decision: above < 0 ? "start" : copied ? "copy" : "continue", donor: copied ? name(above) : null, reason: copied ? "among the worst fifth; the donor is among the best fifth" : null, worker: turns.workers[turns.worker[place]], fence: 4000 + place,
      started_ms: turns.started_ms[place], ended_ms: turns.started_ms[place] + turns.duration_ms[place], checkpoint_name: `checkpoints/${member}/${turn}-5f2a9c0e`, checkpoint_bytes: 1834221, sequence: place + 1,
    },
    log_tail: `step ${turns.from_step[place]} return 12.1\nstep ${turns.to_step[place]} return ${turns.score[place]}\n<script>alert("not markup")</script>`,
    images,
  };
}
