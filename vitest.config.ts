import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

/** What takes long has a run of its own: vitest.long.config.ts. */
export default defineConfig({
  // Examples import packages by the names that strangers install them under.
  resolve: {
    alias: {
      "slipway-verdict": fileURLToPath(new URL("packages/verdict/src/index.ts", import.meta.url)),
      "slipway-twin": fileURLToPath(new URL("packages/twin/src/index.ts", import.meta.url)),
    },
  },
  test: {
    include: ["{test,packages/*/test}/**/*.test.ts"],
    // What needs a browser has a run of its own too: npm run browser.
    exclude: [...configDefaults.exclude, "**/*.long.test.ts", "test/browser/**"],
    maxWorkers: 2,
    // The tracer is off in tests; its library would still hook into every promise.
    env: { AWS_XRAY_MANUAL_MODE: "true" },
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
