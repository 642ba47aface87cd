import { defineConfig } from "vitest/config";

/** Tests that rehearse a release many times over. */
export default defineConfig({
  test: {
    include: ["{test,packages/*/test}/**/*.long.test.ts"],
    maxWorkers: 2,
    // The tracer is off in tests; its library would still hook into every promise.
    env: { AWS_XRAY_MANUAL_MODE: "true" },
    testTimeout: 120_000,
    hookTimeout: 60_000,
  },
});
