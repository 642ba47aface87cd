/** `slipway emit` in a test: on a clock of the test's own, in a CI run of its own, told to end when the test says so. */
import { openRelease } from "../../functions/open-release.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeLock } from "../../src/aws/locks.ts";
import { closeRecord } from "../../src/aws/releases.ts";
import { readCommandLine } from "../../src/cli/arguments.ts";
import { bound } from "../../src/cli/binding.ts";
import { emit } from "../../src/cli/emit.ts";
import { pipelineCommands } from "../../src/cli/pipeline-commands.ts";
import type { Outcome } from "../../src/core/release/closing.ts";
import { subject } from "../aws/releases.ts";
import type { ServedAccount } from "./served-account.ts";
import { keptStream, type Spoken } from "./spoken.ts";

const [grammar] = pipelineCommands;

export interface Around {
  /** What happens while the command waits for the nth time, from 1; `tellToEnd` is what a signal does. */
  readonly meanwhile?: (nth: number, tellToEnd: () => void) => Promise<void> | void;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Runs it with an account's clock, which each wait turns. Rejects where the command throws. */
export async function emitting(
  account: ServedAccount,
  words: readonly string[],
  { meanwhile = () => undefined, variables = {} }: Around = {},
): Promise<Spoken & { readonly waits: number }> {
  if (grammar === undefined) throw new Error("expected the command emit");
  const [out, err] = [keptStream(), keptStream()];
  const controller = new AbortController();
  let waits = 0;
  const code = await emit(
    readCommandLine(words, grammar),
    { out, err },
    {
      variables,
      now: account.now,
      async wait(ms) {
        waits += 1;
        await meanwhile(waits, () => controller.abort());
        account.wait(ms / 60_000);
      },
      bound,
      toldToEnd: () => ({ signal: controller.signal, code: () => 143, end: () => undefined }),
    },
  );
  return { code, out: out.text, err: err.text, waits };
}

/** Has the newest execution open its release, as the state machine would. */
export async function opens({ executions, tools, now }: ServedAccount): Promise<void> {
  const [newest] = executions.list("RUNNING");
  if (newest === undefined) throw new Error("expected an execution that runs");
  const startedAt = new Date(now()).toISOString();
  const input: unknown = JSON.parse(newest.input);
  await openRelease({ execution: newest.executionArn, startedAt, input }, tools);
}

/** Whoever holds the endpoint's lock gives it back. */
export async function gives(aws: ServedAccount["aws"]): Promise<void> {
  const { holder } = await readLock(aws, subject);
  if (holder !== undefined) await freeLock(aws, { subject, execution: holder.execution });
}

/** Closes the release, and ends the execution that was started last. */
export async function closes(
  { aws, executions, now }: ServedAccount,
  outcome: Outcome,
  releaseId = "chat-assistant-v7-production",
): Promise<void> {
  const closing = { outcome, reason: "so it was", releaseId, drifted: [] };
  await closeRecord(aws, { releaseId, closing, closedAt: new Date(now()).toISOString(), changes: [] });
  await gives(aws);
  const [newest] = executions.list("RUNNING");
  if (newest !== undefined) executions.end(newest.name, outcome === "promoted" ? "SUCCEEDED" : "FAILED");
}
