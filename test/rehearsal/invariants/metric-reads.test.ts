/** What a step knew of metrics: what it was told, or else what one before it was told that ended well. */
import { describe, expect, it } from "vitest";
import type { StateEntry } from "#twin/engine";
import { createMetricReads } from "../../../src/rehearsal/invariants/metric-reads.ts";
import type { AttemptedCall, ObservedCall } from "../../../src/rehearsal/invariants/observation.ts";

function reading() {
  const reads = createMetricReads();
  const asked = (operation: string, invocation: string) =>
    reads.onCalled({ call: { operation }, frame: { invocation } } as unknown as AttemptedCall);
  const call = (operation: string, invocation: string, atMs: number, tookEffect = true) => {
    asked(operation, invocation);
    reads.onCall({
      call: { service: "any", operation, input: {}, at: atMs },
      frame: { execution: "release", state: "RollBack", stage: 1, invocation, ordinal: 1 },
      outcome: tookEffect ? { answer: {} } : { error: new Error("refused") },
      tookEffect,
      caused: [],
    } as unknown as ObservedCall);
  };
  const entered = (document: object) =>
    reads.onEntry({ execution: "release", state: "Next", document } as unknown as StateEntry);
  return { reads, asked, call, entered };
}

describe("a step", () => {
  it("is refused metrics where its question never came to CloudWatch, or was answered with an error", () => {
    const { reads, asked, call } = reading();
    asked("GetMetricData", "a");
    call("GetMetricData", "b", 1000, false);

    expect(reads.wasRefused("a")).toBe(true);
    expect(reads.wasRefused("b")).toBe(true);
  });

  it("is not refused what it never asked for, whatever else was kept from it, nor what it was told in the end", () => {
    const { reads, asked, call } = reading();
    asked("DescribeEndpoint", "a");
    asked("GetMetricData", "b");
    call("GetMetricData", "b", 1000);

    expect(reads.wasRefused("a")).toBe(false);
    expect(reads.wasRefused("b")).toBe(false);
  });
});

describe("what was told last", () => {
  it("is what a step was told that wrote into the document, and not what was lost with a failure", () => {
    const { reads, call, entered } = reading();
    entered({ stage: 1 });
    expect(reads.lastReadMs()).toBeUndefined();

    call("GetMetricData", "good", 1000);
    entered({ stage: 1, judgement: 1 });
    call("GetMetricData", "lost", 2000);
    entered({ stage: 1, judgement: 1, failure: { Error: "AwsDenied" } });

    expect(reads.lastReadMs()).toBe(1000);
  });

  it("is not of an attempt that a later one replaced", () => {
    const { reads, call, entered } = reading();
    call("GetMetricData", "crashed", 1000);
    call("DescribeEndpoint", "second", 2000);
    entered({ wayBack: 1 });

    expect(reads.lastReadMs()).toBeUndefined();
  });
});
