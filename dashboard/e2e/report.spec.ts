// `pbt report` is one file that opens from the disk, without a network, and says what the record says.
import { pathToFileURL } from "node:url";
import { formatNumber, turnName } from "../src/data/format";
import { cellsOf, chart, expect, house, rowsOf, tabs, test } from "./test";

let report = "";

test.beforeAll(async () => {
  report = `${pathToFileURL(house.folder).href}/toy-report.html`;
  await house.pbt("report", "toy", "--output", "toy-report.html");
});
test.use({ offline: true });

test("a report opens on the experiment's overview", async ({ page }) => {
  const { best, members } = await house.status("toy");
  await page.goto(report);
  await expect(page.locator("header.experiment")).toContainText(`best score ${formatNumber(best.score, 6)} ${turnName(best)}`);
  await chart(page, "score along lineages");
  await page.getByRole("navigation", { name: "Views of the experiment" }).getByRole("link", { name: "members" }).click();
  const rows = await cellsOf(page.getByRole("region", { name: "Members" }).getByRole("table"));
  expect(rows.map((cells) => [cells[0], cells[2]])).toEqual(members.map(({ member, turn }) => [String(member), turnName({ member, turn })]));
});

test("every view of a report draws all of its charts", async ({ page }) => {
  for (const tab of tabs) {
    await page.goto(`${report}#/e/toy/${tab}`);
    await expect(page.locator('nav.tabs a[aria-current="page"]')).toHaveText(new RegExp(`^${tab}$`, "i"));
    await expect(tab === "members" ? page.getByRole("region", { name: "Members" }) : page.locator("section.chart[data-draw-ms]").first()).toBeVisible();
    await expect(page.locator("section.chart:not([data-draw-ms])")).toHaveCount(0);
    await expect(page.getByRole("alert")).toHaveCount(0);
  }
});

test("the lineage of a report holds every turn, and a turn opens with its log and its picture", async ({ page }) => {
  const turns = await house.turns("toy");
  const { best } = await house.status("toy");
  await page.goto(`${report}#/e/toy/lineage`);
  expect(await rowsOf(await chart(page, "Lineage of the population"))).toHaveLength(turns.length);
  await page.goto(`${report}#/e/toy/metrics`);
  const picture = page.getByRole("region", { name: "Images along the winner's lineage" }).getByRole("img").first();
  await picture.scrollIntoViewIfNeeded();
  await expect(picture).toHaveAttribute("src", /^data:image\/png;base64,/);
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth))).toBe(32);
  await page.goto(`${report}#/e/toy/timeline`);
  await expect(page.getByRole("heading", { name: "Failures (1)" })).toBeVisible();
  await page.goto(`${report}#/e/toy?turn=${turnName(best)}`);
  await expect(page.getByRole("dialog", { name: `Turn ${best.turn} of member ${best.member}` })).toBeVisible();
});

test("a report runs nothing that a trainer wrote", async ({ page }) => {
  await house.pbt("report", "hostile", "--output", "hostile-report.html");
  for (const tab of tabs) {
    await page.goto(`${pathToFileURL(house.folder).href}/hostile-report.html#/e/hostile/${tab}`);
    await expect(page.locator('nav.tabs a[aria-current="page"]')).toHaveText(new RegExp(`^${tab}$`, "i"));
    await expect(page.locator("section.chart:not([data-draw-ms])")).toHaveCount(0);
  }
  expect(await page.evaluate(() => "hacked" in window)).toBe(false);
});
