/** Staging before production: what an approval, a date and a person open, and what a success in staging starts. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { startProduction } from "../../src/aws/after-staging.ts";
import { freeLock } from "../../src/aws/locks.ts";
import { claimedBy, closeRecord } from "../../src/aws/releases.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { Outcome } from "../../src/core/release/closing.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import { normaliseRequest } from "../../src/core/request/request.ts";
import type { Account } from "../aws/account.ts";
import { executionArn } from "../aws/executions.ts";
import { staged, plan as unstaged } from "../core/example.ts";
import { accountWith, opening } from "./run.ts";

const approved: unknown = JSON.parse(
  readFileSync(new URL("../../events/registry-approved.json", import.meta.url), "utf8"),
);
const dated = (kind: "staging" | "production"): Plan => ({
  ...staged,
  milestones: {
    ...staged.milestones,
    [kind]: {
      ...staged.milestones[kind],
      when: { at: "2026-11-23T10:00:00", timeZone: "UTC", start: "on-date" },
    },
  },
});
const due = { model: "chat-assistant", kind: "production", scheduledTime: "2026-11-23T09:00:00Z" };
const after = {
  milestone: {
    model: "chat-assistant",
    kind: "production",
    version: 7,
    after: "chat-assistant-v7-staging",
  },
};

function releaseOf(opened: Opening) {
  if (!("release" in opened)) throw new Error(`expected an open release, found ${JSON.stringify(opened)}`);
  return opened.release;
}

async function stage({ aws }: Account, opened: Opening, outcome: Outcome): Promise<void> {
  const release = releaseOf(opened);
  await closeRecord(aws, {
    releaseId: release.id,
    closing: { outcome, reason: "over", releaseId: release.id, drifted: [] },
    closedAt: "2026-11-23T09:00:00.000Z",
    changes: [],
  });
  await freeLock(aws, release);
}

describe("an approval", () => {
  test("opens the release in staging, on its own endpoint and by its own stages", async () => {
    const account = await accountWith({ plan: staged });

    const opened = await opening(approved, account);

    expect(opened).toMatchObject({
      route: "production",
      release: {
        id: "chat-assistant-v7-staging",
        milestone: "staging",
        subject: "endpoint/chat-assistant-staging",
      },
      plan: {
        endpoint: { name: "chat-assistant-staging" },
        requirements: { peakRequestsPerSecond: 12 },
        rollout: { stages: [{ trafficPercent: 50 }, { trafficPercent: 95 }] },
      },
    });
    const request = normaliseRequest(approved);
    if (request.kind !== "release") throw new Error("expected a release");
    const by = { execution: releaseOf(opened).execution, startedAt: "" };
    expect((await claimedBy(account.aws, request.request, by))?.release.id).toBe("chat-assistant-v7-staging");
  });

  test("opens nothing where staging has a date of its own", async () => {
    const account = await accountWith({ plan: dated("staging") });

    expect(await opening(approved, account)).toEqual({
      route: "ignored",
      reason: "production of chat-assistant is due by a success in staging, not by an approval",
    });
  });
});

describe("production", () => {
  test("of a version that was promoted in staging is opened", async () => {
    const account = await accountWith({ plan: staged });
    await stage(account, await opening(approved, account), "promoted");

    expect(await opening(after, account, "after")).toMatchObject({
      route: "production",
      reason: "chat-assistant-v7-production opened by staging",
      plan: { endpoint: { name: "chat-assistant" } },
    });
  });

  test.each([
    [
      "rolled-back",
      /^version 7 of chat-assistant did not pass staging: chat-assistant-v7-staging was rolled-back; /,
    ],
    ["failed", /did not pass staging: chat-assistant-v7-staging was failed; /],
  ] as const)("of one that was %s there is not", async (outcome, reason) => {
    const account = await accountWith({ plan: staged });
    await stage(account, await opening(approved, account), outcome);

    expect(await opening(after, account, "after")).toEqual({
      route: "ignored",
      reason: expect.stringMatching(reason),
    });
  });

  test("of one that is still there, or never was, is not, unless a person says so", async () => {
    const account = await accountWith({ plan: staged });

    expect(await opening(after, account, "early")).toMatchObject({
      route: "ignored",
      reason: expect.stringMatching(
        /^version 7 of chat-assistant was not released in staging, which comes first; /,
      ),
    });
    await opening(approved, account, "staging");
    expect(await opening(after, account, "soon")).toEqual({
      route: "ignored",
      reason: "version 7 of chat-assistant is still in staging",
    });
    expect(await opening({ model: "chat-assistant", version: 7 }, account, "hand")).toMatchObject({
      release: { id: "chat-assistant-v7-production" },
    });
  });

  test("that is due by date waits for a version until it has passed staging", async () => {
    const account = await accountWith({ plan: dated("production") });
    const waits = await opening({ milestone: due }, account, "due");
    expect(waits).toMatchObject({
      route: "queued",
      reason: expect.stringMatching(/was not released in staging.*; waits until 2026-11-23T13:00:00.000Z/),
    });

    await stage(account, await opening(approved, account, "staging"), "promoted");

    expect(await opening({ milestone: due }, account, "again")).toMatchObject({ release: { version: 7 } });
    expect(await opening(after, account, "after")).toEqual({
      route: "ignored",
      reason:
        "production of chat-assistant is due by date, 2026-11-23T10:00:00 UTC, not by a success in staging",
    });
  });
});

describe("a success in staging", () => {
  const release = {
    id: "chat-assistant-v7-staging",
    subject: "endpoint/chat-assistant-staging",
    execution: executionArn("staging"),
    fence: 1,
    model: "chat-assistant",
    version: 7,
    milestone: "staging",
  };
  const started = ({ executions }: Account) => executions.list().map(({ input }) => JSON.parse(input));

  test("starts production once, however often it is closed", async () => {
    const account = await accountWith({ plan: staged });
    for (let times = 0; times < 2; times++)
      await startProduction(account.tools, release, { plan: staged, outcome: "promoted" });

    expect(started(account)).toEqual([after]);
  });

  test.each([
    ["that was rolled back", release, staged, "rolled-back"],
    ["of a plan whose production has a date", release, dated("production"), "promoted"],
    ["of a plan that nobody understands", release, { milestones: 7 }, "promoted"],
    ["that is production itself", { ...release, milestone: "production" }, staged, "promoted"],
    ["of a plan without staging", release, unstaged, "promoted"],
  ] as const)("%s starts nothing", async (_, of, plan, outcome) => {
    const account = await accountWith({ plan: staged });
    await startProduction(account.tools, of, { plan, outcome });

    expect(started(account)).toEqual([]);
  });

  test("that cannot start it is not closed, so that closing is tried again", async () => {
    const account = await accountWith({ plan: staged });
    account.fail("StartExecution", new AwsError("AccessDeniedException", "not authorized"));

    await expect(
      startProduction(account.tools, release, { plan: staged, outcome: "promoted" }),
    ).rejects.toThrow(/not authorized/);
  });
});
