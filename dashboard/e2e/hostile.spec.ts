// What a trainer wrote is text, whatever it looks like.
import type { Page } from "@playwright/test";
import { readFile } from "node:fs/promises";
import { turnName } from "../src/data/format";
import { addressOf, expect, house, tabs, test } from "./test";
import { hostile } from "./trainer.mjs";

async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(() => (window as unknown as { hacked?: string }).hacked)).toBeUndefined();
  await expect(page.locator("[onerror], [onload], iframe, #app script")).toHaveCount(0);
}

for (const tab of tabs) {
  test(`markup from a trainer is text in the ${tab}`, async ({ page }) => {
    await page.goto(addressOf("hostile", tab));
    await expect(page.locator("header.experiment")).toContainText(hostile.metric);
    for (const summary of await page.locator("summary").all()) await summary.click();
    await expectHarmless(page);
  });
}

test("markup from a trainer is text in a turn's panel, its log and its pictures", async ({ page }) => {
  const turns = await house.turns("hostile");
  const turn = turns.find(({ hyperparameters }) => hyperparameters["activation"] === hostile.choice)!;
  await page.goto(addressOf("hostile", "lineage", `?turn=${turnName(turn)}`));
  const panel = page.getByRole("dialog");
  await expect(panel.locator("pre")).toContainText(hostile.log);
  await expect(panel.getByText(hostile.metric, { exact: true }).first()).toBeVisible();
  await expect(panel.getByText(hostile.choice, { exact: true })).toBeVisible();
  const picture = panel.getByRole("img", { name: hostile.file });
  await expect(picture).toBeVisible();
  await picture.scrollIntoViewIfNeeded();
  await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(32);
  await expectHarmless(page);
});

test("markup in a failure and its log is text", async ({ page }) => {
  await page.goto(addressOf("hostile", "timeline"));
  await expect(page.getByText(hostile.failure)).toBeVisible();
  await page.getByText("The trainer's last lines").click();
  await expect(page.locator(".failures pre")).toContainText(hostile.log);
  await expectHarmless(page);
});

test("markup in a chart's tooltip and in its export is text", async ({ page }) => {
  await page.goto(addressOf("hostile", "overview"));
  const plot = page.locator(".plot").first();
  await expect(page.locator("section.chart").first()).toHaveAttribute("data-draw-ms", /\d/);
  await plot.focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".tooltip").first()).toContainText(hostile.metric);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "SVG" }).first().click()]);
  const viewer = await page.context().newPage();
  await viewer.goto(`data:image/svg+xml;base64,${(await readFile(await download.path())).toString("base64")}`);
  await expect(viewer.locator("text").filter({ hasText: hostile.metric.slice(0, 20) }).first()).toBeVisible();
  await expectHarmless(viewer);
});
