/** The sweep's look at the stack's own roles, on the twin: what it finds, when it looks again, and what it comes to where IAM refuses. */
import { describe, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { reapLeases } from "../../functions/reap-leases.ts";
import { noteNothingBeyond, ownRolesSeen, sweepOwnRoles } from "../../src/aws/own-roles.ts";
import { shippedRoles } from "../../src/core/gates/shipped-roles.ts";
import { type Account, openAccount } from "./account.ts";
import { crowdedRoles } from "./own-roles.ts";

const role = "slipway-dev-checkGates-eu-west-1-lambdaRole";
const widened = (by: string, more: object = {}) => ({
  security: {
    widenedRoles: [{ role: "checkGates-eu-west-1-lambdaRole", by, afterMinutes: 0, ...more }],
  } as never,
});
const asked = ({ calls }: Account) => calls.filter(({ service }) => service === "iam");
const looks = async ({ aws }: Account) => Object.values((await ownRolesSeen(aws))?.roles ?? {});
const hours = 60;

describe("the sweep", () => {
  test("looks at every role, and finds nothing too much in what is deployed", async () => {
    const account = openAccount();

    expect(await reapLeases({ sweep: "schedule" }, account.tools)).toMatchObject({
      did: [],
      failed: 0,
      tooWide: 0,
    });
    expect(await looks(account)).toHaveLength(shippedRoles(account.aws.environment).length);
    expect(await looks(account)).not.toContain(null);
    expect(account.counted).toEqual([]);
  });

  test.each([
    ["managed-policy", "managed policy arn:aws:iam::aws:policy/AdministratorAccess is attached"],
    [
      "inline-policy",
      "policy for-a-moment allows s3:GetObject on *; policy for-a-moment allows s3:PutObject on *",
    ],
    [
      "wider-action",
      "policy lambda allows * on arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/slipway-dev-checkGates:*:*",
    ],
    [
      "wider-resource",
      "policy lambda allows logs:CreateLogStream on *; policy lambda allows logs:PutLogEvents on *",
    ],
    ["trust", "its trust policy allows sts:AssumeRole on AWS arn:aws:iam::876543210987:root"],
  ])("tells a role by name that was widened by %s, and rings", async (by, what) => {
    const account = openAccount({ spec: widened(by) });

    const { did, tooWide } = await reapLeases({ sweep: "schedule" }, account.tools);

    expect({ did, tooWide }).toEqual({ did: [`role ${role}: ${what}`], tooWide: 1 });
    expect(account.counted).toEqual(["RoleTooWide"]);
  });

  test("looks once a day, and at what is too wide again each time", async () => {
    const account = openAccount({ spec: widened("managed-policy", { untilMinutes: 25 * hours }) });
    await sweepOwnRoles(account.tools);
    const first = asked(account).length;
    account.wait(10);
    await sweepOwnRoles(account.tools);
    const again = asked(account).slice(first);
    expect(new Set(again.map(({ input }) => input.RoleName))).toEqual(new Set([role]));

    account.wait(25 * hours);
    expect(await sweepOwnRoles(account.tools)).toMatchObject({ tooWide: 0 });
    const day = asked(account).length;
    account.wait(23 * hours);
    expect(await sweepOwnRoles(account.tools)).toEqual({ did: [], tooWide: 0 });
    expect(asked(account)).toHaveLength(day);
  });

  test("looks again at what is shipped otherwise since, and at nothing else", async () => {
    const account = openAccount();
    await sweepOwnRoles(account.tools);
    const before = asked(account).length;
    const { environment } = account.aws;
    const narrower = { ...environment.roleParameters, mlflowSecret: "another" };
    const deployed = { ...account.aws, environment: { ...environment, roleParameters: narrower } };

    const { did } = await sweepOwnRoles({ ...account.tools, aws: deployed });

    expect(did).toEqual([
      "role slipway-dev-takeWebhook-eu-west-1-lambdaRole: policy lambda allows secretsmanager:GetSecretValue on arn:aws:secretsmanager:eu-west-1:123456789012:secret:slipway-dev/mlflow-??????",
    ]);
    expect(
      new Set(
        asked(account)
          .slice(before)
          .map(({ input }) => input.RoleName),
      ).size,
    ).toBe(1);
  });

  test("an event of an execution's end looks at no role", async () => {
    const account = openAccount();
    const detail = { executionArn: `${account.aws.environment.stateMachineArn}:x`, status: "FAILED" };

    await reapLeases({ detail } as never, account.tools);

    expect(asked(account)).toEqual([]);
  });

  test("reads all pages of what a role has", async () => {
    const account = openAccount({ roles: crowdedRoles(role, 230) });

    const { did } = await sweepOwnRoles(account.tools);

    expect(did).toEqual([expect.stringContaining("managed policy arn:aws:iam::aws:policy/P0 is attached")]);
    expect(did).toEqual([expect.stringMatching(/; and 450 more$/)]);
    expect(JSON.stringify(await ownRolesSeen(account.aws)).length).toBeLessThan(20_000);
  });
});

describe("where IAM", () => {
  test("refuses for days, that is told by name, and fails the sweep after an hour", async () => {
    const account = openAccount({ spec: { security: { hiddenRoles: true } } });
    const denied =
      /^own roles: iam:GetRole of role slipway-dev-openRelease-\S+: IAM answered 403, AccessDenied: .*; and of 2 more$/;

    expect(await reapLeases({ sweep: "schedule" }, account.tools)).toMatchObject({
      did: [expect.stringMatching(denied)],
      failed: 0,
    });
    expect(asked(account)).toHaveLength(3);
    account.wait(61);
    const later = await reapLeases({ sweep: "schedule" }, account.tools);
    expect(later).toMatchObject({
      failed: 1,
      did: expect.arrayContaining([expect.stringContaining("never looked at")]),
    });
    expect(account.counted).toEqual(["SweepFailed"]);
  });

  test("refuses for days what was seen before, it is a failure only once that is stale", async () => {
    const account = openAccount({ spec: { security: { hiddenRoles: true } } });
    await noteNothingBeyond(account.aws, account.now() - 24 * hours * 60_000);
    await sweepOwnRoles(account.tools);
    account.wait(1.5 * hours);
    expect(await sweepOwnRoles(account.tools)).not.toHaveProperty("unseen");
    account.wait(hours);

    expect(await sweepOwnRoles(account.tools)).toMatchObject({
      unseen: expect.stringMatching(
        /^not looked at for 26 hours: .* and 23 more; since 2026-11-23T09:00:00.000Z: iam:GetRole/,
      ),
    });
  });

  test("refuses one role alone, the others are seen", async () => {
    const account = openAccount();
    account.fail("GetRole", new AwsError("AccessDenied", "no", { statusCode: 403 }), 1);

    expect(await sweepOwnRoles(account.tools)).toMatchObject({
      did: [expect.stringContaining("openRelease")],
    });
    expect((await looks(account)).filter((look) => look === null)).toHaveLength(1);
    account.wait(10);
    expect(await sweepOwnRoles(account.tools)).toEqual({ did: [], tooWide: 0 });
    expect(await looks(account)).not.toContain(null);
  });

  test("is slow, a sweep ends in its share of time, and the next goes on where it ended", async () => {
    const account = openAccount();
    const { readRole } = account.aws;
    const slow: typeof readRole = async (name, goesOn) => {
      account.wait(5 / 60);
      return readRole?.(name, goesOn);
    };
    const tools = { ...account.tools, aws: { ...account.aws, readRole: slow } };
    const all = shippedRoles(account.aws.environment).length;
    const left: number[] = [];
    for (let nth = 0; nth < 8; nth++) {
      expect(await sweepOwnRoles(tools)).toEqual({ did: [], tooWide: 0 });
      left.push((await looks(account)).filter((look) => look === null).length);
      account.wait(10);
    }

    expect(left[0]).toBeLessThan(all);
    expect(left[0]).toBeGreaterThan(all - 6);
    expect(left).toEqual(left.toSorted((one, other) => other - one));
    expect(left.at(-1)).toBe(0);
  });

  test("knows no such role, it can do nothing, and that is not too much", async () => {
    const account = openAccount({ roles: [] });

    expect(await sweepOwnRoles(account.tools)).toEqual({ did: [], tooWide: 0 });
    expect(await looks(account)).not.toContain(null);
  });
});

test("a sweep that dies at any of its calls leaves what the next finishes, with the same answer", async () => {
  const whole = openAccount({ spec: widened("trust") });
  await sweepOwnRoles(whole.tools);
  const end = await ownRolesSeen(whole.aws);
  const total = whole.calls.length;
  expect(total).toBeGreaterThan(100);
  for (let nth = 1; nth <= total; nth += nth < 6 || nth > total - 6 ? 1 : 7) {
    const account = openAccount({ spec: widened("trust") });
    account.failNth(nth, new AwsError("InternalFailure", "down", { statusCode: 500 }));
    await sweepOwnRoles(account.tools).catch(() => undefined);
    account.mend();
    await sweepOwnRoles(account.tools);
    const { version: _, ...seen } = (await ownRolesSeen(account.aws)) ?? { version: 0 };

    expect({ nth, ...seen }).toEqual({ nth, ...end, version: undefined });
  }
});

test("of two sweeps at once one writes, and nothing is lost by it", async () => {
  const account = openAccount({ spec: widened("managed-policy") });

  const both = await Promise.all([sweepOwnRoles(account.tools), sweepOwnRoles(account.tools)]);

  expect(both.map(({ tooWide }) => tooWide)).toEqual([1, 1]);
  expect(await ownRolesSeen(account.aws)).toMatchObject({ version: 1 });
  expect(await looks(account)).not.toContain(null);
});

test("a sweep that looked before another one does not write over what that has found since", async () => {
  const account = openAccount({ spec: widened("managed-policy") });
  const early = {
    ...account.aws,
    readRole: async (name: string) => {
      if (name === role) await sweepOwnRoles(account.tools);
      return undefined;
    },
  };

  expect(await sweepOwnRoles({ ...account.tools, aws: early })).toMatchObject({ tooWide: 0 });
  expect((await looks(account)).filter((look) => look?.beyond.length === 1)).toHaveLength(1);
});
