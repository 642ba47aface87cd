/** `slipway offerings`: what is searched for a milestone, and what is told of what is offered, against an account on a port. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isCovered, offeringSearchOf } from "../../src/core/calendar/offerings.ts";
import { epochMs } from "../../src/core/units.ts";
import { onCluster, onReserved, plan } from "../core/example.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";
import { sayOn } from "./widths.ts";

const serve = servedEach();
const file = "test/data/plans/reserved.yml";

describe("what is searched", () => {
  // A Sunday; the pool is due on Mondays at two in Amsterdam.
  const nowMs = epochMs("2026-03-01T12:00:00Z");

  test("is what a pool holds at its next date, from its start to half an hour after its end", () => {
    const search = offeringSearchOf(plan, "training", { nowMs });
    expect(search).toMatchObject({
      ...{ runs: "pool", instanceType: "ml.g5.12xlarge", instances: 2, isDated: true },
      until: "2026-03-02T04:30:00.000Z",
    });
    expect(Date.parse(search?.from ?? "")).toBeLessThan(epochMs("2026-03-02T01:00:00Z"));
    expect(search?.hours).toBe(4);
  });

  test("is what a cluster is given, or both fleets of a candidate as it is promoted, kept for as long as it may be reverted", () => {
    expect(offeringSearchOf(onCluster, "training", { nowMs })).toMatchObject({
      runs: "cluster",
      instances: 4,
    });
    expect(offeringSearchOf(onReserved, "production", { nowMs })).toMatchObject({
      ...{ runs: "candidate", instanceType: "ml.p4d.24xlarge", instances: 6, isDated: false },
      from: "2026-03-01T12:00:00.000Z",
      hours: 24 * onReserved.rollout.revertDays,
    });
    expect(offeringSearchOf(onReserved, "training", { nowMs })).toBeUndefined();
  });

  test("covers a milestone from its start to its end, and no less", () => {
    const needed = { from: "2026-03-02T00:00:00.000Z", until: "2026-03-02T04:00:00.000Z" };
    expect(isCovered(needed, needed)).toBe(true);
    expect(isCovered(needed, { ...needed, from: "2026-03-02T00:00:01.000Z" })).toBe(false);
    expect(isCovered(needed, { ...needed, until: "2026-03-02T03:59:59.000Z" })).toBe(false);
  });
});

describe("slipway offerings", () => {
  test("says when each is there, what is paid up front and an hour, and how it is bought; it buys none", async () => {
    const account = await serve({ plan: onReserved });
    const { code, out } = await say("offerings", file, "--hours", "48");

    expect(code).toBe(0);
    expect(out).toMatch(
      /^production needs 6 ml\.p4d\.24xlarge for both of its fleets as it is promoted from /,
    );
    // Three quarters of $37.688, by the twin's offerings: 6 instances for 48 hours.
    expect(out).toMatch(/\ntpo-1-\d+ +6 .* 8140\.61 USD +28\.27 USD +a part\n/);
    expect(out.replaceAll(/\s+/g, " ")).toContain(
      "slipway reserve MODEL --milestone production --offering ID --hours 48 --max-usd N --reason WHY",
    );
    expect(account.calls.map(({ operation }) => operation)).not.toContain("CreateTrainingPlan");
    expect(account.writes()).toEqual([]);
    expect((await sayOn({ isTTY: true, width: 80 }, "offerings", file)).code).toBe(0);
  });

  test("prints the same as a document", async () => {
    await serve({ plan: onReserved });
    const { out } = await say("offerings", file, "--json");
    const told = JSON.parse(out);

    expect(told.search).toMatchObject({ milestone: "production", instances: 6 });
    expect(told.offerings).toMatchObject([
      { instances: 6, currency: "USD", covers: false },
      { instances: 6, currency: "USD", covers: false },
    ]);
  });

  test("names what a milestone of the plan is, and tells why SageMaker offers nothing", async () => {
    await serve({ plan });
    expect(await say("offerings", file, "--milestone", "staging")).toMatchObject({
      code: 64,
      err: expect.stringContaining('--milestone: expected one of the plan\'s, production, found "staging"'),
    });
    expect(await say("offerings", "plans/chat-assistant.yml")).toMatchObject({
      code: 1,
      err: expect.stringMatching(/SageMaker does not say what it offers.*ml\.g5\.12xlarge/s),
    });
    const dated = join(mkdtempSync(join(tmpdir(), "dated-")), "plan.json");
    const at = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 19);
    const production = { when: { at, timeZone: "UTC" } };
    writeFileSync(dated, JSON.stringify({ ...onReserved, milestones: { production } }));
    const { offerings } = JSON.parse((await say("offerings", dated, "--hours", "400", "--json")).out);
    // What begins up to two days before is there in time, and lasts for long enough.
    expect(offerings.map(({ covers }: { covers: boolean }) => covers)).toEqual([true, true]);
  });
});
