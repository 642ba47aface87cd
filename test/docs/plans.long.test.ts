/** The plans of docs/PLANS.md, rehearsed as they stand there: each ends promoted, with every invariant held. */
import "../cli/warm-threads.ts";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { RehearsalFacts } from "../../src/core/facts/rehearsal-facts.ts";
import { folderWith } from "../cli/served-account.ts";
import { say } from "../cli/spoken.ts";
import { plansIn } from "./pages.ts";

const plans = plansIn(readFileSync("docs/PLANS.md", "utf8"));

test.each(plans)("the plan of $model is promoted in a healthy world", async ({ text }) => {
  const path = join(folderWith({ "plan.yml": text }), "plan.yml");

  const { code, out } = await say("rehearse", path, "--world", "healthy", "--json", "--quiet");
  const { outcome, violations } = JSON.parse(out) as RehearsalFacts;

  expect({ code, outcome, violations }).toEqual({ code: 0, outcome: "promoted", violations: [] });
});
