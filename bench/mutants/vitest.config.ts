import { defineConfig } from "vitest/config";

/** All tests, the long ones too: a mutant names those of its area. */
export default defineConfig({ test: { include: ["{test,packages/*/test}/**/*.test.ts"] } });
