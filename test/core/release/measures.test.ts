/** What is measured of releases: by endpoint, a point for what is over, and none for what will close again. */
import { describe, expect, test } from "vitest";
import { measuresOfClosing, measuresOfShare } from "../../../src/core/release/measures.ts";
import type { PastRelease } from "../../../src/core/release/past.ts";

const release = {
  id: "chat-v7-production",
  subject: "endpoint/chat",
  model: "chat",
  version: 7,
  milestone: "production",
};
const properties = {
  releaseId: "chat-v7-production",
  model: "chat",
  version: "7",
  milestone: "production",
};
const past = (more: Partial<PastRelease>): PastRelease => ({
  releaseId: release.id,
  model: "chat",
  attempt: 1,
  openedAt: "2026-11-23T08:00:00.000Z",
  closedAt: "2026-11-23T10:00:00.000Z",
  outcome: "promoted",
  reason: "",
  left: 0,
  ...more,
});
const named = (more: Partial<PastRelease>) =>
  measuresOfClosing(release, past(more)).map(({ name, value }) => [name, value]);

describe("a release that has closed", () => {
  test("is counted by endpoint and outcome, and has its id beside", () => {
    expect(measuresOfClosing(release, past({ outcome: "refused" }))).toEqual([
      {
        name: "ReleaseClosed",
        value: 1,
        unit: "Count",
        dimensions: { endpoint: "chat", outcome: "refused" },
        properties,
      },
    ]);
  });

  test("says how long it took to be promoted, or to be as before", () => {
    const [thereAt, backSince] = ["2026-11-23T09:30:00.000Z", "2026-11-23T09:45:00.000Z"];

    expect(named({ thereAt })).toEqual([
      ["ReleaseClosed", 1],
      ["MinutesToPromotion", 90],
    ]);
    expect(named({ outcome: "rolled-back", thereAt, backSince })).toEqual([
      ["ReleaseClosed", 1],
      ["MinutesToRestore", 15],
    ]);
    expect(measuresOfClosing(release, past({ thereAt }))[1]).toEqual({
      name: "MinutesToPromotion",
      value: 90,
      unit: "None",
      dimensions: { endpoint: "chat" },
      properties,
    });
  });

  test("is not counted while it keeps its lock, nor where it is a pool's", () => {
    expect(named({ outcome: "failed", left: 2 })).toEqual([]);
    expect(
      measuresOfClosing({ ...release, subject: "pool/chat/training" }, past({ outcome: "done" })),
    ).toEqual([]);
  });
});

test("a share is the candidate's, of its endpoint; what is not known of the release is left out", () => {
  expect(measuresOfShare({ id: "x", subject: "endpoint/chat" }, 25)).toEqual([
    {
      name: "TrafficPercent",
      value: 25,
      unit: "Percent",
      dimensions: { endpoint: "chat" },
      properties: { releaseId: "x" },
    },
  ]);
  expect(measuresOfShare({ id: "x", subject: "pool/chat/training" }, 25)).toEqual([]);
});
