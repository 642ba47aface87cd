/** What `slipway init` writes, rehearsed: each kind of model at loads that have nothing in common ends promoted. */
import "./warm-threads.ts";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { modelKinds } from "../../src/cli/init/model-kinds.ts";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { partOf } from "../part.ts";
import { folderWith } from "./served-account.ts";
import { say } from "./spoken.ts";

const fleets = [
  { what: "one instance, and little traffic", type: "ml.g5.xlarge", instances: 1, each: 2, load: 0.8 },
  { what: "a fleet as it is usual", type: "ml.g4dn.2xlarge", instances: 6, each: 15, load: 60 },
  { what: "a large fleet", type: "ml.c5.2xlarge", instances: 40, each: 100, load: 2400 },
  { what: "a fleet that is too small for its load", type: "ml.m5.xlarge", instances: 2, each: 20, load: 90 },
  { what: "a type of no known price", type: "ml.m6i.large", instances: 3, each: 20, load: 40 },
];

describe.each(partOf(modelKinds(), 3))("%s", (kind) => {
  it.each(partOf(fleets))("$what: promoted", async ({ type, instances, each, load }) => {
    const path = join(folderWith({}), "plan.yml");
    const fleet = [
      "--instance-type",
      type,
      "--instances",
      `${instances}`,
      "--load",
      `${load}`,
      "--price",
      "unknown",
    ];
    const written = await say(
      ...["init", "--kind", kind, "--model", "model", ...fleet],
      ...["--requests-per-second-per-instance", `${each}`, "--output", path],
    );

    const { code, out } = await say("rehearse", path, "--world", "healthy", "--json", "--quiet");
    const { outcome, reason, violations } = JSON.parse(out) as RehearsalFacts;

    expect(written.err).toBe("");
    expect({ code, outcome, reason, violations }).toMatchObject({
      code: 0,
      outcome: "promoted",
      violations: [],
    });
  });
});
