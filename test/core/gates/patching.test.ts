/** What serves is judged by itself: by its plan's limits, whatever a waiver says, and what is not known is no pass. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ImageFacts, Looked } from "../../../src/core/gates/facts.ts";
import { patchAnswers } from "../../../src/core/gates/patching.ts";
import { holds } from "../../property.ts";
import { daysAgo, image, nowMs } from "./facts.ts";

const aged = (pushedDays: number, scannedDays: number, critical = 0): ImageFacts => ({
  ...image,
  stored: { value: { digest: image.registered ?? "", pushedMs: daysAgo(pushedDays) } },
  scan: { value: { finishedMs: daysAgo(scannedDays), findings: { critical } } },
});
const answers = (images: Looked<readonly ImageFacts[]>, limits = {}) =>
  patchAnswers({ gates: { limits }, images, region: "eu-west-1", nowMs });
const statuses = (...args: Parameters<typeof answers>) => answers(...args).map(({ status }) => status);

test("each is held against its own limit, and says what to do", () => {
  expect(statuses({ value: [aged(10, 1)] })).toEqual(["pass", "pass"]);
  expect(statuses({ value: [aged(91, 1)] })).toEqual(["pass", "fail"]);
  expect(statuses({ value: [aged(91, 1)] }, { maxImageAgeDays: 91 })).toEqual(["pass", "pass"]);
  expect(statuses({ value: [aged(10, 31)] })).toEqual(["fail", "pass"]);
  expect(answers({ value: [aged(10, 1, 2)] })[0]).toEqual({
    gate: "vulnerabilities",
    status: "fail",
    found: "2 critical, by a scan of 1 day ago",
    expected: "at most 0 critical, by a scan of at most 30 days ago",
    todo: expect.stringContaining("patched image"),
  });
});

test("the worst of several images counts", () => {
  expect(statuses({ value: [aged(10, 1), aged(200, 1, 1)] })).toEqual(["fail", "fail"]);
});

test("what cannot be looked up is not known", () => {
  expect(statuses({ unknown: "no answer within 2 s" })).toEqual(["unknown", "unknown"]);
  expect(statuses({ value: [{ ...image, scan: { unknown: "never scanned" } }] })).toEqual([
    "unknown",
    "pass",
  ]);
});

test("a plan without gates has the usual limits", () => {
  const asked = { images: { value: [aged(91, 1)] }, region: "eu-west-1", nowMs };

  expect(patchAnswers({ ...asked, gates: undefined })).toEqual(patchAnswers({ ...asked, gates: {} }));
});

test("whatever it is, an older image, a longer limit or fewer findings never turn it the wrong way", () => {
  const days = fc.integer({ min: 0, max: 400 });
  holds(
    fc.property(days, days, fc.integer({ min: 1, max: 400 }), (pushed, more, maxImageAgeDays) => {
      const young = statuses({ value: [aged(pushed, 1)] }, { maxImageAgeDays })[1];
      const old = statuses({ value: [aged(pushed + more, 1)] }, { maxImageAgeDays })[1];
      expect(young).toBe(pushed <= maxImageAgeDays ? "pass" : "fail");
      if (young === "fail") expect(old).toBe("fail");
    }),
  );
});
