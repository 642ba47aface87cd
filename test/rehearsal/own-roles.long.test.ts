/** Somebody widens a role of Slipway's own: the sweep sees it, and the gate keeps releases from going on until it is taken back. */
import { describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import { functionsOn } from "../../functions/index.ts";
import type { Wire } from "../../src/aws/clients.ts";
import type { Deployment } from "../../src/core/deployment.ts";
import { Gates } from "../../src/core/gates/settings.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { plan as sample } from "../core/example.ts";
import { rehearsing } from "./explore/rehearsing.ts";

/** Whose version is approved half an hour after a rehearsal begins, when the sweep has looked. */
const dated = Plan.parse({
  ...sample,
  gates: Gates.parse({ require: ["least-privilege"] }),
  milestones: {
    production: { when: { cron: "cron(0 10 * * ? *)", timeZone: "UTC", graceMinutes: 180 } },
  },
});
const date = {
  milestone: {
    model: dated.model,
    kind: "production",
    scheduledTime: "2026-01-05T08:00:00Z",
    leadMinutes: 120,
  },
};

const dateWith = (security: object, plan = dated, approvedAfterMinutes = 30) =>
  rehearsing({
    plan,
    event: date,
    settleSeconds: 0,
    world: WorldSpec.parse({
      description: "somebody widens a role",
      registry: { approvedAfterMinutes },
      security,
    }),
  });
const widened = (by: string, more: object = {}) => ({
  widenedRoles: [{ role: "promoteModel-eu-west-1-lambdaRole", by, afterMinutes: 5, ...more }],
});

describe("a release whose gates ask for it", () => {
  test.each([
    ["managed-policy", "managed policy arn:aws:iam::aws:policy/AdministratorAccess is attached"],
    ["inline-policy", "policy for-a-moment allows s3:GetObject on *"],
    ["wider-action", "policy lambda allows * on arn:aws:logs:"],
    ["wider-resource", "policy lambda allows logs:CreateLogStream on *"],
    ["trust", "its trust policy allows sts:AssumeRole on AWS arn:aws:iam::"],
  ])(
    "is refused before anything is changed where somebody has widened a role by %s, and rings",
    async (by, what) => {
      const { record, violations } = await dateWith(widened(by));
      const [execution] = record.executions;

      expect(violations).toEqual([]);
      expect(execution?.outcome).toBe("refused");
      expect(execution?.reason).toContain("gate least-privilege: expected roles of Slipway's own");
      expect(execution?.reason).toContain(
        `found role slipway-dev-promoteModel-eu-west-1-lambdaRole: ${what}`,
      );
      expect(execution?.reason).toMatch(/; to do: take from the role what it has too much/);
      expect(record.after.endpointConfigs).toEqual(record.before.endpointConfigs);
      expect(record.alarms?.map(({ name }) => name)).toContain("RoleTooWideAlarm");
    },
  );

  test("goes on where nobody has, and where it was taken back before", async () => {
    for (const security of [{}, widened("managed-policy", { untilMinutes: 15 })]) {
      const { record, violations } = await dateWith(security);

      expect(violations).toEqual([]);
      expect(record.executions[0]?.outcome).toBe("promoted");
    }
  });

  test("goes on where a person has waived it, until a day", async () => {
    const waived = (until: string) =>
      Plan.parse({
        ...dated,
        gates: {
          ...dated.gates,
          waivers: [{ gate: "least-privilege", by: "Ada Lovelace", until, reason: "a repair by hand" }],
        },
      });

    const good = await dateWith(widened("managed-policy"), waived("2026-01-05"));
    const over = await dateWith(widened("managed-policy"), waived("2026-01-04"));

    expect([good, over].map(({ record }) => record.executions[0]?.outcome)).toEqual(["promoted", "refused"]);
    expect(over.record.executions[0]?.reason).toContain("the waiver of Ada Lovelace ended 2026-01-04");
  });

  test("is refused where IAM has told nothing for longer than a look counts, and says what was denied", async () => {
    const patient = Plan.parse({
      ...dated,
      milestones: {
        production: { when: { cron: "cron(0 10 * * ? *)", timeZone: "UTC", graceMinutes: 600 } },
      },
    });
    const soon = await dateWith({ hiddenRoles: true });
    const late = await dateWith({ hiddenRoles: true }, patient, 180);

    // What was begun while the last look counted is held once it no longer does, and goes back at the gates' deadline.
    expect(soon.violations).toEqual([]);
    expect(soon.record.executions[0]).toMatchObject({
      outcome: "rolled-back",
      reason: expect.stringContaining("held by gates until"),
    });
    expect(late.violations).toEqual([]);
    expect(late.record.executions[0]).toMatchObject({
      outcome: "refused",
      reason: expect.stringMatching(
        /gate least-privilege: .*; not known: not looked at for 26 hours: .*iam:GetRole of role slipway-dev-\S+: IAM answered 403, AccessDenied/,
      ),
    });
  });

  test("holds its stage while a role is too wide, and goes on once that is taken back", async () => {
    const plan: Plan = { ...sample, gates: Gates.parse({ require: ["least-privilege"] }) };
    const security = {
      widenedRoles: [
        { role: "promoteModel-eu-west-1-lambdaRole", by: "trust", afterMinutes: 5, untilMinutes: 65 },
      ],
    };
    const { record, violations } = await rehearsing({
      plan,
      settleSeconds: 0,
      world: WorldSpec.parse({ description: "a role is too wide for an hour", security }),
    });
    const calm = await rehearsing({ plan, settleSeconds: 0 });

    expect(violations).toEqual([]);
    expect(record.outcome).toBe("promoted");
    expect(record.virtualSeconds).toBeGreaterThan(calm.record.virtualSeconds + 900);
  });
});

test("where no plan goes by it, the first day's sweeps ask IAM for nothing", async () => {
  const hosts = new Set<string>();
  const heard = (wire: Wire): Wire => ({
    handle(request: never) {
      hosts.add((request as { hostname: string }).hostname);
      return wire.handle(request);
    },
  });
  const parts = {
    functionsOn: ((wire: Wire, deployment?: Deployment) => functionsOn(heard(wire), deployment)) as never,
  };
  const { record } = await rehearsing({ settleSeconds: 0, parts: { ...releaseParts, ...parts } });

  expect(record.outcome).toBe("promoted");
  expect(hosts.size).toBeGreaterThan(0);
  expect(hosts).not.toContain("iam.amazonaws.com");
});
