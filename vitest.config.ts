import { fileURLToPath } from "node:url";
import { configDefaults, defineConfig } from "vitest/config";

/**
 * Files whose process is theirs alone: they speak as the command does, start threads and processes, and serve ports. All
 * others share a process, as what they import takes longer to load than most of them take to run.
 */
const alone = [
  "test/{cli,docs,examples}/**/*.test.ts",
  "test/rehearsal/{live,engine,explore}/**/*.test.ts",
  "packages/verdict/test/command.test.ts",
];
/** What needs a browser has a run of its own too: npm run browser. */
const elsewhere = [...configDefaults.exclude, "**/*.long.test.ts", "test/browser/**"];

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
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          setupFiles: "test/seeded.ts",
          include: ["{test,packages/*/test}/**/*.test.ts"],
          exclude: [...elsewhere, ...alone],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: alone, exclude: elsewhere } },
    ],
    maxWorkers: 2,
    globalSetup: "test/run-folder.ts",
    // What a test puts in the place of a function is gone before the next one, be it another file's.
    restoreMocks: true,
    // The tracer is off in tests; its library would still hook into every promise.
    env: { AWS_XRAY_MANUAL_MODE: "true" },
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
