import { configDefaults, defineConfig } from "vitest/config";

/**
 * Files whose process is theirs alone: they speak as the command does, start threads, or take a safeguard out of modules that
 * others have as they are.
 */
const alone = [
  "test/{cli,docs}/**/*.long.test.ts",
  "test/rehearsal/{invariants,explore}/*mutants.long.test.ts",
  "test/rehearsal/explore/mutations.long.test.ts",
  "test/rehearsal/{any-plan,awaited,expenses,leaning-together,learnt,patched,repeated,staging,validation}.long.test.ts",
];

/** Tests that rehearse a release many times over. */
export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "together",
          setupFiles: "test/seeded.ts",
          include: ["{test,packages/*/test}/**/*.long.test.ts"],
          exclude: [...configDefaults.exclude, ...alone],
          isolate: false,
        },
      },
      { extends: true, test: { name: "alone", include: alone } },
    ],
    maxWorkers: 2,
    globalSetup: "test/run-folder.ts",
    // What a test puts in the place of a function is gone before the next one, be it another file's.
    restoreMocks: true,
    // The tracer is off in tests; its library would still hook into every promise.
    env: { AWS_XRAY_MANUAL_MODE: "true" },
    // Against what never ends, and no bound on how long a busy machine may take.
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
