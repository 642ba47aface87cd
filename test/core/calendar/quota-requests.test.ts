/** What of a quota is asked for, and when not. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { Conflict } from "../../../src/core/calendar/conflicts.ts";
import {
  type QuotaRequest,
  quotaStep,
  type ShortQuota,
  shortQuotas,
} from "../../../src/core/calendar/quota-requests.ts";

const short: ShortQuota = {
  code: "L-1928E07B",
  name: "ml.g5.xlarge for endpoint usage",
  quota: 32,
  needed: 48,
};
const nowMs = Date.UTC(2026, 10, 1);
const daysAgo = (days: number) => nowMs - days * 86_400_000;
const asked = (is: QuotaRequest["is"], desired: number, days = 3): QuotaRequest => ({
  is,
  desired,
  atMs: daysAgo(days),
});

describe("what is too small", () => {
  const conflict = (model: string, needed: number, more: object = {}) =>
    ({
      what: "quota",
      use: "endpoint usage",
      instanceType: "ml.g5.xlarge",
      quota: 32,
      quotaCode: "L-1928E07B",
      needed,
      who: [{ model }],
      ...more,
    }) as unknown as Conflict;

  it("is told once, as much as is needed most by what the plan has part in", () => {
    const conflicts = [conflict("chat", 40), conflict("chat", 48), conflict("other", 90)];
    expect(shortQuotas({ model: "chat" }, conflicts)).toEqual([short]);
  });

  it("cannot be asked for without its code, nor is any other conflict a quota", () => {
    const uncoded = conflict("chat", 48, { quotaCode: undefined });
    expect(shortQuotas({ model: "chat" }, [uncoded, conflict("chat", 48, { what: "budget" })])).toEqual([]);
  });
});

describe("more is asked for", () => {
  it.each([
    ["where nothing was asked for", []],
    ["where what was granted is too little by now", [asked("granted", 32)]],
    ["where what was refused was more", [asked("refused", 60)]],
    ["once a refusal is long ago", [asked("refused", 48, 91)]],
  ])("%s", (_, requests) => {
    expect(quotaStep(short, requests, nowMs)).toEqual({ ...short, act: "ask" });
  });

  it.each([
    ["asked", "an open one suffices", asked("open", 48, 400)],
    ["less", "an open one is for less, since AWS takes one at a time", asked("open", 47)],
    ["refused", "AWS would not grant it", asked("refused", 48, 89)],
    ["refused", "AWS would not grant less", asked("refused", 40)],
  ])("not: %s, where %s", (act, _, request) => {
    expect(quotaStep(short, [asked("granted", 32), request], nowMs)).toEqual({ ...short, act, request });
  });
});

test("nothing is ever asked for beside an open request, in whatever order they are told", () => {
  const request = fc.record<QuotaRequest>({
    is: fc.constantFrom("open", "granted", "refused"),
    desired: fc.integer({ min: 1, max: 100 }),
    atMs: fc.integer({ min: daysAgo(200), max: nowMs }),
  });
  fc.assert(
    fc.property(fc.array(request), fc.array(request), (before, after) => {
      const { act } = quotaStep(short, [...before, asked("open", 50), ...after], nowMs);
      expect(["asked", "less"]).toContain(act);
    }),
  );
});
