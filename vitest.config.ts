import { configDefaults, defineConfig } from "vitest/config";

/** What takes long has a run of its own: vitest.long.config.ts. */
export default defineConfig({
  test: {
    include: ["{test,packages/*/test}/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "**/*.long.test.ts"],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
