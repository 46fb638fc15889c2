// Makes a report from dist/report.html and a made-up experiment, as `pbt report` does: node scripts/make_example.mjs FILE
import { readFileSync, writeFileSync } from "node:fs";
import { makeUp } from "../tests/made_up.mjs";
import { detailOf } from "../tests/made_up_views.mjs";

const file = process.argv[2] ?? "looks/report_example.html";
const made = makeUp({ name: "atari", population: 64, turns: 200, workers: 16, seed: 3 });
const best = made.experiment.status.best;
const details = { [`m${best.member}.t${best.turn}`]: detailOf(made, best.member, best.turn) };
const { experiment, turns, progress, timeline, failures } = made;
// "<" is written so that nothing in the data can end the element.
const data = JSON.stringify({ experiment, turns, progress, timeline, details, failures }).replace(/</g, "\\u003c");
const template = readFileSync(new URL("../dist/report.html", import.meta.url), "utf8");
writeFileSync(file, template.replace("<!--pbt-data-->", () => `<script type="application/json" id="pbt-data">${data}</script>`));
console.log(`${file}: ${(data.length / 1e6).toFixed(2)} MB of data`);
