// An experiment that runs while the reader looks. Its trainer ends as many turns as the test allows, one by one.
import type { Page } from "@playwright/test";
import { turnName } from "../src/data/format";
import { gated } from "./experiments";
import { House, type Running, type Served } from "./house";
import { chart, expect, rowsOf, serverGone, test } from "./test";

const lost = "Connection lost, trying again.";

class LiveHouse {
  readonly house = House.temporary();
  private readonly gate = this.house.write("gate", "0");
  private readonly file = this.house.write("live.toml", gated(this.gate));
  private running: Running | null = null;
  server: Served | null = null;

  // Begins with so many turns on record.
  async open(turns: number): Promise<string> {
    this.allow(turns);
    this.running = this.house.start("run", this.file, "--json");
    for (let ended = 0; ended < turns; ended++) await this.running.nextLine();
    this.server = await this.house.serve("--port", "0");
    return `${this.server.url}#/e/live`;
  }
  allow(turns: number): void {
    this.house.write("gate", String(turns));
  }
  async recordedAnother(turns: number): Promise<void> {
    for (let ended = 0; ended < turns; ended++) await this.running!.nextLine();
  }
  async serveAgain(): Promise<void> {
    this.server = await this.house.serve("--port", this.server!.port);
  }
  async close(): Promise<void> {
    this.allow(1000);
    await this.running?.stop();
    await this.server?.stop();
    this.house.remove();
  }
}

const live = test.extend<{ there: LiveHouse }>({
  there: [
    async ({ page }, use) => {
      const there = new LiveHouse();
      await use(there);
      await page.close(); // or it would complain of the server's end
      await there.close();
    },
    { scope: "test" },
  ],
});

async function expectTurns(page: Page, count: number): Promise<void> {
  await expect(page.locator(".summary").first()).toContainText(`${count} turns with`);
}
async function expectWhole(page: Page, house: House, count: number): Promise<void> {
  await expectTurns(page, count);
  const card = await chart(page, "Lineage of the population");
  expect((await rowsOf(card)).map((cells) => cells[0])).toEqual((await house.turns("live")).map(turnName));
}

live("new turns show without a reload, with the best among them", async ({ page, there }) => {
  await page.goto(`${await there.open(4)}/lineage`);
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await expectTurns(page, 4);
  await expect(page.locator("header.experiment").getByRole("status")).toHaveText("running");
  there.allow(9);
  await expectWhole(page, there.house, 9);
  const { best } = await there.house.status("live");
  await expect(page.locator("header.experiment").getByRole("link", { name: turnName(best) })).toBeVisible();
  there.allow(1000);
  await expect(page.locator("header.experiment").getByRole("status")).toHaveText("done");
  await expectWhole(page, there.house, 24);
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
});

live.describe("when the server is stopped and started again", () => {
  live.use({ expectedNoise: serverGone });

  live("a banner comes and goes, and no turn is missing", async ({ page, there }) => {
    await page.goto(`${await there.open(5)}/lineage`);
    await expectTurns(page, 5);
    await expect(page.getByText(lost)).toHaveCount(0);
    await there.server!.stop();
    await expect(page.getByText(lost)).toBeInViewport();
    there.allow(11); // while nobody serves
    await there.recordedAnother(6);
    await there.serveAgain();
    await expect(page.getByText(lost)).toHaveCount(0);
    await expectWhole(page, there.house, 11);
    there.allow(13);
    await expectWhole(page, there.house, 13);
  });

  live("the list of experiments says so as well, and goes on", async ({ page, there }) => {
    await there.open(2);
    await page.goto(there.server!.url);
    await expect(page.getByRole("link", { name: "live" })).toBeVisible();
    await there.server!.stop();
    await expect(page.getByText(lost)).toBeVisible();
    await there.serveAgain();
    await expect(page.getByText(lost)).toBeHidden();
  });

  live("an experiment that is opened meanwhile shows as soon as the server is back", async ({ page, there }) => {
    const address = await there.open(3);
    await page.goto(there.server!.url);
    await expect(page.getByRole("link", { name: "live" })).toBeVisible();
    await there.server!.stop();
    await page.evaluate((hash) => (window.location.hash = hash), `${new URL(address).hash}/lineage`);
    await expect(page.getByRole("alert")).toContainText(lost);
    await there.serveAgain();
    await expectWhole(page, there.house, 3);
  });
});
