/** A model two versions of which were promoted, and is taken back to the first of them. */
import { keepPast } from "../../src/aws/history.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import type { PastRelease } from "../../src/core/release/past.ts";
import { plan } from "../core/example.ts";
import type { Scenario } from "./refusals.ts";
import type { ServedAccount } from "./served-account.ts";
import type { Spoken } from "./spoken.ts";

const past = (version: number, closedAt: string): PastRelease => ({
  releaseId: `chat-assistant-v${version}-production`,
  model: "chat-assistant",
  version,
  milestone: "production",
  releaseType: "major",
  attempt: 1,
  openedAt: closedAt,
  closedAt,
  outcome: "promoted",
  reason: "",
  left: 0,
});

async function promotedTwice({ aws }: ServedAccount): Promise<void> {
  await applyPlan(aws, plan, "2026-11-01T09:00:00.000Z");
  for (const [version, day] of [
    [5, "02"],
    [6, "09"],
  ] as const)
    await keepPast(aws, past(version, `2026-11-${day}T09:00:00.000Z`));
}

export const running = async ({ executions }: ServedAccount) => executions.list("RUNNING").length;
const said = ({ out }: Spoken, was: unknown) =>
  (was as number) + (out.includes("is being taken back") ? 1 : 0);

export const reverting: Scenario = {
  before: promotedTwice,
  command: ["revert", "chat-assistant"],
  look: running,
  said,
  done: 1,
  unneeded: /^fetched prices may not be read/m,
};
