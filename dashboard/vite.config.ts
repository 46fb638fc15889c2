import { defineConfig } from "vitest/config";

// Node's, of which only this is needed here.
declare const process: { env: Record<string, string | undefined> };

// Fixed names and no source maps: the C++ build embeds exactly these files, and the same sources give the same bytes.
export default defineConfig({
  base: "./",
  build: {
    outDir: process.env.PBT_DIST ?? "dist",
    emptyOutDir: true,
    target: "es2020",
    sourcemap: false,
    cssCodeSplit: false,
    modulePreload: false,
    assetsInlineLimit: 0,
    rollupOptions: {
      output: {
        entryFileNames: "app.js",
        assetFileNames: "app[extname]",
        inlineDynamicImports: true,
      },
    },
  },
  test: { environment: "node", include: ["src/**/*.test.ts", "tests/**/*.test.ts"] },
});
