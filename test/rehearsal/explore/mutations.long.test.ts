/**
 * A checker that cannot fail proves nothing: with one safeguard taken out of the code, an exploration reports
 * violations; with the code as it is, the same faults break nothing. Each mutation has modules of its own.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Change } from "../../../src/core/release/change.ts";
import { partOf } from "../../part.ts";
import { raisesTheMaximum } from "../invariants/meddlers.ts";
import type { Rehearsing } from "./rehearsing.ts";

type LockItemModule = typeof import("../../../src/aws/lock-item.ts");
type ChangeModule = typeof import("../../../src/core/release/change.ts");
type OutsideModule = typeof import("../../../src/core/release/outside.ts");
type ExecutionsModule = typeof import("../../../src/aws/executions.ts");
type LockUpdate = Parameters<LockItemModule["writeLock"]>[2];

interface Experiment extends Omit<Rehearsing, "faults"> {
  /** Kind and place of each fault, as `faultAt` takes them. */
  readonly faults: readonly (readonly [kind: string, place: string])[];
}

/** What an exploration finds wrong with an experiment. */
async function broken({ faults, ...how }: Experiment): Promise<string[]> {
  const { fault, faultAt, rehearsing } = await import("./rehearsing.ts");
  const { findingOf } = await import("../../../src/rehearsal/explore/findings.ts");
  const named = await Promise.all(faults.map(([kind, place]) => faultAt(kind, place, how.world)));
  const { record } = await rehearsing({ world: "bad-errors", ...how, faults: named });
  expect(record.faults).toEqual(named);
  const { wrong } = findingOf({ faults: named.map(fault) }, record, { outcome: "rolled-back" });
  return [...new Set(wrong.map(({ what }) => what))];
}

/** The same experiment on the code as it is, and on code in which `mutate` has replaced a module. */
async function compared(experiment: Experiment, mutate: () => void) {
  vi.resetModules();
  const sound = await broken(experiment);
  vi.resetModules();
  mutate();
  return { sound, mutated: await broken(experiment) };
}

afterEach(() => {
  for (const path of [
    "aws/lock-item.ts",
    "aws/executions.ts",
    "core/release/change.ts",
    "core/release/outside.ts",
  ])
    vi.doUnmock(`../../../src/${path}`);
  vi.resetModules();
});

/** The ledger learns of a change when it has been made, and not before. */
function ledgerBehind(): void {
  vi.doMock("../../../src/aws/lock-item.ts", async (load: () => Promise<LockItemModule>) => {
    const real = await load();
    const held = new Map<string, Change>();
    const recorded = (id: string, intent: Change): LockUpdate => ({
      UpdateExpression: "SET changes.#id = :intent",
      ExpressionAttributeNames: { "#id": id },
      ExpressionAttributeValues: { ":intent": intent },
    });
    const writeLock: LockItemModule["writeLock"] = async (aws, subject, update) => {
      const intent = update.ExpressionAttributeValues?.[":intent"] as Change | undefined;
      if (intent !== undefined) {
        held.set(intent.id, intent);
        const item = await real.readLock(aws, subject);
        return { ...item, changes: { ...item.changes, [intent.id]: intent as never } };
      }
      for (const id of Object.values(update.ExpressionAttributeNames ?? {})) {
        const late = held.get(id);
        held.delete(id);
        if (late !== undefined) await real.writeLock(aws, subject, recorded(id, late));
      }
      return real.writeLock(aws, subject, update);
    };
    return { ...real, writeLock };
  });
}

/** What somebody else changed meanwhile is not looked for. */
function withoutCompareAndSet(): void {
  vi.doMock("../../../src/core/release/change.ts", async (load: () => Promise<ChangeModule>) => {
    const real = await load();
    const judgeUndo: ChangeModule["judgeUndo"] = (undo, current) => {
      const verdict = real.judgeUndo(undo, current);
      return verdict === "drifted" ? "restore" : verdict;
    };
    return { ...real, judgeUndo, isBetween: () => true };
  });
}

/** A compensation starts at once, whatever a dead execution's Lambda may be about to do. */
function withoutWait(): void {
  vi.doMock("../../../src/aws/executions.ts", async (load: () => Promise<ExecutionsModule>) => ({
    ...(await load()),
    workLeftSeconds: async () => 0,
  }));
}

