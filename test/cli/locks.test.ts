/** `slipway status` and `slipway free` against an account on a port. */
import { describe, expect, it } from "vitest";
import { noteLease } from "../../src/aws/leases.ts";
import { allWatched, keepWatched, noteRule } from "../../src/aws/watched-bounds.ts";
import { ScalingRule } from "../../src/core/plan/scaling-rule.ts";
import { subject } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import { free, remainder, status } from "./lock-scenarios.ts";
import { holdsWhateverIsRefused, onAccount } from "./refusals.ts";
import { say } from "./spoken.ts";

const line =
  '  scaling endpoint/chat-assistant/variant/v7: suspended is {"in":true}, and should be {"in":false}; AwsRefused: AccessDeniedException: no (since 2026-11-23T09:00:00.000Z)';

const scaling = ScalingRule.parse({ minInstances: 4, maxInstances: 14, maxUsdPerHour: 20 });

describe("a release that left something", () => {
  it("is listed with what it left, for a person and as JSON", () =>
    onAccount(status, async () => {
      const { code, out } = await say("status");

      expect(code).toBe(0);
      expect(out).toBe(
        `${subject} is kept for what could not be put back by chat-assistant-v7-production, since 2026-11-23T09:00:00.000Z\n${line}\n`,
      );
      expect(JSON.parse((await say("status", "--json")).out)).toMatchObject({
        locks: [{ subject, state: "remainder", remainder }],
      });
    }));

  it("stands beside the pools that are held, and until when", () =>
    onAccount(status, async ({ aws }) => {
      const lease = { releaseId: "chat-assistant-2026-11-23-training", until: "2026-11-23T12:00:00Z" };
      await noteLease(aws, lease);

      expect((await say("status")).out).toBe(
        `${subject} is kept for what could not be put back by chat-assistant-v7-production, since 2026-11-23T09:00:00.000Z\n${line}\n${lease.releaseId} holds its pool until ${lease.until}\n`,
      );
      expect(JSON.parse((await say("status", "--json")).out).leases).toEqual([lease]);
    }));

  it("stands beside what follows its load: what is held, until when, and what keeps it from more", () =>
    onAccount(status, async ({ aws }) => {
      const endpoint = plan.endpoint.name;
      await noteRule(aws, { ...plan, scaling }, "2026-11-23T08:00:00.000Z");
      const [noted] = (await allWatched(aws)).watched;
      if (noted === undefined) throw new Error("expected an endpoint that is watched, found none");
      expect(JSON.parse((await say("status", "--json")).out).bounds).toEqual([
        { endpoint, model: plan.model, held: null, adjusted: null, ordered: null, lacks: null },
      ]);
      expect((await say("status")).out).not.toContain("its load");
      const since = "2026-11-23T08:05:00.000Z";
      const until = "2026-11-23T09:30:00.000Z";
      const hold = { variant: "v6", perInstance: 12, own: 8, set: 12, since };
      const line = { text: "the load takes 20", since, isLasting: false };
      await keepWatched(aws, noted, { ...noted, hold, until, line });

      expect((await say("status")).out).toContain(
        [
          `endpoint/${endpoint} has a minimum of 12 instead of 8 by its load, since ${since}, until ${until} at least`,
          `endpoint/${endpoint} does not follow its load: the load takes 20 (since ${since})`,
          "",
        ].join("\n"),
      );
      expect(JSON.parse((await say("status", "--json")).out).bounds).toEqual([
        {
          endpoint,
          model: plan.model,
          held: { variant: "v6", minimum: 12, own: 8, since, until },
          adjusted: null,
          ordered: null,
          lacks: { why: line.text, since },
        },
      ]);
    }));

  it("stands beside what is set by what was learnt: what is watched until when, what was put back, and what people ordered", () =>
    onAccount(status, async ({ aws }) => {
      const endpoint = plan.endpoint.name;
      const within = { minInstances: 3, maxInstances: 12 };
      await noteRule(
        aws,
        { ...plan, proposals: { adjust: "automatic", within } },
        "2026-11-23T08:00:00.000Z",
      );
      const [noted] = (await allWatched(aws)).watched;
      if (noted === undefined) throw new Error("expected an endpoint that is watched, found none");
      const [since, until] = ["2026-11-23T08:05:00.000Z", "2026-11-30T08:05:00.000Z"];
      const hold = { variant: "v6", perInstance: 12, own: 8, set: 7, since };
      const trial = { variant: "v6", from: 8, to: 7, since, until, weight: 5, minutes: 61 };
      const putBack = { at: "2026-11-02T08:05:00.000Z", to: 6, evidence: 2, why: "errors were worse" };
      const line = { text: "what is known speaks for 4", since, isLasting: false };
      const at = "2026-11-23T09:00:00.000Z";
      const undone = {
        at: "2026-11-09T08:05:00.000Z",
        from: 5,
        to: 4,
        evidence: 2,
        by: "ann",
        reason: "a fair",
      };
      const ordered = { at, by: "bob", reason: "a campaign" };
      await keepWatched(aws, noted, { ...noted, hold, adjusting: { trial, putBack, undone }, ordered, line });

      expect((await say("status")).out).toContain(
        [
          `endpoint/${endpoint} has a minimum of 7 instead of 8 by what was learnt of it, since ${since}`,
          `  it was lowered from 8 to 7 at ${since}, and is watched until ${until}; 61 minutes compared`,
          `  6 was put back at ${putBack.at}: errors were worse`,
          `  ann took 4 back at ${undone.at}: a fair`,
          `  bob ordered at ${at} that its last change be taken back: a campaign`,
          `endpoint/${endpoint} is not adjusted: what is known speaks for 4 (since ${since})`,
          "",
        ].join("\n"),
      );
      expect(JSON.parse((await say("status", "--json")).out).bounds[0].adjusted).toEqual({
        watched: { from: 8, to: 7, since, until, minutes: 61 },
        putBack: { to: 6, at: putBack.at, why: putBack.why },
        undone: { from: 5, to: 4, at: undone.at, by: "ann", reason: "a fair" },
      });
    }));

  it("has its lock given back by one command, which says what stays", () =>
    onAccount(free, async () => {
      expect(await say("free", subject)).toMatchObject({
        code: 64,
        err: expect.stringContaining("--reason: expected why it may stay as it is"),
      });

      const { code, out } = await say("free", subject, "--reason", "by hand");

      expect(code).toBe(0);
      expect(out).toBe(
        `${subject} is free, chat-assistant-v7-production is closed as failed; this stays as it is:\n${line}\n`,
      );
      expect((await say("status")).out).toBe("no release is under way, and nothing is left to put back\n");
      expect(await say("free", subject, "--reason", "by hand")).toMatchObject({
        code: 64,
        err: expect.stringContaining(`expected a lock that is held, found "${subject}"`),
      });
    }));
});

describe.each([
  ["status", status],
  ["free", free],
])("%s", (_name, scenario) => holdsWhateverIsRefused(scenario));
