/** A release that is asked for again and again, by processes that are killed at any of their calls: it is started once. */
import { expect, test } from "vitest";
import { streams } from "#twin/world";
import { openRelease } from "../../functions/open-release.ts";
import { type Emission, emit, sightOf } from "../../src/aws/emissions.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { freeLock } from "../../src/aws/locks.ts";
import { applyPlan } from "../../src/aws/plans.ts";
import { attemptsAt, closeRecord } from "../../src/aws/releases.ts";
import type { Closing } from "../../src/core/release/closing.ts";
import { plan } from "../core/example.ts";
import { runsOf } from "../part.ts";
import { type Account, openAccount } from "./account.ts";
import { dying, type Kill, Killed } from "./dying.ts";
import { subject } from "./releases.ts";

const release = "chat-assistant-v7-production";
const asked: Emission = {
  model: "chat-assistant",
  version: 7,
  milestone: "production",
  asks: { again: false, key: "run 1" },
  claimed: { run: "run 1" },
};

async function account(): Promise<Account> {
  const opened = openAccount();
  await applyPlan(opened.aws, plan, new Date(opened.now()).toISOString());
  return opened;
}

/** Asks as a process that may be killed; gives how it came to the release, and how many calls that took. */
async function ask({ wire, now }: Account, emission: Emission, kill?: Kill) {
  const { aws, calls } = dying(wire, kill);
  const found = await emit(aws, emission, { nowMs: now, mayStart: () => undefined }).catch((error: Error) => {
    if (error.name !== "Killed") throw error;
    return undefined;
  });
  return { found, calls: calls() };
}

/** What the machine does next, for each execution that runs: it opens its release, or ends for want of one. */
async function machine({ executions, tools, now }: Account): Promise<void> {
  const startedAt = new Date(now()).toISOString();
  for (const { name, executionArn, input } of executions.list("RUNNING").toReversed()) {
    const opening = await openRelease(
      { execution: executionArn, startedAt, input: JSON.parse(input) },
      tools,
    );
    if (opening.route === "ignored") executions.end(name, "SUCCEEDED", { output: JSON.stringify(opening) });
  }
}

async function closes({ aws, executions, now }: Account, releaseId: string): Promise<void> {
  const closing: Closing = { outcome: "rolled-back", reason: "so", releaseId, drifted: [] };
  await closeRecord(aws, { releaseId, closing, closedAt: new Date(now()).toISOString(), changes: [] });
  const { holder } = await readLock(aws, subject);
  if (holder !== undefined) await freeLock(aws, { subject, execution: holder.execution });
  for (const { name } of executions.list("RUNNING")) executions.end(name, "FAILED");
}

const names = ({ executions }: Account) => executions.started().map(({ name }) => name.slice(0, -9));

test("killed at each of its calls, before it takes effect or after, and asked again: one execution, one release", async () => {
  const { calls } = await ask(await account(), asked);
  const kills = Array.from({ length: calls }, (_, nth) => nth + 1).flatMap((at) =>
    [false, true].map((takesEffect) => ({ at, takesEffect })),
  );

  expect(calls).toBe(3);
  for (const kill of kills) {
    const here = await account();
    const { found: killed } = await ask(here, asked, kill);
    const { found } = await ask(here, asked);
    await machine(here);

    expect(killed).toBeUndefined();
    // It has been started where the last call, which starts it, has taken effect.
    const how = kill.at === calls && kill.takesEffect ? "attached" : "started";
    expect({ kill, how: found?.how }).toEqual({ kill, how });
    expect(names(here)).toEqual([`emit-slipway-dev-${release}-1`]);
    expect(await attemptsAt(here.aws, release)).toHaveLength(1);
  }
});

/** Processes that ask two at a time, each killed somewhere, with the machine at work in between. */
async function bustle(here: Account, emission: Emission, random: () => number): Promise<void> {
  const kill = (): Kill => ({ at: 1 + Math.floor(random() * 6), takesEffect: random() < 0.5 });
  for (let round = 0; round < 4; round += 1) {
    if (random() < 0.2) here.lose("StartExecution", 1);
    await Promise.all([ask(here, emission, kill()), ask(here, emission, kill())]);
    if (random() < 0.5) await machine(here);
  }
  here.mend();
}

const idsOf = async ({ aws }: Account) => (await attemptsAt(aws, release)).map(({ release: { id } }) => id);

test("whatever is killed, lost and at work at once, each try has one release and one only", async () => {
  const first = asked;
  const second: Emission = { ...asked, asks: { again: true, key: "run 2" } };
  for (let seed = 1; seed <= runsOf(40); seed += 1) {
    const chance = streams(seed)("kills", 0);
    const here = await account();
    const once = async (emission: Emission) => {
      await bustle(here, emission, () => chance.uniform());
      await ask(here, emission);
      await machine(here);
      return idsOf(here);
    };

    expect({ seed, ids: await once(first) }).toEqual({ seed, ids: [release] });
    await closes(here, release);
    expect({ seed, ids: await once(second) }).toEqual({ seed, ids: [`${release}-r2`, release] });
    await closes(here, `${release}-r2`);

    // Both are over: asked again, each has its own end, and nothing is started.
    const before = names(here);
    expect((await ask(here, first)).found).toMatchObject({
      record: { status: "closed", release: { attempt: 1 } },
    });
    expect((await ask(here, second)).found).toMatchObject({
      record: { status: "closed", release: { attempt: 2 } },
    });
    expect(names(here)).toEqual(before);
  }
});

test("an execution that ended without a release is followed by one more; one that runs is waited for", async () => {
  const here = await account();
  await ask(here, asked);
  here.executions.end(here.executions.started()[0]?.name ?? "", "FAILED", {
    error: "BadInput",
    cause: "not approved",
  });
  const seen = await sightOf(here.aws, asked, {
    execution: here.executions.list()[0]?.executionArn,
    nowMs: here.now(),
  });
  const { found } = await ask(here, asked);

  expect(seen).toEqual({ is: "not-opened", end: { outcome: "bad-input", reason: "not approved" } });
  expect(found?.how).toBe("started");
  expect(names(here)).toEqual([1, 2].map((nth) => `emit-slipway-dev-${release}-${nth}`));
});

test("a release that an approval has opened is attached to", async () => {
  const here = await account();
  here.executions.begin("by-the-rule", { model: "chat-assistant", version: 7 });
  await machine(here);

  const { found } = await ask(here, asked);

  expect(found).toMatchObject({ how: "found", record: { status: "open", release: { id: release } } });
  expect(names(here)).toHaveLength(1);
});

test("a kill is one: no call is made after it", async () => {
  const here = await account();
  const before = here.calls.length;
  const { aws } = dying(here.wire, { at: 2, takesEffect: false });
  const look = () => attemptsAt(aws, release);

  await look();
  await expect(look()).rejects.toThrow(Killed);
  await expect(look()).rejects.toThrow(Killed);

  expect(here.calls).toHaveLength(before + 1);
});
