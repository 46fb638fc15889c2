// Looks at every view as a reader would: screenshots into looks/, console errors, axe-core, the page's width and the time
// that charts take to draw. Needs scripts/fake_server.mjs running and Debian's chromium.
//   node scripts/look.mjs [ADDRESS] [--only TEXT] [--no-axe]
import { mkdirSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const flags = process.argv.slice(2);
const address = flags.find((flag) => flag.startsWith("http") || flag.startsWith("file")) ?? "http://127.0.0.1:8123/";
const only = flags.includes("--only") ? flags[flags.indexOf("--only") + 1] : "";
const axe = flags.includes("--no-axe") ? "" : readFileSync(new URL("../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const folder = new URL("../looks/", import.meta.url);
mkdirSync(folder, { recursive: true });

const views = ["", "/lineage", "/schedules", "/search", "/moves", "/members", "/timeline", "/metrics"];
const pages = [
  ["experiments", "#/"],
  ...views.map((view) => [`lander${view.replace("/", "_")}`, `#/e/lander${view}`]),
  ["lander_turn", "#/e/lander/lineage?turn=m3.t7"],
  ["lander_down", "#/e/lander/lineage?shape=down"],
  ...views.map((view) => [`atari${view.replace("/", "_")}`, `#/e/atari${view}`]),
  ["atari_picked", "#/e/atari?members=3,17&smooth=0.6"],
  ...views.map((view) => [`thousand${view.replace("/", "_")}`, `#/e/thousand${view}`]),
  ["perplexity", "#/e/perplexity?log=1"],
  ["empty", "#/e/empty"],
  ["empty_lineage", "#/e/empty/lineage"],
  ["diverged", "#/e/diverged"],
  ["single", "#/e/single"],
  ["long", "#/e/a-very-long-name-of-an-experiment-that-somebody-made-with-a-script-2026-11-26-lr-sweep-final-final"],
  ["missing", "#/e/nothing"],
  ["compare", "#/compare?e=lander&e=atari&e=thousand"],
];
const looks = [
  ["desktop_light", { viewport: { width: 1280, height: 800 }, colorScheme: "light" }],
  ["desktop_dark", { viewport: { width: 1280, height: 800 }, colorScheme: "dark" }],
  ["phone_light", { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, isMobile: true }],
  ["phone_dark", { viewport: { width: 360, height: 780 }, colorScheme: "dark", hasTouch: true, isMobile: true }],
];
const wanted = flags.includes("--looks") ? flags[flags.indexOf("--looks") + 1].split(",") : looks.map(([name]) => name);

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
for (const [look, options] of looks.filter(([name]) => wanted.includes(name))) {
  const context = await browser.newContext({ ...options, bypassCSP: false });
  const page = await context.newPage();
  let said = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && said.push(message.text()));
  page.on("pageerror", (error) => said.push(String(error)));
  for (const [name, hash] of pages.filter(([name]) => name.includes(only))) {
    said = [];
    await page.goto("about:blank");
    await page.goto(address + hash);
    await page.waitForFunction(() => !document.body.textContent.includes("Loading…"), null, { timeout: 20000 }).catch(() => said.push("still loading"));
    await page.waitForTimeout(500);
    await page.screenshot({ path: new URL(`${name}.${look}.png`, folder).pathname, fullPage: true });
    const state = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth - window.innerWidth, draws: [...document.querySelectorAll(".chart")].map((chart) => chart.dataset.drawMs).join(" ") }));
    const problems = await check(page, look);
    console.log(`${look} ${name}: draws ${state.draws || "-"} ms${state.wide > 0 ? `, TOO WIDE by ${state.wide}` : ""}${problems}${said.length > 0 ? `, CONSOLE ${said.join(" | ")}` : ""}`);
  }
  await context.close();
}
await browser.close();

// evaluate() runs outside the page's policy, so axe needs no exception from it.
async function check(page) {
  if (!axe) return "";
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run());
  return violations.map(({ impact, id, nodes }) => `\n    AXE ${impact} ${id} (${nodes.length}): ${nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" || ")}`).join("");
}
