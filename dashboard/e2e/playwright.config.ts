import { defineConfig } from "@playwright/test";

// Debian's Chromium, or another by PBT_CHROMIUM: Playwright's own is not downloaded.
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testMatch: "*.spec.ts",
  globalSetup: "./record.ts",
  outputDir: "../node_modules/.cache/e2e",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: "list",
  use: {
    browserName: "chromium",
    viewport: { width: 1280, height: 900 },
    acceptDownloads: true,
    launchOptions: { executablePath: process.env["PBT_CHROMIUM"] ?? "/usr/bin/chromium", args: isRoot ? ["--no-sandbox"] : [] },
  },
});