/** Whoever has ever held the lock may write under it. */
function withoutFence(): void {
  vi.doMock("../../../src/aws/lock-item.ts", async (load: () => Promise<LockItemModule>) => {
    const real = await load();
    const writeLock: LockItemModule["writeLock"] = (aws, subject, update) => {
      const { ConditionExpression, ExpressionAttributeValues, ...rest } = update;
      if (!ConditionExpression?.includes("fence = :fence")) return real.writeLock(aws, subject, update);
      const { ":me": _me, ":fence": _fence, ...values } = ExpressionAttributeValues ?? {};
      const others = ConditionExpression.replace(/holder\.execution = :me AND fence = :fence( AND )?/, "");
      return real.writeLock(aws, subject, {
        ...rest,
        ExpressionAttributeValues: values,
        ...(others !== "" && { ConditionExpression: others }),
      });
    };
    return { ...real, writeLock };
  });
}

/** What somebody else has done to the traffic, or to stable, is not looked at. */
function withoutLooking(): void {
  vi.doMock("../../../src/core/release/outside.ts", async (load: () => Promise<OutsideModule>) => ({
    ...(await load()),
    notToPromote: () => undefined,
    stableStays: () => undefined,
    stableLowered: () => undefined,
  }));
}

describe("an exploration reports violations", () => {
  it("without the ledger's write-ahead", async () => {
    const crash = ["crash-after-call", "PrewarmInference/sagemaker.CreateModel"] as const;

    const { sound, mutated } = await compared({ faults: [crash] }, ledgerBehind);

    expect(sound).toEqual([]);
    expect(mutated).toEqual(expect.arrayContaining(["write-ahead", "no-orphans"]));
  });

  it("without compare-and-set", async () => {
    const throttled = ["throttled", "ScaleDown[0]/dynamodb.GetItem"] as const;
    const experiment = { faults: [throttled], observers: [raisesTheMaximum] };

    const { sound, mutated } = await compared(experiment, withoutCompareAndSet);

    expect(sound).toEqual([]);
    expect(mutated).toEqual(["write-ahead"]);
  });

  it("without the sweep", async () => {
    const faults = [["stop", "ShiftTraffic[0]"]] as const;

    expect(await broken({ faults })).toEqual([]);
    expect(await broken({ faults, parts: { rules: [], rates: [] } })).toEqual([
      "no-orphans",
      "every-change-evidenced",
    ]);
  });

  it("without the rule that starts the sweep and without its schedule, but not without one of the two", async () => {
    const faults = [["stop", "CheckKpis[0]"]] as const;

    expect(await broken({ faults, parts: { rules: [] } })).toEqual([]);
    expect(await broken({ faults, parts: { rates: [] } })).toEqual([]);
  });

  it("without the wait for a dead execution's Lambda", async () => {
    const stopped = ["stopped-meanwhile", "PrewarmInference/dynamodb.UpdateItem"] as const;

    const { sound, mutated } = await compared({ faults: [stopped] }, withoutWait);

    expect(sound).toEqual([]);
    expect(mutated).toEqual(expect.arrayContaining(["one-at-a-time", "write-ahead"]));
  });

  it("without the lock's fence, which the wait alone would hide", async () => {
    const stopped = ["stopped-meanwhile", "ShiftTraffic[0]/dynamodb.Query"] as const;

    const { sound, mutated } = await compared({ faults: [stopped] }, () => {
      withoutWait();
      withoutFence();
    });

    expect(sound).toEqual([]);
    expect(mutated).toEqual(expect.arrayContaining(["one-at-a-time"]));
  });

  it("but not without the wait, as long as the fence keeps a Lambda that lost its lock from its next change", async () => {
    const stopped = ["stopped-meanwhile", "ShiftTraffic[0]/dynamodb.Query"] as const;

    expect((await compared({ faults: [stopped] }, withoutWait)).mutated).toEqual([]);
  });

  it("without compare-and-set of a suspension that somebody else has set", async () => {
    const faults = [["somebody-suspends-stables-scaling", "Bake[0]"]] as const;

    const { sound, mutated } = await compared({ faults }, withoutCompareAndSet);

    expect(sound).toEqual([]);
    expect(mutated).toEqual(expect.arrayContaining(["write-ahead"]));
  });

  it.each(
    partOf([
      ["somebody-sets-weights-100-0", "PromoteModel[4]"],
      ["somebody-sets-weights-0-0", "ScaleDown[4]"],
    ]),
  )("without a look at what somebody else did to the traffic: %s", async (kind, place) => {
    const experiment = { world: "healthy", faults: [[kind, place]] } as const;

    const { sound, mutated } = await compared(experiment, withoutLooking);

    expect(sound).not.toContain("outcome-verified");
    expect(mutated).toContain("outcome-verified");
  });
});
