import { defineConfig } from "vitest/config";

/** Tests that rehearse a release many times over. */
export default defineConfig({
  test: {
    include: ["{test,packages/*/test}/**/*.long.test.ts"],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
