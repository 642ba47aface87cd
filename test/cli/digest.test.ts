/** `slipway digest` against an account on a port: what people are told each week, as of now. */
import { expect, test } from "vitest";
import { applyPlan } from "../../src/aws/plans.ts";
import type { WeeklyDigest } from "../../src/core/release/digest.ts";
import { pool } from "./pool-scenario.ts";
import { weekly } from "./review-scenarios.ts";
import { servedEach } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

test("it prints what comes and is held, how to confirm it, and changes nothing", async () => {
  const { aws, writes } = await serve();
  await applyPlan(aws, weekly, inHours(0));
  await pool({ aws }, inHours(3));
  const before = writes().length;

  const { code, out } = await say("digest", "--days", "7");

  expect(code).toBe(0);
  expect(out).toMatch(
    /^slipway-dev, \S+ \S+ UTC, looking ahead to \S+: 1 milestone to come, 1 to be confirmed/,
  );
  expect(out).toMatch(
    /\n- \S+ 08:00: chat-assistant, production, raises \d+ ml\.g5\.xlarge, \$[\d.]+; to be confirmed/,
  );
  expect(out).toContain("\n    slipway plan confirm chat-assistant --milestone production --stage dev\n");
  expect(out).toMatch(/\n- chat-assistant-training is held until \S+: \$[\d.]+ so far, \$[\d.]+ to come\n/);
  expect(writes()).toHaveLength(before);
});

test("as JSON it is whole, and looks as far ahead as it is asked to", async () => {
  const { aws } = await serve();
  await applyPlan(aws, weekly, inHours(0));

  const of = async (days: string) =>
    JSON.parse((await say("digest", "--days", days, "--json")).out) as WeeklyDigest;

  expect((await of("28")).coming).toHaveLength(4);
  expect((await of("7")).coming).toHaveLength(1);
  expect((await say("digest", "--days", "91")).code).toBe(64);
});
