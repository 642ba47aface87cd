/** `slipway reserve` and what status says of it, against an account on a port. */
import { describe, expect, test } from "vitest";
import { applyPlan } from "../../src/aws/plans.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { onReserved } from "../core/example.ts";
import { onlyEnvironment, servedEach, twinEnvironment } from "./served-account.ts";
import { say } from "./spoken.ts";

const serve = servedEach();
const { model } = onReserved;
const plan: Plan = {
  ...onReserved,
  team: {
    model: { owners: ["ann"], contact: "#chat-models" },
    capacity: { owners: ["cleo"], contact: "#ml-capacity" },
  },
  milestones: {
    production: {
      when: { at: new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 19), timeZone: "UTC" },
    },
  },
} as Plan;

async function served() {
  const account = await serve({ plan });
  await applyPlan(account.aws, plan, new Date().toISOString());
  const { offerings } = JSON.parse(
    (await say("offerings", "test/data/plans/reserved.yml", "--hours", "48", "--json")).out,
  ) as { offerings: { id: string }[] };
  const as = (name: string, ...words: string[]) => {
    onlyEnvironment(twinEnvironment(account.url, `TWIN.${name}`));
    return say("reserve", model, "--milestone", "production", ...words);
  };
  return { account, as, offerings };
}

test("one asks, an owner of capacity is shown it and agrees, and what is printed names it in the plan", async () => {
  const { account, as } = await served();
  const found = await as("ann", "--offering", "none", "--hours", "48", "--max-usd", "1", "--reason", "x");
  const [offering = ""] = found.err.match(/tpo-\d+-\d+/) ?? [];
  const asking = ["--offering", offering, "--hours", "48", "--max-usd", "9000", "--reason", "the launch"];
  const asked = await as("ann", ...asking);
  expect(asked).toMatchObject({ code: 0, out: expect.stringContaining("ann asks to buy 6 ml.p4d.24xlarge") });
  expect((await say("status")).out.replaceAll(/\s+/g, " ")).toContain("ann asks to buy 6 ml.p4d.24xlarge");
  expect(JSON.parse((await say("status", "--json")).out).purchases).toEqual([
    {
      ...{ model, milestone: "production", trainingPlan: expect.stringMatching(/^slipway-dev-/) },
      offering: expect.objectContaining({ id: offering, upfrontFee: 8140.61, currency: "USD" }),
      ...{ maxUsd: 9000, until: expect.any(String), reason: "the launch" },
      ...{ askedAt: expect.any(String), askedBy: "arn:aws:iam::123456789012:user/ann" },
      ...{ agreedAt: null, agreedBy: null, calledAt: null },
    },
  ]);
  expect((await as("ann")).out).toBe(asked.out);

  const agreed = await as("cleo", "--agree", "--reason", "budgeted");
  expect(agreed.err.replaceAll(/\s+/g, " ")).toContain("ann asks to buy 6 ml.p4d.24xlarge");
  const arn = /^arn:aws:sagemaker:\S+:training-plan\/\S+$/m.exec(agreed.out)?.[0];
  expect(agreed.out).toContain(`reserved: { trainingPlan: "${arn}" }`);
  expect(account.world.state.trainingPlans.get(arn ?? "")).toMatchObject({
    instances: 6,
    target: "endpoint",
  });
  expect(JSON.parse((await say("status", "--json")).out).purchases).toEqual([]);
  expect((await as("ann")).out).toContain("nothing is asked for");
});

test("what is not asked for nobody agrees to, and who has asked may not", async () => {
  const { as } = await served();
  expect(await as("cleo", "--agree", "--reason", "why not")).toMatchObject({
    code: 64,
    err: expect.stringMatching(/nothing is asked for; --offering and --max-usd\s+ask for it/),
  });
});

describe("a mistake is told where it is, and nothing is ordered", () => {
  test.each([
    [
      ["--offering", "a", "--reason", "x"],
      "--max-usd: expected the most that may be paid for it, found nothing",
    ],
    [["--offering", "a", "--max-usd", "5"], "--reason: expected why, found nothing"],
    [["--max-usd", "5"], "--offering: expected the id of one that slipway offerings shows, found nothing"],
    [["--agree"], "--reason: expected why, found nothing"],
    [["--agree", "--reject", "--reason", "x"], "--agree: expected no --reject beside it, found both"],
    [["--agree", "--hours", "5", "--reason", "x"], "--hours: expected no --agree beside it, found both"],
    [["--milestone", "monday"], "--milestone: expected one of"],
    [
      ["--offering", "a", "--max-usd", "5", "--reason", "x", "--until", "soon"],
      "--until: expected a time to come such as 2026-12-24T08:00:00Z",
    ],
  ])("%j", async (words, mistake) => {
    const account = await serve();
    const { code, err } = await say(
      "reserve",
      model,
      ...(words[0] === "--milestone" ? [] : ["--milestone", "training"]),
      ...words,
    );
    expect(code).toBe(64);
    expect(err.replaceAll(/\s+/g, " ")).toContain(mistake);
    expect(account.writes()).toEqual([]);
  });
});
