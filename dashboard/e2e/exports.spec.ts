// What a chart is saved as, is what it says it is.
import type { Locator, Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { turnName } from "../src/data/format";
import { addressOf, chart, expect, house, test } from "./test";

async function save(page: Page, card: Locator, kind: string): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent("download"), card.getByRole("button", { name: kind, exact: true }).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test("a PNG is a picture of the chart, at twice its size and with its title", async ({ page }) => {
  await page.goto(addressOf("toy", "overview"));
  const card = await chart(page, "score along lineages");
  const { name, bytes } = await save(page, card, "PNG");
  expect(name).toBe("score_along_lineages.png");
  expect(bytes.subarray(0, 8).toString("latin1")).toBe("\x89PNG\r\n\x1a\n");
  const plot = (await card.locator(".plot").boundingBox())!;
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2 * Math.round(plot.width), 2 * Math.round(plot.height + 34)]);
  const colours = await page.evaluate(async (picture) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    return new Set(new Uint32Array(context.getImageData(0, 0, image.width, image.height).data.buffer)).size;
  }, bytes.toString("base64"));
  expect(colours).toBeGreaterThan(50);
});

test("an SVG is a drawing that a browser opens, with the chart's words in it", async ({ page, context }) => {
  await page.goto(addressOf("toy", "schedules"));
  const { name, bytes } = await save(page, await chart(page, "discount"), "SVG");
  expect(name).toBe("discount.svg");
  const viewer = await context.newPage();
  await viewer.goto(`data:image/svg+xml;base64,${bytes.toString("base64")}`);
  expect(await viewer.evaluate(() => document.documentElement.nodeName)).toBe("svg");
  const texts = await viewer.locator("text").allTextContents();
  expect(texts).toEqual(expect.arrayContaining(["step", "winner", "0.99", "0.999"]));
});

test("a CSV holds the record, whole", async ({ page }) => {
  const turns = await house.turns("crowd");
  await page.goto(addressOf("crowd", "lineage"));
  const { name, bytes } = await save(page, await chart(page, "Lineage of the population"), "CSV");
  expect(name).toBe("lineage_of_the_population.csv");
  const [heading, ...lines] = bytes.toString().trimEnd().split("\r\n");
  expect(heading).toBe("turn,parent,copied,from step,to step,score,first member");
  expect(lines).toHaveLength(turns.length);
  lines.forEach((line, at) => {
    const [turn, parent, , from, to, score] = line.split(",");
    const one = turns[at]!;
    expect([turn, parent, Number(from), Number(to)]).toEqual([turnName(one), one.parent ? turnName(one.parent) : "", one.from_step, one.to_step]);
    if (one.score === null) expect(score).toBe("");
    else expect(Number(score)).toBeCloseTo(one.score, 3);
  });
});
