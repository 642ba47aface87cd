/** `slipway stop`, `rollback`, `approve` and `freeze`: what is said is what is so, whichever call is refused. */
import { DescribeExecutionCommand } from "@aws-sdk/client-sfn";
import { afterEach, describe, expect, it, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { executionArnOf } from "../../src/aws/executions.ts";
import { note } from "../../src/aws/journal.ts";
import type { Tools } from "../../src/aws/lambda.ts";
import { writeLock } from "../../src/aws/lock-item.ts";
import { closeRecord } from "../../src/aws/releases.ts";
import { sidesOf } from "../../src/core/plan/team.ts";
import type { Change } from "../../src/core/release/change.ts";
import type { Closing } from "../../src/core/release/closing.ts";
import { holding, subject } from "../aws/releases.ts";
import { sided } from "../core/example.ts";
import { kept } from "./lock-scenarios.ts";
import { askingDocument, baking, byHand, later, release, scenarios, stateOf } from "./order-scenarios.ts";
import { holdsWhateverIsRefused } from "./refusals.ts";
import { onlyEnvironment, type ServedAccount, serveAccount, twinEnvironment } from "./served-account.ts";
import { say } from "./spoken.ts";

const inputOf = async (aws: ServedAccount["aws"], name: string) => {
  const executionArn = executionArnOf(aws, name);
  return (await aws.states.send(new DescribeExecutionCommand({ executionArn }))).input;
};

describe.each(Object.entries(scenarios))("%s", (_name, scenario) => holdsWhateverIsRefused(scenario));

let account: ServedAccount | undefined;
async function served(before: (account: ServedAccount) => Promise<void>): Promise<ServedAccount> {
  account = await serveAccount();
  onlyEnvironment(twinEnvironment(account.url));
  await before(account);
  return account;
}
afterEach(async () => {
  vi.unstubAllEnvs();
  await account?.close();
  account = undefined;
});

describe("an order to a release that could not put everything back", () => {
  const keeps =
    'keeps its lock for what could not be put back; the sweep tries on, and "slipway status" lists it';

  it("says to stop that it has ended, and what becomes of the rest", async () => {
    await served(kept);

    expect(await say("stop", release)).toMatchObject({
      code: 0,
      out: `${release} is stopped already, and ${keeps}\n`,
    });
  });

  it("says to approve that nothing runs", async () => {
    await served(kept);

    const { code, err } = await say("approve", release);

    expect(code).toBe(64);
    expect(err).toContain(`found "${release}", whose execution is over`);
  });

  it("says of a promoted one that it walks back no more, and what becomes of the rest", async () => {
    const { aws } = await served(kept);
    await writeLock(aws, subject, {
      UpdateExpression: "SET promoted = :yes",
      ExpressionAttributeValues: { ":yes": true },
    });

    const { code, err } = await say("rollback", release);

    expect(code).toBe(64);
    expect(err).toContain(`found "${release}", which is promoted and ${keeps}`);
  });
});

describe("a rollback that is ordered again", () => {
  it("is one compensation, whoever orders it", async () => {
    const { executions } = await served(baking);

    await say("rollback", release);
    const again = await say("rollback", release);

    expect(again.out).toBe(`${release} is being rolled back by execution ${byHand("1-1")}\n`);
    expect(executions.started().map(({ name }) => name)).toEqual(["release-v7", byHand("1-1")]);
  });

  it("starts another where the first died before it took over", async () => {
    const { executions } = await served(baking);
    await say("rollback", release);
    executions.end(byHand("1-1"), "FAILED");

    await say("rollback", release);

    expect(executions.list("RUNNING").map(({ name }) => name)).toEqual([byHand("1-2")]);
  });

  it("leaves a release alone that walks back in its own execution", async () => {
    const { executions, calls } = await served(baking);
    executions.enter("release-v7", "RollBack");
    const before = calls.length;

    const { code, out } = await say("rollback", release);

    expect(code).toBe(0);
    expect(out).toBe(`${release} is being put back already, by execution release-v7, which is left alone\n`);
    // Of who orders so a pseudonym is drawn, all the same.
    const changing = calls.slice(before).filter(({ operation }) => !/^(Get|Describe)/.test(operation));
    expect(changing.map(({ input }) => (input.Item as { pk?: unknown } | undefined)?.pk)).toEqual([
      { S: "person" },
    ]);
  });
});

test("an answer that is lost on its way is looked for", async () => {
  const here = await served(baking);
  here.lose("StopExecution", 3);
  here.lose("UpdateItem", 3);
  here.lose("StartExecution", 3);

  const { code, out } = await say("rollback", release);

  expect(code).toBe(0);
  expect(out).toContain("is being rolled back");
  expect(await stateOf(here)).toEqual(scenarios["rollback, of a release that bakes"]?.done);
});

test("of a lock that changes hands meanwhile nothing is claimed", async () => {
  const here = await served(baking);
  here.fail(
    "UpdateItem",
    new AwsError("ConditionalCheckFailedException", "The conditional request failed"),
    1,
  );

  const { code, out, err } = await say("rollback", release);

  expect({ code, out }).toEqual({ code: 64, out: "" });
  expect(err).toContain(`the lock of ${subject} has just changed hands; look at its status and order again`);
});

test("what can neither be done nor seen is not claimed", async () => {
  const here = await served(baking);
  const down = new AwsError("InternalServerError", "later", { statusCode: 500 });
  here.fail("StopExecution", down, 9);
  const looks = here.calls.length;
  for (const nth of [13, 14, 15]) here.failNth(nth, down);

  const { code, err } = await say("stop", release);

  expect(
    here.calls
      .slice(looks)
      .map(({ operation }) => operation)
      .slice(-6),
  ).toEqual([
    ...["StopExecution", "StopExecution", "StopExecution"],
    ...["DescribeExecution", "DescribeExecution", "DescribeExecution"],
  ]);
  expect(code).toBe(1);
  expect(err).toContain("it could not be seen whether it is stopped (InternalServerError: later)");
});

describe("what cannot be ordered is told by where the release stands", () => {
  it.each([
    ["stop", "nobody-v1-production", 'RELEASE: expected one that exists, found "nobody-v1-production"'],
    ["approve", "nobody-v1-production", 'RELEASE: expected one that exists, found "nobody-v1-production"'],
  ])("%s %s", async (command, id, message) => {
    await served(baking);

    const { code, err } = await say(command, id);

    expect(code).toBe(64);
    expect(err).toContain(message);
  });

  it.each(["stop", "rollback", "approve"])("%s of one that is closed", async (command) => {
    const { aws } = await served(baking);
    const closing: Closing = { outcome: "promoted", reason: "", releaseId: release, drifted: [] };
    await closeRecord(aws, { releaseId: release, closing, closedAt: later, changes: [] });

    const { code, err } = await say(command, release);

    expect(code).toBe(64);
    expect(err).toContain("which ended as promoted");
  });

  it("rollback of one that holds capacity on a lease gives that back; stop names the command", async () => {
    const { aws } = await served(baking);
    const closing: Closing = { outcome: "done", reason: "", releaseId: release, drifted: [] };
    const end: Change = {
      id: "lease-end",
      seq: 1,
      resource: { kind: "schedule", name: "slipway-dev/end" },
      before: null,
      after: { at: "2026-11-23T12:00:00", input: "{}" },
      state: "applied",
      at: later,
    };
    await closeRecord(aws, { releaseId: release, closing, closedAt: later, changes: [end] });

    expect((await say("stop", release)).err).toContain(
      `its capacity is held until 2026-11-23T12:00:00Z, "slipway rollback ${release}" gives it back`,
    );
    const { code, out } = await say("rollback", release);

    expect(code).toBe(0);
    expect(out).toMatch(/gives its capacity back by execution give-back-slipway-dev-/);
    const name = /execution (\S+)/.exec(out)?.[1] ?? "";
    expect(JSON.parse((await inputOf(aws, name)) ?? "null")).toEqual({
      scaleDown: { releaseId: release, why: expect.stringMatching(/^given back by arn:/) },
    });
  });

  it.each([
    [["--rollout-stage", "1"], "--rollout-stage: expected 2, which asks, found 1"],
    [["--rollout-stage", "x"], "--rollout-stage: expected a whole number from 0 to 19"],
  ])("approve of a stage that does not ask: %s", async (words, message) => {
    await served(baking);

    const { code, err } = await say("approve", release, ...words);

    expect(code).toBe(64);
    expect(err).toContain(message);
  });

  it("approve where nothing is asked", async () => {
    const { executions } = await served(async (here) => void (await holding(here)));
    executions.enter("release-v7", "ShiftTraffic");

    const { code, err } = await say("approve", release);

    expect(code).toBe(64);
    expect(err).toContain('found "chat-assistant-v7-production", which goes on without (ShiftTraffic)');
  });

  it("approve against an answer that was given", async () => {
    const { url } = await served(baking);
    const as = (name: string) => onlyEnvironment(twinEnvironment(url, `TWIN.${name}`));
    as("ann");
    expect((await say("approve", release)).out).toBe(`${release}, stage 2: proceed, answered by ann\n`);
    expect((await say("approve", release)).out).toBe(
      `${release}, stage 2: proceed, answered by ann already\n`,
    );
    as("bob");
    expect((await say("approve", release, "--reject")).out).toBe(
      `${release}, stage 2: roll-back, answered by bob\n`,
    );
    as("cleo");

    const { code, err } = await say("approve", release);

    expect(code).toBe(64);
    expect(err).toMatch(/stage 2: answered already, roll-back by bob at .*; one no is enough/);
  });

  it("freeze of what is no endpoint's name", async () => {
    await served(baking);

    const { code, err } = await say("freeze", "chat assistant", "--reason", "a test");

    expect(code).toBe(64);
    expect(err).toContain('ENDPOINT: expected the name of an endpoint, found "chat assistant"');
  });
});

describe("where the plan asks two people, and not who made the version", () => {
  const asked = async (rule: Parameters<typeof askingDocument>[0], more: object = {}) => {
    const here = await served(baking);
    here.executions.leave("release-v7", "CheckKpis", askingDocument(rule, more));
    here.executions.enter("release-v7", "BakeOn");
    return (name: string, ...more: readonly string[]) => {
      onlyEnvironment(twinEnvironment(here.url, `TWIN.${name}`));
      return say("approve", release, ...more);
    };
  };

  it("one person says yes once, another one makes it two, and a role that several share says no alone", async () => {
    const as = await asked({ people: 2 });

    expect((await as("ann")).out).toBe(
      `${release}, stage 2: proceed, answered by ann; 1 more has to say yes\n`,
    );
    expect((await as("ann")).out).toBe(`${release}, stage 2: proceed, answered by ann already\n`);
    expect((await as("deploy.bob")).err).toContain("expected somebody whom AWS knows by name");
    expect((await as("bob")).out).toBe(`${release}, stage 2: proceed, answered by bob, as by ann\n`);
    expect((await as("deploy.bob", "--reject")).out).toContain("roll-back, answered by role/deploy");
  });

  it("an owner of each side of the plan's team says yes, and nobody else", async () => {
    const team = {
      model: { owners: ["ann"], contact: "#chat-models" },
      capacity: { owners: ["cleo"], contact: "ops@example.com" },
    };
    const as = await asked({ sides: ["model", "capacity"] }, { team });

    expect((await as("dave")).err.replaceAll(/\s+/g, " ")).toContain(
      "expected an owner of a side that is asked, model (ann; #chat-models) and capacity (cleo; ops@example.com), found dave",
    );
    expect((await as("ann")).out).toBe(
      `${release}, stage 2: proceed, answered by ann for model; 1 more has to say yes, for capacity (cleo; ops@example.com)\n`,
    );
    const { err, out } = await as("cleo");
    expect(err.replaceAll(/\s+/g, " ")).toMatch(
      /ann said yes, 1 more to come, for capacity \(cleo; ops@example\.com\)/,
    );
    expect(out).toBe(`${release}, stage 2: proceed, answered by cleo for capacity, as by ann\n`);
  });

  it("shows what is asked, who has said yes, and until when", async () => {
    const as = await asked({ people: 2 });
    await as("ann");

    expect((await as("bob")).err.replaceAll(/\s+/g, " ")).toMatch(
      /stage 2, asks until \S+: waiting for an answer; ann said yes, 1 more to come/,
    );
  });

  it("whoever made it, by the registry, is somebody else", async () => {
    const as = await asked({ notAuthor: true });

    expect((await as("ann")).out).toBe(`${release}, stage 2: proceed, answered by ann\n`);
  });
});

test("status says which sides a stage waits for, who may answer, and where they are reached", async () => {
  const here = await served(async (account) => void (await holding(account, 7, sided)));
  const { team } = sided;
  await note({ aws: here.aws, now: Date.now } as Tools, release, {
    ...{ kind: "look", stage: 1, trafficPercent: 60, verdict: "inconclusive", decision: "continue" },
    ...{ reason: "…", logE: 0, logThreshold: 5, kpis: [], intervals: [], fleets: {} },
    awaits: sidesOf(team, ["capacity"]),
  });

  expect((await say("status")).out).toContain(
    `${release}, stage 1, waits for a yes of capacity (cleo; ops@example.com)`,
  );
  expect(JSON.parse((await say("status", "--json")).out).asks).toEqual([
    {
      releaseId: release,
      stage: 1,
      sides: [{ side: "capacity", owners: ["cleo"], contact: "ops@example.com" }],
    },
  ]);
});

test("what somebody else wrote steers no terminal", async () => {
  await served(baking);
  await say("freeze", "--reason", "one\u001b[2J");

  expect((await say("freeze", "--lift")).out).not.toContain("\u001b");
});

test("a freeze says what it replaces, and lifting says what stood", async () => {
  const { url } = await served(baking);
  const arn = (name: string) => `arn:aws:iam::123456789012:user/${name}`;
  const as = (name: string) => onlyEnvironment(twinEnvironment(url, `TWIN.${name}`));
  as("ann");
  await say("freeze", "--reason", "one");
  as("bob");

  expect((await say("freeze", "--reason", "two")).out).toBe(
    `all endpoints: no new stage starts until it is lifted, in place of: one, by ${arn("ann")}\n`,
  );
  expect((await say("freeze", "--lift")).out).toBe(
    `all endpoints: the freeze is lifted (two, by ${arn("bob")}); windows in plans stand\n`,
  );
  expect((await say("freeze", "--lift")).out).toBe(
    "all endpoints: no freeze is declared; windows in plans stand\n",
  );
});
