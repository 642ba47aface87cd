/** `slipway stop`, `rollback`, `approve` and `freeze`: what is said is what is so, whichever call is refused. */
import { afterEach, describe, expect, it, test, vi } from "vitest";
import { readFreeze } from "../../src/aws/freezes.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { takeLock, takeOverLock } from "../../src/aws/locks.ts";
import { claimRelease, closeRecord } from "../../src/aws/releases.ts";
import { executionName } from "../../src/core/release/names.ts";
import type { Closing } from "../../src/core/release/release.ts";
import { AwsError } from "../../src/rehearsal/twin/service.ts";
import { executionArn } from "../aws/executions.ts";
import { holding, releaseOf, subject } from "../aws/releases.ts";
import { plan } from "../core/example.ts";
import { callsOf, refuse, type Scenario } from "./refusals.ts";
import { onlyEnvironment, type ServedAccount, serveAccount, twinEnvironment } from "./served-account.ts";
import { type Spoken, say } from "./spoken.ts";

const release = "chat-assistant-v7-production";
const person = "arn:aws:iam::123456789012:user/twin";
const byHand = (nth: string) =>
  executionName("compensate-by-hand", { stack: "slipway-dev", releaseId: release, nth });

interface State {
  readonly running: readonly string[];
  readonly order: string | undefined;
  readonly answer: string | undefined;
  readonly freeze: string | undefined;
}

async function stateOf({ aws, executions }: ServedAccount): Promise<State> {
  const { order, answer } = await readLock(aws, subject);
  const freeze = await readFreeze(aws, "chat-assistant");
  return {
    running: executions.list("RUNNING").map(({ name }) => name),
    order: order && `${order.kind} by ${order.by}`,
    answer: answer && `${answer.stage} ${answer.answer} by ${answer.by}`,
    freeze: freeze && `${freeze.reason} by ${freeze.by} until ${freeze.until}`,
  };
}

/** What is so by the words of the command alone; `kind` is that of the order, for commands that give one. */
const claimed =
  (kind?: "stop" | "roll-back") =>
  ({ out, err }: Spoken, was: unknown): State => {
    const told = out + err;
    const before = was as State;
    const [, started] = /being rolled back by execution (\S+)/.exec(told) ?? [];
    const isStopped = started !== undefined || /is stopped[;,]/.test(told);
    const left = before.running.filter((name) => name !== "release-v7" || !isStopped);
    const isOrdered = kind !== undefined && (isStopped || told.includes("has the order"));
    const [, answered] = /production, stage (.*), answered by/.exec(told) ?? [];
    return {
      running: started === undefined ? left : [started, ...left],
      order: isOrdered ? `${kind} by ${person}` : before.order,
      answer: answered === undefined ? before.answer : `${answered.replace(":", "")} by ${person}`,
      freeze: freezeBy(told, before.freeze),
    };
  };

function freezeBy(told: string, before: string | undefined): string | undefined {
  if (told.includes("the freeze is lifted")) return undefined;
  const [, until] = /no new stage starts until (\S+)/.exec(told) ?? [];
  return until === undefined ? before : `a big day by ${person} until ${until}`;
}

const atStart = { running: ["release-v7"], order: undefined, answer: undefined, freeze: undefined };

/** The release goes forward, between two looks of a bake, and its stage 2 asks. */
async function baking(account: ServedAccount): Promise<void> {
  await holding(account);
  account.executions.leave("release-v7", "CheckKpis", {
    plan: { rollout: { onInconclusive: { action: "ask" } } },
    judgement: { stage: 2, verdict: "inconclusive", decision: "continue", reason: "waiting for an answer" },
  });
  account.executions.enter("release-v7", "BakeOn");
}

/** Its execution is over, and nobody has taken over what it left. */
async function dead(account: ServedAccount): Promise<void> {
  await baking(account);
  account.executions.end("release-v7");
}

/** The sweep's compensation has taken the lock over. */
async function compensated(account: ServedAccount): Promise<void> {
  await dead(account);
  const execution = account.executions.begin("compensate-a", {
    compensate: { releaseId: release, why: "it died" },
  });
  account.executions.enter("compensate-a", "OpenRelease");
  const claim = { subject, releaseId: release, execution, since: "2026-11-23T09:10:00.000Z" };
  await takeOverLock(account.aws, claim, executionArn("release-v7"));
}

/** Another release holds the lock; ours waits for it. */
async function waiting(account: ServedAccount): Promise<void> {
  const { aws, executions } = account;
  const execution = executions.begin("release-v6");
  const since = "2026-11-23T08:00:00.000Z";
  await takeLock(aws, { subject, releaseId: "chat-assistant-v6-production", execution, since, version: 6 });
  executions.begin("release-v7");
  executions.enter("release-v7", "WaitForLock");
  await claimRelease(aws, releaseOf(7), plan);
}

