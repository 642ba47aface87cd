/**
 * A milestone by date that both sides of a team are to confirm, through the whole machine: people who confirm it in time, late or of
 * something that has changed, others who may not, and nobody; with and without answers that go wrong.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Wire } from "../../src/aws/clients.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { movingDates, sided } from "../core/example.ts";

type AwaitingReview = typeof import("../../src/aws/awaiting-review.ts");
const awaiting = "../../src/aws/awaiting-review.ts";
afterEach(() => {
  vi.doUnmock(awaiting);
  vi.resetModules();
});

const planThat = (onMissing: "proceed" | "wait") =>
  Plan.parse({
    ...sided,
    rollout: { ...sided.rollout, onInconclusive: { action: "proceed" } },
    milestones: {
      production: {
        when: { cron: "cron(0 10 * * ? *)", timeZone: "UTC", graceMinutes: 90 },
        review: { daysBefore: 1, onMissing },
      },
    },
  });
const { model } = planThat("wait");
const dueAt = "2026-01-05T10:00:00.000Z";
/** Whose production has one date, and training before it a job of the team's: two hours late, and production is as late. */
const moving = Plan.parse({
  ...planThat("wait"),
  milestones: {
    ...movingDates,
    training: { ...movingDates.training, when: { at: "2026-01-05T01:00:00", timeZone: "UTC" } },
    validation: undefined,
    production: {
      ...planThat("wait").milestones.production,
      when: { at: "2026-01-05T10:00:00", timeZone: "UTC", graceMinutes: 90 },
    },
  },
});
/** A rehearsal begins at eight. */
const startedAhead = (leadMinutes: number) => ({
  milestone: { model, kind: "production", scheduledTime: "2026-01-05T08:00:00Z", leadMinutes },
});

/** Who comes by at which look, one every five minutes, and confirms it; `!` of what was never shown. */
async function released(
  onMissing: "proceed" | "wait",
  crowd: readonly string[],
  faults: readonly string[] = [],
  { plan = planThat(onMissing), leadMinutes = 120 }: { plan?: Plan; leadMinutes?: number } = {},
) {
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  const { releaseParts } = await import("../../src/rehearsal/release-parts.ts");
  const { doorOf } = await import("../../functions/index.ts");
  const { connect } = await import("../../src/aws/clients.ts");
  const { journalOf } = await import("../../src/aws/journal.ts");
  const { reviewAt } = await import("../../src/aws/reviews.ts");
  let nth = 0;
  const told: string[] = [];
  const noted: string[] = [];
  const comesBy = async (wire: Wire) => {
    const { entries } = await journalOf(connect(wire), `${model}-v7-production`);
    noted.push(
      ...entries.flatMap((one) =>
        one.kind === "news" && one.state === "unreviewed" ? [`${one.reason}`] : [],
      ),
    );
    const [, name, isWrong] = /^(.*?)(!?)$/.exec(crowd[nth++] ?? "") ?? [];
    if (name === undefined || name === "") return;
    const review = await reviewAt(connect(wire), model, { kind: "production", dueMs: Date.parse(dueAt) });
    const seen = isWrong === "!" ? "0".repeat(64) : (review?.seen ?? "");
    await doorOf(
      wire,
      name,
    )?.({ order: "confirm", model, milestone: "production", dueAt, seen }).then(
      ({ said }) => told.push(said),
      (error: Error) => told.push(error.name),
    );
  };
  const run = await rehearsing({
    ...{ plan, event: startedAhead(leadMinutes), faults },
    parts: {
      functionsOn: (wire) => ({ ...releaseParts.functionsOn?.(wire), Crowd: () => comesBy(wire) }),
      rates: [...(releaseParts.rates ?? []), { function: "Crowd", everySeconds: 300, event: {} }],
    },
  });
  return { ...run, told, noted };
}

describe("a milestone that waits for its review", () => {
  it("is released once an owner of each side has confirmed what it is, whoever else tries", async () => {
    const crowd = ["dave", "ann!", "", "deploy.cleo", "ann", "ann", "", "cleo"];
    const { record, violations, told } = await released("wait", crowd);

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(told.filter((each) => each === "NotFound")).toHaveLength(3);
    expect(told.at(-1)).toContain("both sides have confirmed it");
  });

  it("is refused once its grace is over where one side alone has, with nothing raised", async () => {
    const { record, violations } = await released("wait", ["ann", "dave", "cleo!"]);

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(
        /^the review was not complete until 2026-01-05T11:30:00.000Z: not confirmed by capacity/,
      ),
    });
    expect(record.changes.filter(({ by }) => by.who === "call")).toEqual([]);
    expect(record.after.endpointConfigs).toEqual(record.before.endpointConfigs);
  });

  it.each([
    "time-out-before=call:OpenRelease/dynamodb.Query#1@1",
    "response-lost=call:TakeOrder/dynamodb.PutItem#1@1",
    "crash-after-call=call:TakeOrder/dynamodb.PutItem#2@1",
  ])("stays so with %s", async (fault) => {
    const { record, violations } = await released("wait", ["ann", "cleo", "ann", "cleo"], [fault]);

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
  });
});

describe("a date that is not the plan's", () => {
  const crowd = ["ann", "cleo", "ann", "cleo"];

  it("is confirmed by what was confirmed of the one that it was moved from", async () => {
    const { record, violations, told } = await released("wait", crowd, [], {
      plan: moving,
      leadMinutes: 180,
    });

    expect(violations).toEqual([]);
    expect(told[1]).toContain("both sides have confirmed it");
    expect(record.outcome).toBe("promoted");
  });

  it("is confirmed by nobody where the plan moves it no so far", async () => {
    const { record, violations } = await released("wait", crowd, [], { plan: moving, leadMinutes: 241 });

    expect(violations).toEqual([]);
    expect(record).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(/^the review was not complete until 2026-01-05T13:31:00.000Z: /),
    });
  });
});

it("one that goes on says in its journal and to people who has not confirmed it", async () => {
  const { record, violations, noted } = await released("proceed", ["ann"]);

  expect(violations).toEqual([]);
  expect(record.outcome).toBe("promoted");
  expect([...new Set(noted)]).toEqual([
    "not confirmed by model (ann; #chat-models) and capacity (cleo; ops@example.com)",
  ]);
});

it("a rehearsal is red where a milestone begins without the review that it waits for", async () => {
  vi.doMock(awaiting, async (load: () => Promise<AwaitingReview>) => ({
    ...(await load()),
    awaitReview: async () => undefined,
  }));
  const { violations } = await released("wait", ["ann"]);

  expect(violations).toContainEqual(
    expect.stringMatching(
      /^one-at-a-time: chat-assistant-v7-production was opened although capacity had not/,
    ),
  );
});
