// Made-up but plausible experiments, the same each time: for unit tests and for scripts/fake_server.mjs. The documents
// are those of /api/v1.
import { progressOf, timelineOf } from "./made_up_views.mjs";

/** A small seeded generator (mulberry32). @param {number} seed */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const startMs = Date.UTC(2026, 10, 20, 9, 0, 0);
const activations = ["relu", "tanh", "gelu"];

/**
 * @typedef {{name: string, population: number, turns: number, workers: number, interval?: number, seed?: number,
 *   mode?: "max" | "min", metric?: string, diverged?: boolean, state?: string, stride?: number, texts?: boolean,
 *   images?: boolean, small?: boolean}} Wish
 */

/** @param {Wish} wish */
export function makeUp(wish) {
  const { population, turns, workers, interval = 5000, seed = 1, mode = "max", diverged = false, texts = true } = wish;
  const draw = random(seed);
  const names = Array.from({ length: workers }, (_, at) => `node${String(1 + (at >> 2)).padStart(2, "0")}/${at & 3}`);
  const columns = emptyColumns(names, texts);
  const members = Array.from({ length: population }, (_, member) => ({ member, last: -1, skill: 0, root: member, turn: 0, step: 0, freeMs: startMs, hyper: firstHyper(draw, texts), copied: null }));
  const failures = [];
  const workerFree = new Array(workers).fill(startMs);
  let best = -1;
  let round = [];
  for (let index = 0; index < population * turns; index++) {
    const one = members[index % population];
    const worker = workerFree.indexOf(Math.min(...workerFree));
    if (index % population === 0) round = members.map((other) => ({ ...other, hyper: [...other.hyper] }));
    if (one.turn > 0) exploit(one, round, columns, draw, mode);
    const score = train(one, draw, wish, diverged);
    const duration = Math.round((8000 + 4000 * draw()) * (one.hyper[1] / 128) ** 0.3);
    const started = Math.max(workerFree[worker], one.freeMs);
    workerFree[worker] = one.freeMs = started + duration;
    if (draw() < 0.006) failures.push(failure(failures.length + 1, one, names[worker], started + duration / 2));
    one.turn++;
    push(columns, { one, score, worker, started, duration, interval, draw, texts });
    one.last = columns.row.length - 1;
    one.step += interval;
    if (score !== null && (best < 0 || (mode === "max" ? score > columns.score[best] : score < columns.score[best]))) best = one.last;
  }
  return finish(wish, columns, members, failures, best);
}

function emptyColumns(workers, texts) {
  return {
    row: [], parent: [], score: [], member: [], turn: [], root: [], from_step: [], to_step: [], total_steps: [], partial: [], started_ms: [], duration_ms: [], worker: [], workers,
    hyperparameters: [
      { name: "learning_rate", labels: [], values: [] },
      { name: "unroll", labels: [], values: [] },
      { name: "discount", labels: [], values: [] },
      ...(texts ? [{ name: "activation", labels: activations, values: [] }] : []),
    ],
    metrics: [
      { name: "episode_return", labels: [], values: [] },
      { name: "policy_loss", labels: [], values: [] },
      { name: "entropy", labels: [], values: [] },
    ],
  };
}

function firstHyper(draw, texts) {
  return [10 ** (-4 + 2 * draw()), Math.round(2 ** (5 + 4 * draw())), 1 - 10 ** (-3 + 1.5 * draw()), ...(texts ? [Math.floor(3 * draw())] : [])];
}

// The worst fifth copies one of the best fifth and changes what it copied a little.
function exploit(one, members, columns, draw, mode) {
  const scored = members.filter((other) => other.turn > 0);
  const value = (other) => (columns.score[other.last] ?? (mode === "max" ? -Infinity : Infinity)) * (mode === "max" ? 1 : -1);
  const mine = value(one);
  const worse = scored.filter((other) => value(other) < mine).length;
  one.parent = one.last;
  one.copied = null;
  if (worse >= scored.length * 0.2 || scored.length < 3 || draw() < 0.35) return;
  const top = scored.filter((other) => value(other) > mine).sort((a, b) => value(b) - value(a)).slice(0, Math.max(1, Math.floor(scored.length / 5)));
  const donor = top[Math.floor(draw() * top.length)];
  if (!donor) return;
  Object.assign(one, { parent: donor.last, skill: donor.skill, root: donor.root, step: donor.step, copied: { member: donor.member, turn: donor.turn } });
  one.hyper = [...donor.hyper];
  one.hyper[0] *= draw() < 0.5 ? 0.8 : 1.25;
  one.hyper[1] = Math.max(16, Math.round(one.hyper[1] * (draw() < 0.5 ? 0.8 : 1.25)));
  one.hyper[2] = Math.min(0.9999, 1 - (1 - one.hyper[2]) * (draw() < 0.5 ? 0.8 : 1.25));
  if (one.hyper.length > 3 && draw() < 0.1) one.hyper[3] = Math.floor(3 * draw());
}

// The best learning rate falls as the skill grows: a schedule is worth something.
function train(one, draw, { mode = "max" }, diverged) {
  const wanted = -2.4 - 1.2 * Math.min(1, one.skill);
  const fit = Math.exp(-3 * (Math.log10(one.hyper[0]) - wanted) ** 2) * (one.hyper[3] === 1 ? 0.8 : 1);
  one.skill += 0.05 * fit * (1.2 - Math.min(1, one.skill)) + 0.004 * (draw() - 0.5);
  if (diverged || (one.hyper[0] > 0.006 && draw() < 0.03)) return null;
  const score = -180 + 460 * (1 - Math.exp(-2.2 * Math.max(0, one.skill))) + 24 * (draw() - 0.5);
  return mode === "max" ? score : 0.02 + 3 * Math.exp(-(score + 180) / 90);
}

