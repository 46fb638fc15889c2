// How fast the page is with a long record, as a reader feels it: for proof, not a test.
//   PBT_LARGE_STORE=sqlite:runs/large/pbt.db npm run e2e:large
// Prints milliseconds: to the first content, to the first chart, and from each act to the frame that shows its end.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const store = process.env.PBT_LARGE_STORE;
if (!store) throw new Error("PBT_LARGE_STORE names the store to look at, e.g. sqlite:runs/large/pbt.db");
const program = process.env.PBT_PROGRAM ?? "../build/pbt";
const repeats = 9;

const server = spawn(program, ["serve", store, "--port", "0", "--json"], { stdio: ["ignore", "pipe", "inherit"] });
const { value: line } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
const { url } = JSON.parse(line);
const browser = await chromium.launch({ executablePath: process.env.PBT_CHROMIUM ?? "/usr/bin/chromium", args: process.getuid() === 0 ? ["--no-sandbox"] : [] });
try {
  await measure();
} finally {
  await browser.close();
  server.kill("SIGINT");
}

async function measure() {
  const { experiments } = await (await fetch(`${url}api/v1/experiments`)).json();
  const { name, population, turns } = experiments[0];
  console.log(`${name}: ${population} members, ${turns} turns; ${browser.version()}`);
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(watchFrames);
  const address = `${url}#/e/${encodeURIComponent(name)}`;
  await open(page, address, "first visit, the server has read nothing yet");
  await page.goto("about:blank");
  await waitUntilRead(name);
  await open(page, address, "second visit, the record is read");
  await page.waitForFunction(() => !document.body.textContent.includes("Reading the record"));
  const size = await page.evaluate(() => performance.getEntriesByType("resource").map((one) => [one.name.split("/").pop(), Math.round(one.encodedBodySize / 1000)]));
  console.log(`loaded (kB): ${size.map(([file, kilobytes]) => `${file} ${kilobytes}`).join(", ")}`);

  await hover(page);
  await act(page, "zoom by key", () => key("+"), 5);
  await act(page, "zoom back by key", () => key("0"), 1);
  await act(page, "toggle log scale", () => document.querySelector('.toggle input[type="checkbox"]').click());
  for (const tab of ["lineage", "schedules", "search", "moves", "members", "timeline", "metrics", "overview"]) await views(page, tab);
}

// Runs in the page before its own script.
function watchFrames() {
  // A message that is sent while a frame is made arrives when it has been painted.
  window.painted = () => new Promise((done) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => done(performance.now());
    port2.postMessage(null);
  }));
  // The chart has drawn itself anew, and that was painted.
  window.drawnAnew = () => new Promise((done) => {
    const observer = new MutationObserver(() => {
      observer.disconnect();
      void window.painted().then(done);
    });
    observer.observe(document.querySelector("section.chart"), { attributeFilter: ["data-draw-ms"] });
  });
  window.key = (name) => document.querySelector(".plot").dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
}

async function open(page, address, when) {
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForSelector("section.chart[data-draw-ms]", { timeout: 120_000 });
  const { paint, chart } = await page.evaluate(async () => ({ chart: await window.painted(), paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime }));
  console.log(`${when}: first contentful paint ${paint?.toFixed(0)} ms, first chart drawn by ${chart.toFixed(0)} ms`);
}

async function waitUntilRead(name) {
  const start = performance.now();
  for (;;) {
    const { read, status } = await (await fetch(`${url}api/v1/experiments/${encodeURIComponent(name)}`)).json();
    if (read >= status.turns) break;
    await new Promise((done) => setTimeout(done, 3000)); // the server answers and reads on the same thread
  }
  console.log(`the server had read the record ${((performance.now() - start) / 1000).toFixed(1)} s later`);
}

async function act(page, what, doIt, times = repeats) {
  const taken = [];
  for (let at = 0; at < times; at++) {
    taken.push(await page.evaluate(`(async () => { const start = performance.now(); const end = window.drawnAnew(); (${doIt})(); return (await end) - start; })()`));
  }
  report(what, taken);
}

async function hover(page) {
  const box = await page.locator(".plot").first().boundingBox();
  const taken = await page.evaluate(async ({ x, y, width, height }) => {
    const plot = document.querySelector(".plot");
    const list = [];
    for (let at = 1; at < 40; at++) {
      const start = performance.now();
      plot.dispatchEvent(new PointerEvent("pointermove", { clientX: x + (width * at) / 40, clientY: y + height * (0.3 + 0.4 * ((at * 0.618) % 1)), bubbles: true }));
      list.push((await window.painted()) - start);
    }
    return list;
  }, box);
  report("hover", taken);
}

// From the click on a view's link until its first chart or table is painted, and until all are. The timeline is asked
// for at each visit: what answers the click is its page with a word of waiting, and the rest is the server's time.
async function views(page, tab) {
  const [first, all] = [[], []];
  const chartOrTable = "section.chart[data-draw-ms], table.sorted tbody tr";
  for (let at = 0; at < repeats; at++) {
    await page.evaluate(switchTo, [tab === "members" ? "moves" : "members", chartOrTable]);
    await page.waitForTimeout(300); // nothing of that view is left to be done
    const [one, whole] = await page.evaluate(switchTo, [tab, tab === "timeline" ? ".summary" : chartOrTable]);
    first.push(one);
    all.push(whole);
  }
  report(`switch to ${tab}`, first);
  report("  all of it", all);
}

// Runs in the page. The view has changed once the address' event was handled; a frame after that shows it.
async function switchTo([tab, wanted]) {
  const start = performance.now();
  const until = async (shown) => {
    let end;
    do end = await window.painted();
    while (!shown());
    return end - start;
  };
  const link = [...document.querySelectorAll("nav.tabs a")].find((one) => one.textContent.toLowerCase() === tab);
  const changed = new Promise((done) => window.addEventListener("hashchange", done, { once: true }));
  link.click();
  if (!link.hasAttribute("aria-current")) await changed;
  const all = () => !document.querySelector("section.chart:not([data-draw-ms])");
  const first = await until(() => document.querySelector(wanted));
  return [first, all() ? first : await until(all)];
}

function report(what, taken) {
  const sorted = [...taken].sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(0);
  console.log(`${what.padEnd(24)} median ${at(0.5).padStart(5)} ms, worst ${at(1).padStart(5)} ms (${taken.length} times)`);
}
