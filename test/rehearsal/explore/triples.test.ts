/** Triples: a stop after a fault that lasts, where the run with that fault has come to it. */
import { describe, expect, it } from "vitest";
import { type Finding, grounds, nameOf, triples } from "#twin/explorer";
import { fault } from "./rehearsing.ts";

const denied = (ordinal: number) => ({
  faults: [fault(`denied=call:RollBack/dynamodb.GetItem#${ordinal}@1`)],
});
const found = (ordinal: number, points: readonly string[]): Finding => ({
  experiment: denied(ordinal),
  outcome: "failed",
  reason: "",
  wrong: [],
  edges: [],
  moments: [],
  points: ["entry:RollBack@1", `call:RollBack/dynamodb.GetItem#${ordinal}@1`, ...points],
});
const drawn = { count: 8, seed: 1 };

describe("triples", () => {
  it("stop whoever is at work at entries after the fault has begun, and at none before", () => {
    const three = triples([found(1, ["call:ScaleDown/dynamodb.GetItem#1@1", "entry:ScaleDown@1"])], drawn);

    expect(three.map(nameOf)).toEqual([
      "denied=call:RollBack/dynamodb.GetItem#1@1 and stop=entry:ScaleDown@1",
    ]);
  });

  it("give each run that they were learnt from its turn, the same at every drawing", () => {
    const after = ["ScaleDown", "CloseRelease", "HowItEnded", "Failed"].map((state) => `entry:${state}@1`);
    const from = [found(1, after), found(2, after), found(3, [])];
    const three = triples(from, { count: 4, seed: 1 });

    expect(three.map(({ faults: [first] }) => first?.point)).toEqual(
      [1, 2, 1, 2].map((ordinal) => denied(ordinal).faults[0]?.point),
    );
    expect(new Set(three.map(nameOf)).size).toBe(4);
    expect(triples(from, { count: 4, seed: 1 })).toEqual(three);
    expect(triples(from, { count: 4, seed: 2 })).not.toEqual(three);
  });

  it("follow from a quarter as many runs, each with a hand where there are any", () => {
    const lasting = [1, 2, 3, 4].map(denied);
    const hands = [{ faults: [fault("stop=entry:Bake@1")] }];

    expect(grounds(lasting, [], drawn)).toHaveLength(2);
    expect(grounds(lasting, hands, drawn).map(({ faults }) => faults.length)).toEqual([2, 2]);
    expect(grounds(lasting, [], { count: 0, seed: 1 })).toEqual([]);
  });
});
