/** A lock that is kept for what could not be put back, and what a person does about it. */
import { readLock } from "../../src/aws/lock-item.ts";
import { readRelease } from "../../src/aws/releases.ts";
import type { Remainder } from "../../src/core/release/remainder.ts";
import { holding, ledgerOf, subject } from "../aws/releases.ts";
import type { Scenario } from "./refusals.ts";
import type { ServedAccount } from "./served-account.ts";
import type { Spoken } from "./spoken.ts";

const release = "chat-assistant-v7-production";

export const remainder: readonly Remainder[] = [
  {
    resource: { kind: "scaling", name: "endpoint/chat-assistant/variant/v7" },
    is: { min: 1, suspended: { in: true } },
    should: { min: 1, suspended: { in: false } },
    refusedBy: "AwsRefused: AccessDeniedException: no",
    since: "2026-11-23T09:00:00.000Z",
  },
];

export async function kept(account: ServedAccount): Promise<void> {
  const ledger = await ledgerOf(account, await holding(account));
  await ledger.leave(remainder);
  account.executions.end("release-v7", "FAILED");
}

interface State {
  readonly held: boolean;
  readonly record: string | undefined;
}

async function look({ aws }: ServedAccount): Promise<State> {
  const [{ holder }, record] = [await readLock(aws, subject), await readRelease(aws, release)];
  return { held: holder !== undefined, record: record?.closing?.freed?.reason ?? record?.status };
}

/** What is so by the words of the command alone. */
function said({ out, err }: Spoken, was: unknown): State {
  const before = was as State;
  const isFree = out.includes(`${subject} is free`);
  const isWritten = isFree || err.includes("it is written down");
  return { held: before.held && !isFree, record: isWritten ? "by hand" : before.record };
}

export const status: Scenario = {
  before: kept,
  command: ["status"],
  look,
  said,
  done: { held: true, record: "open" },
};

export const free: Scenario = {
  before: kept,
  command: ["free", subject, "--reason", "by hand"],
  look,
  said,
  done: { held: false, record: "by hand" },
};
