import js from "@eslint/js";
import { globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const unsafeHtml = ["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
  property,
  message: "Build elements with h() and textContent: what a trainer wrote is never markup.",
}));

export default tseslint.config(
  globalIgnores(["dist/", "looks/"]),
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    rules: {
      "no-restricted-properties": ["error", ...unsafeHtml],
      "max-lines": ["error", { max: 250 }],
      "max-lines-per-function": ["error", { max: 60 }],
      eqeqeq: "error",
      "no-eval": "error",
      "no-implied-eval": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
    },
  },
  {
    files: ["**/*.test.ts"],
    rules: { "max-lines-per-function": "off" },
  },
  {
    files: ["scripts/**", "tests/**/*.mjs", "e2e/*.mjs"],
    languageOptions: {
      globals: { fetch: "readonly", requestAnimationFrame: "readonly", KeyboardEvent: "readonly", PointerEvent: "readonly", MessageChannel: "readonly", MutationObserver: "readonly", key: "readonly", console: "readonly", process: "readonly", URL: "readonly", setInterval: "readonly", clearInterval: "readonly", setTimeout: "readonly", document: "readonly", window: "readonly", performance: "readonly", Buffer: "readonly" },
    },
  },
);