const later = "2101-01-01T00:00:00.000Z";
const scenarios: Readonly<Record<string, Scenario>> = {
  "stop, of a release that bakes": {
    ...{ before: baking, command: ["stop", release], look: stateOf, said: claimed("stop") },
    done: { ...atStart, running: [], order: `stop by ${person}` },
  },
  "rollback, of a release that bakes": {
    ...{ before: baking, command: ["rollback", release], look: stateOf, said: claimed("roll-back") },
    done: { ...atStart, running: [byHand("1-1")], order: `roll-back by ${person}` },
  },
  "rollback, of a release whose execution died": {
    ...{ before: dead, command: ["rollback", release], look: stateOf, said: claimed() },
    done: { ...atStart, running: [byHand("1-1")] },
  },
  "stop, of a release whose execution died": {
    ...{ before: dead, command: ["stop", release], look: stateOf, said: (_told, was) => was },
    done: { ...atStart, running: [] },
  },
  "rollback, of a release that is being compensated": {
    ...{ before: compensated, command: ["rollback", release], look: stateOf, said: (_told, was) => was },
    done: { ...atStart, running: ["compensate-a"] },
  },
  "stop, of a release that is being compensated": {
    ...{ before: compensated, command: ["stop", release], look: stateOf, said: (_told, was) => was },
    done: { ...atStart, running: ["compensate-a"] },
  },
  "rollback, of a release that waits for another": {
    ...{ before: waiting, command: ["rollback", release], look: stateOf, said: waitingSaid },
    done: { ...atStart, running: ["release-v6"] },
  },
  approve: {
    ...{ before: baking, command: ["approve", release], look: stateOf, said: claimed() },
    done: { ...atStart, answer: `2 proceed by ${person}` },
  },
  freeze: {
    before: baking,
    command: ["freeze", "chat-assistant", "--reason", "a big day", "--until", later],
    ...{ look: stateOf, said: claimed() },
    done: { ...atStart, freeze: `a big day by ${person} until ${later}` },
  },
  "freeze --lift": {
    before: async (account) => {
      await baking(account);
      await say("freeze", "chat-assistant", "--reason", "a big day");
    },
    ...{ command: ["freeze", "chat-assistant", "--lift"], look: stateOf, said: claimed() },
    done: atStart,
  },
};

function waitingSaid({ out }: Spoken, was: unknown): State {
  const before = was as State;
  return out.includes("it is stopped") ? { ...before, running: ["release-v6"] } : before;
}

describe.each(Object.entries(scenarios))("%s", async (_name, scenario) => {
  const calls = await callsOf(scenario);

  it.each(calls.map((call, i) => [i + 1, call] as const))(
    "says what is so, and finishes when run again: call %i, %s, is refused",
    async (nth) => {
      const { code, err } = await refuse(scenario, nth);

      expect(code).toBe(1);
      expect(err).toMatch(/^✖ /m);
    },
  );
});

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

describe("a rollback that is ordered again", () => {
  it("is one compensation, whoever orders it", async () => {
    const { executions } = await served(baking);

    await say("rollback", release);
    const again = await say("rollback", release, "--by", "ann");

    expect(again.out).toBe(`${release} is being rolled back by execution ${byHand("1-1")}\n`);
    expect(executions.started().map(({ name }) => name)).toEqual(["release-v7", byHand("1-1")]);
  });

  it("starts another where the first died before it took over", async () => {
    const { executions } = await served(baking);
    await say("rollback", release);
    executions.end(byHand("1-1"), "FAILED");

    await say("rollback", release, "--by", "ann");

    expect(executions.list("RUNNING").map(({ name }) => name)).toEqual([byHand("1-2")]);
  });

  it("leaves a release alone that walks back in its own execution", async () => {
    const { executions, calls } = await served(baking);
    executions.enter("release-v7", "RollBack");
    const before = calls.length;

    const { code, out } = await say("rollback", release);

    expect(code).toBe(0);
    expect(out).toBe(`${release} is being put back already, by execution release-v7, which is left alone\n`);
    expect(calls.slice(before).filter(({ operation }) => !/^(Get|Describe)/.test(operation))).toEqual([]);
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

test("what can neither be done nor seen is not claimed", async () => {
  const here = await served(baking);
  const down = new AwsError("InternalServerError", "later", { statusCode: 500 });
  here.fail("StopExecution", down, 9);
  const looks = here.calls.length;
  for (const nth of [11, 12, 13]) here.failNth(nth, down);

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
    await served(baking);
    await say("approve", release, "--by", "ann");

    const { code, err } = await say("approve", release, "--reject");

    expect(code).toBe(64);
    expect(err).toMatch(/stage 2: answered already, proceed by ann at .*; a first answer stands/);
  });

  it("freeze of what is no endpoint's name", async () => {
    await served(baking);

    const { code, err } = await say("freeze", "chat assistant", "--reason", "a test");

    expect(code).toBe(64);
    expect(err).toContain('ENDPOINT: expected the name of an endpoint, found "chat assistant"');
  });
});

test("a freeze says what it replaces, and lifting says what stood", async () => {
  await served(baking);
  await say("freeze", "--reason", "one", "--by", "ann");

  expect((await say("freeze", "--reason", "two", "--by", "bob")).out).toBe(
    "all endpoints: no new stage starts until it is lifted, in place of: one, by ann\n",
  );
  expect((await say("freeze", "--lift")).out).toBe(
    "all endpoints: the freeze is lifted (two, by bob); windows in plans stand\n",
  );
  expect((await say("freeze", "--lift")).out).toBe(
    "all endpoints: no freeze is declared; windows in plans stand\n",
  );
});
