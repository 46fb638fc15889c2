// Serves dist/ and a made-up /api/v1, for looking at the page without the engine: node scripts/fake_server.mjs [PORT]
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { makeUp } from "../tests/made_up.mjs";
import { detailOf, timelineOf } from "../tests/made_up_views.mjs";
import { png } from "../tests/png.mjs";

const port = Number(process.argv[2] ?? 8123);
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const types = { html: "text/html; charset=utf-8", js: "text/javascript; charset=utf-8", css: "text/css; charset=utf-8" };

const wishes = [
  { name: "lander", population: 8, turns: 20, workers: 4, images: true },
  { name: "lander-live", population: 8, turns: 40, workers: 4, state: "running", seed: 9 },
  { name: "atari", population: 64, turns: 200, workers: 16, seed: 3 },
  { name: "thousand", population: 1000, turns: 20, workers: 64, seed: 4, stride: 50 },
  { name: "perplexity", population: 16, turns: 30, workers: 3, seed: 5, mode: "min", metric: "perplexity" },
  { name: "empty", population: 8, turns: 0, workers: 2, state: "running" },
  { name: "diverged", population: 4, turns: 10, workers: 2, diverged: true, state: "failed" },
  { name: "single", population: 1, turns: 12, workers: 1, texts: false, state: "paused" },
  { name: "a-very-long-name-of-an-experiment-that-somebody-made-with-a-script-2026-11-26-lr-sweep-final-final", population: 4, turns: 6, workers: 2, seed: 8 },
];
const made = new Map();
const find = (name) => {
  const wish = wishes.find((one) => one.name === name);
  if (wish && !made.has(name)) made.set(name, makeUp(wish));
  return made.get(name);
};

function rowOf(name) {
  const { experiment: { description, status } } = find(name);
  return { name, state: status.state, algorithm: description.algorithm, metric: description.metric, mode: description.mode, score: status.best?.score ?? null, population: description.population, turns: status.turns, steps_done: status.steps_done, steps_planned: status.steps_planned, created_ms: status.created_ms, error: null };
}

// The live one has shown this many of its turns; it grows by one every half second.
let liveShown = 160;
const cut = (turns, from, to) => {
  const part = Object.fromEntries(Object.entries(turns).map(([key, list]) => [key, Array.isArray(list) && key !== "workers" && key !== "hyperparameters" && key !== "metrics" ? list.slice(from, to) : list]));
  for (const kind of ["hyperparameters", "metrics"]) part[kind] = turns[kind].map((column) => ({ ...column, values: column.values.slice(from, to) }));
  const best = part.score.reduce((found, score, at) => (score !== null && (found < 0 || score > part.score[found]) ? at : found), -1);
  return { ...part, total: to, first: from, best: best < 0 ? -1 : from + best };
};

function answer(parts, query) {
  if (parts[0] !== "experiments") return null;
  if (parts.length === 1) return { experiments: [...wishes.map(({ name }) => rowOf(name)), { name: "broken", state: null, algorithm: null, metric: null, mode: null, score: null, population: null, turns: null, steps_done: null, steps_planned: null, created_ms: null, error: "record.db: file is not a database" }] };
  const one = find(parts[1]);
  if (!one) return null;
  const live = parts[1] === "lander-live";
  if (parts.length === 2) return live ? { ...one.experiment, read: liveShown, status: { ...one.experiment.status, turns: liveShown } } : one.experiment;
  if (parts[2] === "turns") return live ? cut(one.turns, 0, liveShown) : one.turns;
  if (parts[2] === "timeline") return timelineOf(one.turns, query.has("from_ms") ? Number(query.get("from_ms")) : undefined, query.has("to_ms") ? Number(query.get("to_ms")) : undefined);
  if (parts[2] === "failures") return { failures: one.failures.failures.filter((failed) => failed.sequence > Number(query.get("after") ?? 0)).slice(0, Number(query.get("limit") ?? 200)) };
  if (parts[2] === "members") return detailOf(one, Number(parts[3]), Number(parts[5]), wishes.find(({ name }) => name === parts[1]).images ? ["samples.png"] : []);
  return one[parts[2]] ?? null;
}

function follow(response, name, first) {
  const one = find(name);
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(": hello\n\n");
  let sent = first;
  const timer = setInterval(() => {
    if (name !== "lander-live" || liveShown >= one.turns.row.length) return;
    liveShown++;
    response.write(`event: turns\nid: ${liveShown}\ndata: ${JSON.stringify(cut(one.turns, sent, liveShown))}\n\n`);
    sent = liveShown;
    const status = { ...one.experiment.status, members: undefined };
    response.write(`event: status\ndata: ${JSON.stringify({ ...status, turns: liveShown, steps_done: liveShown * 5000 })}\n\n`);
  }, 500);
  response.on("close", () => clearInterval(timer));
}

createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  response.setHeader("content-security-policy", policy);
  if (url.pathname.startsWith("/api/v1/")) {
    const parts = url.pathname.slice(8).split("/").map(decodeURIComponent);
    if (parts[2] === "events") return follow(response, parts[1], Number(request.headers["last-event-id"] ?? url.searchParams.get("first") ?? 0));
    if (parts[6] === "images") return response.writeHead(200, { "content-type": "image/png" }).end(png(Number(parts[5])));
    const body = answer(parts, url.searchParams);
    response.writeHead(body ? 200 : 404, { "content-type": "application/json" });
    return response.end(JSON.stringify(body ?? { error: "there is no such thing", status: 404 }));
  }
  const file = url.pathname === "/" ? "index.html" : url.pathname.slice(1);
  if (!/^[a-z_]+\.(html|js|css)$/.test(file)) return response.writeHead(404).end();
  const bytes = await readFile(new URL(`../dist/${file}`, import.meta.url)).catch(() => null);
  response.writeHead(bytes ? 200 : 404, { "content-type": types[file.split(".")[1]] });
  return response.end(bytes);
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}/`));