function push(columns, { one, score, worker, started, duration, interval, draw, texts }) {
  columns.row.push(columns.row.length);
  columns.parent.push(one.turn === 1 ? -1 : one.parent);
  columns.score.push(score);
  columns.member.push(one.member);
  columns.turn.push(one.turn);
  columns.root.push(one.root);
  columns.from_step.push(one.step);
  columns.to_step.push(one.step + interval);
  columns.total_steps.push(columns.row.length * interval);
  columns.partial.push(0);
  columns.started_ms.push(started);
  columns.duration_ms.push(duration);
  columns.worker.push(worker);
  one.hyper.slice(0, texts ? 4 : 3).forEach((value, at) => columns.hyperparameters[at].values.push(value));
  const values = [score, score === null ? null : 2 * Math.exp(-one.skill * 2) + 0.1 * draw(), draw() < 0.02 ? null : 1.4 * Math.exp(-one.skill) + 0.05 * draw()];
  values.forEach((value, at) => columns.metrics[at].values.push(value));
}

function failure(sequence, one, worker, time) {
  const crash = sequence % 3 !== 0;
  return {
    member: one.member, turn: one.turn + 1, failure: crash ? "crash" : "timeout", message: crash ? "the trainer ended with status 137; it is tried again from its last checkpoint" : "no report for 60 s",
    log_tail: crash ? `step ${one.step} loss 0.${sequence}31\n<b>Killed</b> & gone: out of memory` : null, step: one.step, steps_lost: 1200, worker, fence: 1000 + sequence, time_ms: Math.round(time), sequence,
  };
}

function finish(wish, columns, members, failures, best) {
  const { name, population, turns, interval = 5000, mode = "max", metric = "episode_return", state = "done", stride = 1, seed = 1 } = wish;
  const total = columns.row.length * stride;
  columns.metrics[0].name = metric;
  if (stride > 1) {
    for (const list of ["row", "parent"]) columns[list] = columns[list].map((row) => (row < 0 ? -1 : row * stride));
    columns.turn = columns.turn.map((turn) => turn * stride);
    columns.total_steps = columns.total_steps.map((steps) => steps * stride);
  }
  const turnsDocument = { total, first: 0, best: best < 0 ? -1 : best * stride, ...columns };
  const valuesAt = (place) => Object.fromEntries(columns.hyperparameters.map(({ name: key, labels, values }) => [key, labels.length > 0 ? labels[values[place]] : values[place]]));
  const metricsAt = (place) => Object.fromEntries(columns.metrics.map(({ name: key, values }) => [key, values[place]]));
  const done = total * interval;
  const endMs = columns.row.length > 0 ? Math.max(...columns.started_ms.slice(-2000)) + 9000 : startMs;
  const status = {
    experiment: name, state, reason: state === "failed" ? "every first turn failed: the trainer cannot be started" : null, created_ms: startMs, training_ms: (endMs - startMs) * 0.93, turns: total, steps_done: done,
    steps_planned: Math.max(1, population * (turns + (state === "running" ? 20 : 0)) * interval * stride), steps_per_second: 1234.5, seconds_left: state === "running" ? 754 : null,
    best: best < 0 ? null : { metric, score: columns.score[best], step: columns.to_step[best], member: columns.member[best], turn: columns.turn[best], hyperparameters: valuesAt(best), metrics: metricsAt(best), checkpoint_name: `${name}/m${columns.member[best]}/t${columns.turn[best]}` },
    members: members.map((one) => ({
      member: one.member, state: state === "running" && one.member % 5 === 0 ? "training" : state === "running" ? "ready" : "done", broken: false, turn: one.turn * stride, step: one.step, steps_done: one.turn * interval * stride,
      score: columns.score[one.last] ?? null, diverged: one.last >= 0 && columns.score[one.last] === null, hyperparameters: one.last >= 0 ? valuesAt(one.last) : {}, copied_from: one.copied ? { ...one.copied, turn: one.copied.turn * stride } : null,
      worker: state === "running" && one.member % 5 === 0 ? columns.workers[(one.member / 5) % columns.workers.length] : null, lease_until_ms: state === "running" && one.member % 5 === 0 ? endMs + 21000 - one.member * 100 : null,
      failures: failures.filter((failed) => failed.member === one.member).length,
    })),
  };
  const description = {
    name, metric, mode, algorithm: "pbt", exploit: "truncation 20 %", explore: "perturb 0.8, 1.25", population, interval, steps: turns * interval, seed, synchronous: false,
    hyperparameters: [
      { name: "learning_rate", type: "real", low: 1e-4, high: 1e-2, scale: "log" },
      { name: "unroll", type: "int", low: 16, high: 512, scale: "log" },
      { name: "discount", type: "real", low: 0.9, high: 0.9999, scale: "one_minus_log" },
      ...(columns.hyperparameters.length > 3 ? [{ name: "activation", type: "choice", values: activations }] : []),
    ],
  };
  return { experiment: { description, status, now_ms: endMs, read: total }, turns: turnsDocument, progress: progressOf(turnsDocument, population, mode, stride), timeline: timelineOf(turnsDocument), failures: { failures }, valuesAt, metricsAt };
}
