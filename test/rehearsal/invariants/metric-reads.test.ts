/** What a step knew of metrics: what it was told, or else what one before it was told that ended well. */
import { describe, expect, it } from "vitest";
import type { StateEntry } from "../../../src/rehearsal/engine/execution-hooks.ts";
import { createMetricReads } from "../../../src/rehearsal/invariants/metric-reads.ts";
import type { Seen, SeenFrame } from "../../../src/rehearsal/invariants/observation.ts";

const frameOf = (invocation: string, ordinal: number): SeenFrame => ({
  ...{ execution: "release", state: "RollBack", stage: 1, invocation, ordinal },
});

function reading() {
  const reads = createMetricReads();
  const call = (operation: string, invocation: string, ordinal: number, atMs: number, tookEffect = true) =>
    reads.onCall({
      call: { service: "any", operation, input: {}, at: atMs },
      frame: frameOf(invocation, ordinal),
      outcome: tookEffect ? { answer: {} } : { error: new Error("refused") },
      ...{ tookEffect, caused: [] },
    } as unknown as Seen);
  const entered = (document: object) =>
    reads.onEntry({ execution: "release", state: "Next", document } as unknown as StateEntry);
  return { reads, call, entered };
}

describe("a step", () => {
  it("is refused metrics where a call of its own never came, or was answered with an error", () => {
    const { reads, call } = reading();
    call("DescribeEndpoint", "a", 1, 1000);
    call("DescribeEndpoint", "b", 1, 1000);
    call("GetMetricData", "b", 2, 1000, false);

    expect(reads.wasRefused(frameOf("a", 3))).toBe(true);
    expect(reads.wasRefused(frameOf("b", 3))).toBe(true);
  });

  it("is not refused what it never asked for, nor what it was told", () => {
    const { reads, call } = reading();
    call("DescribeEndpoint", "a", 1, 1000);
    call("GetMetricData", "b", 2, 1000);

    expect(reads.wasRefused(frameOf("a", 2))).toBe(false);
    expect(reads.wasRefused(frameOf("b", 5))).toBe(false);
  });
});

describe("what was told last", () => {
  it("is what a step was told that wrote into the document, and not what was lost with a failure", () => {
    const { reads, call, entered } = reading();
    entered({ stage: 1 });
    expect(reads.lastToldMs()).toBeUndefined();

    call("GetMetricData", "good", 1, 1000);
    entered({ stage: 1, judgement: 1 });
    call("GetMetricData", "lost", 1, 2000);
    entered({ stage: 1, judgement: 1, failure: { Error: "AwsDenied" } });

    expect(reads.lastToldMs()).toBe(1000);
  });

  it("is not of an attempt that a later one replaced", () => {
    const { reads, call, entered } = reading();
    call("GetMetricData", "crashed", 1, 1000);
    call("DescribeEndpoint", "second", 1, 2000);
    entered({ wayBack: 1 });

    expect(reads.lastToldMs()).toBeUndefined();
  });
});
