/** A mistake in the state machine is seen by what becomes of a release, not by what the definition says. */
import { describe, expect, it } from "vitest";
import { mutated, playedOn } from "./machine-mutants.ts";
import { scenes } from "./scenes.ts";

type States = Parameters<Parameters<typeof mutated>[0]>[0];
type Change = (states: States) => void;
/** An error that a state catches, first or last of its catchers, leads somewhere else. */
const caughtTo =
  (state: string, next: string): Change =>
  (states) => {
    const last = states[state]?.Catch.at(-1);
    if (last === undefined) throw new Error(`${state} catches nothing`);
    last.Next = next;
  };
const defaultTo =
  (state: string, next: string): Change =>
  (states) => {
    Object.assign(states[state] ?? {}, { Default: next });
  };
const attempts =
  (times: number): Change =>
  (states) => {
    for (const { Retry = [] } of Object.values(states)) for (const one of Retry) one.MaxAttempts = times;
  };

describe("a release ends otherwise, or breaks a promise, where", () => {
  it.each<[string, Change, string]>([
    [
      "CheckKpis that fails closes the release",
      caughtTo("CheckKpis", "CloseRelease"),
      "no right of CheckKpis",
    ],
    [
      "PromoteModel that fails takes things away",
      caughtTo("PromoteModel", "ScaleDown"),
      "no right of PromoteModel",
    ],
    [
      "ScaleDown that fails is a success",
      caughtTo("ScaleDown", "Promoted"),
      "no ledger for an hour, from ScaleDown on",
    ],
    ["RollBack that fails takes things away", caughtTo("RollBack", "ScaleDown"), "no right of RollBack"],
    [
      "a cold candidate gets traffic",
      defaultTo("WarmthProved", "ShiftTraffic"),
      "a candidate that never answers as fast as it must",
    ],
    [
      "a queue that changes while a release is closed is its end",
      (states) => {
        const [retrier] = states.CloseRelease?.Retry ?? [];
        if (retrier !== undefined)
          retrier.ErrorEquals = retrier.ErrorEquals.filter((name) => name !== "LedgerContended");
      },
      "a release that fails while it waits, in a queue that changes",
    ],
    ["HandOver that fails closes the release", caughtTo("HandOver", "CloseRelease"), "no right of HandOver"],
    [
      "a release that goes on is planned anew",
      ({ Opened }) => {
        const rules = (Opened?.Choices ?? []) as readonly { readonly Variable: string }[];
        Object.assign(Opened ?? {}, { Choices: rules.filter(({ Variable }) => Variable !== "$.resume") });
      },
      "a release that goes on in new executions, out of a freeze and half-way; handing over dies six times",
    ],
    [
      "a place in the queue that is handed over is waited at as well",
      ({ Opened }) => {
        const rules = (Opened?.Choices ?? []) as { StringEquals: string; Next: string }[];
        for (const rule of rules) if (rule.StringEquals === "handed-over") rule.Next = "WaitForLock";
      },
      "a release that waits for another in new executions",
    ],
    [
      "a step that fails twice has failed",
      attempts(1),
      "a good candidate after a freeze, on a busy endpoint; each Lambda dies six times",
    ],
  ])("%s", async (_, change, name) => {
    const { ends, violations } = await playedOn(mutated(change), name);

    expect([ends, violations]).not.toEqual([scenes[name]?.ends, []]);
  });

  it("an execution has no end", async () => {
    const name = "a step that has others wait for weeks";
    const { TimeoutSeconds: _, ...endless } = mutated(() => {});

    const { ends } = await playedOn(endless, name);

    expect(ends).toEqual(["hung"]);
  });
});
