/** Releases that hold the sample endpoint's lock, for tests of what they may do with it. */

import type { LockHolder } from "../../src/aws/held-lock.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { takeLock } from "../../src/aws/locks.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { claimRelease } from "../../src/aws/releases.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Release } from "../../src/core/release/release.ts";
import { plan as samplePlan } from "../core/example.ts";
import type { Account } from "./account.ts";
import { executionArn } from "./executions.ts";

export const subject = "endpoint/chat-assistant";

/** A release of a version, not yet claimed nor holding anything. */
export function releaseOf(version: number, rest: Partial<Release> = {}): Release {
  const execution = executionArn(`release-v${version}`);
  return {
    id: `chat-assistant-v${version}-production`,
    model: "chat-assistant",
    version,
    milestone: "production",
    releaseType: "minor",
    attempt: 1,
    subject,
    execution,
    fence: 0,
    openedAt: "2026-11-23T09:00:00.000Z",
    ...rest,
  };
}

/** A release that has claimed its record and holds its lock, whose execution runs; its plan is in force. */
export async function holding(account: Account, version = 7, plan: Plan = samplePlan): Promise<Release> {
  const { aws } = account;
  const release = releaseOf(version);
  account.executions.begin(`release-v${version}`);
  await applyPlan(aws, plan, new Date(account.now()).toISOString());
  await claimRelease(aws, release, plan);
  const { id: releaseId, execution } = release;
  const taken = await takeLock(aws, { subject, releaseId, execution, since: release.openedAt, version });
  if (!taken.held) throw new Error(`the lock is held by ${taken.holder?.releaseId}`);
  return { ...release, fence: taken.fence };
}

export const ledgerOf = (account: Account, release: LockHolder) => Ledger.open(account.aws, release);
