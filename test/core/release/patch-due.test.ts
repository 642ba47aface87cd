/** A patch release that is due: what it says where no version is left, and which versions it passes over. */
import { expect, test } from "vitest";
import type { PatchStatus } from "../../../src/core/gates/patching.ts";
import type { Outcome } from "../../../src/core/release/closing.ts";
import {
  lackByPast,
  lackByType,
  openedFor,
  ownPlaceIn,
  patchAsOf,
  unpatchedText,
} from "../../../src/core/release/patch-due.ts";
import type { ReleaseRequest } from "../../../src/core/request/normalised.ts";

const status: PatchStatus = {
  model: "claims",
  endpoint: "claims",
  isBehind: true,
  unknown: null,
  fleets: [
    {
      variant: "v6",
      images: ["claims:6"],
      answers: [
        {
          ...{ gate: "vulnerabilities", status: "fail", found: "2 critical, by a scan of 1 day ago" },
          ...{ expected: "at most 0 critical, by a scan of at most 30 days ago", todo: "" },
        },
        {
          ...{ gate: "image-age", status: "pass", found: "pushed 9 days ago" },
          ...{ expected: "an image pushed at most 90 days ago", todo: null },
        },
      ],
    },
  ],
};
const behind =
  "what serves on claims is behind: v6 (claims:6): vulnerabilities, expected at most 0 critical, by a scan of at most 30 days ago, found 2 critical, by a scan of 1 day ago";

test("without a version it says which image is behind by what, and what is wanted", () => {
  expect(unpatchedText(status, [])).toBe(
    `${behind}; no newer version is approved; wanted: a version with a patched image, approved`,
  );
});

test("the three newest that are passed over are told, and how many there are beside", () => {
  const passedOver = [9, 8, 7, 6, 5].map((version) => ({ version, lack: "it is old" }));

  expect(unpatchedText(status, passedOver)).toBe(
    `${behind}; no newer version that is approved patches it (version 9: it is old; version 8: it is old; version 7: it is old; and 2 more); wanted: a version with a patched image, approved`,
  );
});

test("what could not be looked at is told as not known", () => {
  const unknown = { ...status, fleets: [], unknown: "endpoint claims: no answer within 2 s" };

  expect(unpatchedText(unknown, [])).toMatch(
    /^whether what serves on claims is patched is not known: endpoint claims: no answer within 2 s; no newer/,
  );
});

const record = (
  id: string,
  of: { outcome?: Outcome; execution?: string; attemptKey?: string; status?: "open" | "remainder" },
) => ({
  release: {
    ...{ id, subject: "endpoint/claims", execution: of.execution ?? "other", model: "claims", attempt: 1 },
    ...{ openedAt: "2026-01-05T08:00:00Z", attemptKey: of.attemptKey },
  },
  status: of.status ?? ("closed" as const),
  ...(of.outcome !== undefined && {
    closing: { outcome: of.outcome, reason: "", releaseId: id, drifted: [] },
  }),
});
const past = { unstaged: undefined, production: undefined, patch: undefined };

test.each([
  ["rolled-back", /^claims-v7-production was rolled-back; a run by hand releases it all the same$/],
  ["stopped", /^claims-v7-production was stopped/],
] as const)("a version that was %s is left to a person", (outcome, told) => {
  const production = record("claims-v7-production", { outcome });

  expect(lackByPast({ ...past, production }, "me")).toMatch(told);
  expect(lackByPast({ ...past, patch: production }, "me")).toMatch(told);
});

test.each(["refused", "superseded", "failed", "promoted"] as const)(
  "a version whose release ended as %s may be released on another date",
  (outcome) => {
    expect(lackByPast({ ...past, patch: record("claims-v7-patch", { outcome }) }, "me")).toBeUndefined();
  },
);

test("one that is under way, or has left something, is no other's; one's own is one's own", () => {
  for (const is of ["open", "remainder"] as const)
    expect(lackByPast({ ...past, patch: record("claims-v7-patch", { status: is }) }, "me")).toBe(
      "claims-v7-patch is under way",
    );
  const own = record("claims-v7-patch", { status: "open", execution: "me" });
  expect(lackByPast({ ...past, patch: own }, "me")).toBeUndefined();
  expect(lackByPast({ ...past, unstaged: "still in staging", patch: own }, "me")).toBe("still in staging");
});

test("a date that is delivered twice is known by its try", () => {
  const request: ReleaseRequest = {
    ...{ model: "claims", milestone: "patch", trigger: "schedule", again: false },
    scheduledTime: "2026-01-05T08:00:00Z",
  };
  const patch = record("claims-v7-patch", { status: "open", attemptKey: "patch of 2026-01-05T08:00:00Z" });

  expect(openedFor(request, { ...past, patch }, "me")).toBe("claims-v7-patch");
  expect(openedFor(request, { ...past, patch }, "other")).toBeUndefined();
  expect(
    openedFor({ ...request, scheduledTime: "2026-01-12T08:00:00Z" }, { ...past, patch }, "me"),
  ).toBeUndefined();
});

test("a version of another type is no patch; one of none is", () => {
  expect([undefined, "patch", "major"].map(lackByType)).toEqual([
    undefined,
    undefined,
    "the registry has it as a major release",
  ]);
});

test("it looks as of its date, and as of now once that is over", () => {
  const dueAt = "2026-01-05T10:00:00.000Z";
  const request: ReleaseRequest = {
    ...{ model: "claims", milestone: "patch", trigger: "schedule" },
    again: false,
  };
  const dueMs = Date.parse(dueAt);

  expect(patchAsOf({ ...request, dueAt }, dueMs - 1000)).toBe(dueMs);
  expect(patchAsOf({ ...request, dueAt }, dueMs + 1000)).toBe(dueMs + 1000);
  expect(patchAsOf(request, 7)).toBe(7);
});

test("what an execution has claimed is read off the lock", () => {
  const mine = { releaseId: "claims-v7-patch", execution: "me", since: "", version: 7 };
  const other = { releaseId: "claims-v8-production", execution: "other", since: "", version: 8 };

  expect(ownPlaceIn({}, "me")).toBeUndefined();
  expect(ownPlaceIn({ holder: mine, queue: [other] }, "me")).toEqual({
    ...{ is: "holder", releaseId: "claims-v7-patch", version: 7 },
  });
  expect(ownPlaceIn({ holder: other, queue: [mine] }, "me")?.is).toBe("waiting");
});
