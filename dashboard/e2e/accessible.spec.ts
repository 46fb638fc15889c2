// Every page, in light and dark and on a phone: nothing that axe-core calls serious or critical, nothing to scroll sideways.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { turnName } from "../src/data/format";
import { addressOf, expect, house, site, tabs, test } from "./test";

const phone = { width: 390, height: 844 };

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  return found.filter(({ impact }) => impact === "serious" || impact === "critical").flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}

async function examine(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByText("Loading…")).toHaveCount(0);
  await expect(page.locator("section.chart:not([data-draw-ms])")).toHaveCount(0);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await expect(page.locator("html")).toHaveCSS("color-scheme", colorScheme);
    expect(await violations(page), `in ${colorScheme}`).toEqual([]);
  }
  await page.setViewportSize(phone);
  expect(await page.evaluate(() => document.documentElement.scrollWidth), "the page's width on a phone").toBeLessThanOrEqual(phone.width);
  expect(await violations(page), "on a phone").toEqual([]);
}

test("the list of experiments can be read by everybody", async ({ page }) => examine(page, site));
test("the comparison can be read by everybody", async ({ page }) => examine(page, `${site}#/compare?e=lander&e=toy&e=crowd`));
for (const tab of tabs) {
  test(`the ${tab} can be read by everybody`, async ({ page }) => examine(page, addressOf("toy", tab)));
}
test("a turn's panel can be read by everybody", async ({ page }) => {
  const { best } = await house.status("toy");
  await examine(page, addressOf("toy", "overview", `?turn=${turnName(best)}`));
});
test.describe("what the server does not have", () => {
  test.use({ expectedNoise: /404 \(Not Found\)/ });
  test("a page that is not there can be read by everybody", async ({ page }) => {
    await page.goto(addressOf("nothing", "overview"));
    await expect(page.getByRole("alert")).toContainText("there is no experiment");
    expect(await violations(page)).toEqual([]);
  });
});
