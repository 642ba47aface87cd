import { defineConfig } from "vitest/config";

/** What needs a browser: `npm run browser`. One file at a time, as each drives a browser that wants both cores. */
export default defineConfig({
  test: {
    include: ["**/*.test.ts"],
    globalSetup: ["chromium/unpacked.ts"],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
