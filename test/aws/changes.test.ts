/** Changes under the ledger: intent before effect, once, settled by what the world shows, undone unless it drifted. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { make, openUndos, undo } from "../../src/aws/changes.ts";
import { takeOverLock } from "../../src/aws/locks.ts";
import { nextTry } from "../../src/aws/next-try.ts";
import { readResource } from "../../src/aws/resources/registry.ts";
import { setInstances, setWeights } from "../../src/aws/serving/sagemaker/endpoints.ts";
import { readModel } from "../../src/aws/serving/sagemaker/models.ts";
import { Scaling } from "../../src/core/capacity/scaling.ts";
import type { Intent } from "../../src/core/release/change.ts";
import type { JsonValue } from "../../src/core/release/json-value.ts";
import { countOf, scalingOf } from "../../src/core/release/resources.ts";
import { type Account, openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding, ledgerOf, subject } from "./releases.ts";

const scaling = scalingOf("chat-assistant", "v6");
const weights = { kind: "weights", name: "chat-assistant" } as const;
const model = { kind: "model", name: "copy" } as const;

const withMinimum = (min: number) => (now: JsonValue) => ({ ...Scaling.parse(now), min }) as JsonValue;
const raised: Intent = { id: "raise-minimum", resource: scaling, to: withMinimum(9) };

/** Someone else sets the minimum. */
function meddle({ world }: Account, min: number): void {
  for (const target of world.state.scalableTargets.values()) target.minCapacity = min;
}

async function opened(account: Account = openAccount()) {
  const release = await holding(account);
  const ledger = await ledgerOf(account, release);
  const look = (resource: Intent["resource"]) => readResource(account.aws, resource);
  return { account, release, ledger, tools: account.tools, look };
}

/** Another execution takes the release's lock over. */
async function takenOver({
  account,
  release,
}: Pick<Awaited<ReturnType<typeof opened>>, "account" | "release">) {
  const { id: releaseId, openedAt: since } = release;
  const claim = { subject, releaseId, execution: executionArn("compensate"), since };
  await takeOverLock(account.aws, claim, release.execution);
}

/** The state of each change, by id, as the table has it. */
async function recorded({
  account,
  release,
}: Pick<Awaited<ReturnType<typeof opened>>, "account" | "release">) {
  const { changes } = await ledgerOf(account, release);
  return Object.fromEntries(changes.map(({ id, state }) => [id, state]));
}

/** Retries back off by a random part of their delay; none of it keeps the tests short. */
beforeEach(() => void vi.spyOn(Math, "random").mockReturnValue(0));
afterEach(() => void vi.restoreAllMocks());

describe("making a change", () => {
  test("records the state before it and after it, makes it, and records that it is made", async () => {
    const { account, ledger, tools, look } = await opened();
    const before = await look(scaling);

    const change = await make(tools, ledger, raised);

    expect(change).toMatchObject({ state: "applied", before, after: { min: 9 } });
    expect(await look(scaling)).toEqual(change.after);
    const order = account.calls.map(({ operation }) => operation);
    expect(order.lastIndexOf("UpdateItem")).toBeGreaterThan(order.indexOf("RegisterScalableTarget"));
    expect(order.slice(0, order.indexOf("RegisterScalableTarget"))).toContain("UpdateItem");
  });

  test("again does nothing: neither read nor call", async () => {
    const { account, ledger, tools } = await opened();
    await make(tools, ledger, raised);
    const calls = account.calls.length;

    await make(tools, ledger, raised);

    expect(account.calls.length).toBe(calls);
  });

  test("that is there already is recorded, and AWS is not asked for it", async () => {
    const { account, ledger, tools, look } = await opened();

    const change = await make(tools, ledger, { ...raised, to: await look(scaling) });

    expect(change.state).toBe("applied");
    expect(account.writes()).toEqual([]);
  });

  test("whose answer was lost is found made", async () => {
    const opening = await opened();
    const { account, ledger, tools, look } = opening;
    account.lose("RegisterScalableTarget");

    await make(tools, ledger, raised);

    expect(await recorded(opening)).toEqual({ "raise-minimum": "applied" });
    expect(await look(scaling)).toMatchObject({ min: 9 });
  });

  test("that AWS refuses stays an intent, and the refusal is what the step fails with", async () => {
    const opening = await opened();
    const { account, ledger, tools, look } = opening;
    account.fail("RegisterScalableTarget", new AwsError("AccessDeniedException", "no", { statusCode: 403 }));

    await expect(make(tools, ledger, raised)).rejects.toMatchObject({ name: "AccessDeniedException" });

    expect(await recorded(opening)).toEqual({ "raise-minimum": "intended" });
    expect(await look(scaling)).toMatchObject({ min: 8 });
  });

  test("that was interrupted between intent and call is finished from the intent, not from the world", async () => {
    const opening = await opened();
    const { account, release, tools, look } = opening;
    account.fail("RegisterScalableTarget", new AwsError("InternalFailure", "no", { statusCode: 500 }));
    await make(tools, await ledgerOf(account, release), raised).catch(() => {});

    const again = await make(tools, await ledgerOf(account, release), raised);

    expect(again.before).toMatchObject({ min: 8 });
    expect(await look(scaling)).toMatchObject({ min: 9 });
    expect(await recorded(opening)).toEqual({ "raise-minimum": "applied" });
  });

  test("stops where someone else laid hands on the resource meanwhile", async () => {
    const { account, release, tools, look } = await opened();
    account.fail("RegisterScalableTarget", new AwsError("InternalFailure", "no", { statusCode: 500 }));
    await make(tools, await ledgerOf(account, release), raised).catch(() => {});
    meddle(account, 3);

    await expect(make(tools, await ledgerOf(account, release), raised)).rejects.toMatchObject({
      name: "Drifted",
    });

    expect(await look(scaling)).toMatchObject({ min: 3 });
  });

  test("of what this release had changed stops where it is no longer as it was left", async () => {
    const { account, ledger, tools } = await opened();
    await make(tools, ledger, raised);
    meddle(account, 3);

    const more = make(tools, ledger, { id: "more", resource: scaling, to: withMinimum(10) });

    await expect(more).rejects.toMatchObject({ name: "Drifted" });
    expect(ledger.find("more")).toBeUndefined();
  });

  test("of a count goes on whatever auto scaling has made of it", async () => {
    const { account, ledger, tools, look } = await opened();
    const count = countOf("chat-assistant", "v6");
    await make(tools, ledger, { id: "refill-1", resource: count, to: 9 });
    account.settle();
    await setInstances(account.aws, "chat-assistant", { name: "v6", instances: 10 });
    account.settle();

    await make(tools, ledger, { id: "refill-2", resource: count, to: 12 });

    expect(await look(count)).toBe(12);
  });

  test("that was intended before reaches AWS no more once another has taken the lock over", async () => {
    const { account, release, tools } = await opened();
    account.fail("RegisterScalableTarget", new AwsError("InternalFailure", "no", { statusCode: 500 }));
    await make(tools, await ledgerOf(account, release), raised).catch(() => {});
    const ledger = await ledgerOf(account, release);
    await takenOver({ account, release });
    const writes = account.writes();

    await expect(make(tools, ledger, raised)).rejects.toMatchObject({ name: "LockLost" });

    expect(account.writes()).toEqual(writes);
  });

  test("reaches AWS no more once another has taken the lock over", async () => {
    const { account, release, ledger, tools } = await opened();
    await takenOver({ account, release });

    await expect(make(tools, ledger, raised)).rejects.toMatchObject({ name: "LockLost" });

    expect(account.writes()).toEqual([]);
  });
});

describe("undoing", () => {
  test("puts a resource changed several times back to what it was before the first", async () => {
    const opening = await opened();
    const { ledger, tools, look } = opening;
    const before = await look(scaling);
    await make(tools, ledger, raised);
    await make(tools, ledger, { id: "more", resource: scaling, to: withMinimum(10) });

    for (const one of openUndos(ledger, ({ kind }) => kind === "scaling"))
      expect(await undo(tools, ledger, one)).toBe("undone");

    expect(await look(scaling)).toEqual(before);
    expect(await recorded(opening)).toEqual({ "raise-minimum": "undone", more: "undone" });
    expect(openUndos(ledger, ({ kind }) => kind === "scaling")).toEqual([]);
  });

  test("deletes what the release had made", async () => {
    const { account, ledger, tools, look } = await opened();
    await make(tools, ledger, {
      id: "model",
      resource: model,
      to: await readModel(account.aws, "chat-assistant-v6"),
    });

    for (const one of openUndos(ledger, ({ kind }) => kind === "model")) await undo(tools, ledger, one);

    expect(await look(model)).toBeNull();
  });

  test("finds done what is there again already, and asks AWS for nothing", async () => {
    const { account, ledger, tools } = await opened();
    await make(tools, ledger, raised);
    meddle(account, 8);
    const writes = account.writes().length;

    for (const one of openUndos(ledger, ({ kind }) => kind === "scaling"))
      expect(await undo(tools, ledger, one)).toBe("undone");

    expect(account.writes()).toHaveLength(writes);
  });

  test("leaves alone what someone else has changed since, and says so", async () => {
    const opening = await opened();
    const { account, ledger, tools, look } = opening;
    await make(tools, ledger, { id: "shift-0", resource: weights, to: { v6: 50 } });
    account.settle();
    await setWeights(account.aws, "chat-assistant", { v6: 70 });

    for (const one of openUndos(ledger, ({ kind }) => kind === "weights"))
      expect(await undo(tools, ledger, one)).toBe("drifted");

    expect(await look(weights)).toEqual({ v6: 70 });
    expect(await recorded(opening)).toEqual({ "shift-0": "drifted" });
  });

  test("reaches AWS no more once another has taken the lock over", async () => {
    const { account, release, ledger, tools, look } = await opened();
    await make(tools, ledger, raised);
    await takenOver({ account, release });
    const writes = account.writes();

    for (const one of openUndos(ledger, ({ kind }) => kind === "scaling"))
      await expect(undo(tools, ledger, one)).rejects.toMatchObject({ name: "LockLost" });

    expect(account.writes()).toEqual(writes);
    expect(await look(scaling)).toMatchObject({ min: 9 });
  });

  test("whose answer was lost is found done", async () => {
    const opening = await opened();
    const { account, ledger, tools } = opening;
    await make(tools, ledger, raised);
    account.lose("RegisterScalableTarget");

    for (const one of openUndos(ledger, ({ kind }) => kind === "scaling"))
      expect(await undo(tools, ledger, one)).toBe("undone");

    expect(await recorded(opening)).toEqual({ "raise-minimum": "undone" });
  });

  test("that AWS refuses stays open, to be tried again", async () => {
    const opening = await opened();
    const { account, ledger, tools } = opening;
    await make(tools, ledger, raised);
    account.fail("RegisterScalableTarget", new AwsError("InternalFailure", "no", { statusCode: 500 }));

    const [one] = openUndos(ledger, ({ kind }) => kind === "scaling");
    if (one === undefined) throw new Error("expected an undo");
    await expect(undo(tools, ledger, one)).rejects.toMatchObject({ name: "InternalFailure" });

    expect(await recorded(opening)).toEqual({ "raise-minimum": "applied" });
  });
});

describe("what is refused for good", () => {
  const denied = new AwsError("AccessDeniedException", "not authorized", { statusCode: 403 });
  const by = "AwsRefused: AccessDeniedException: not authorized";

  async function made() {
    const there = await opened();
    await make(there.tools, there.ledger, raised);
    const [one] = openUndos(there.ledger, ({ kind }) => kind === "scaling");
    if (one === undefined) throw new Error("expected a change to undo");
    return { ...there, one, noted: () => there.ledger.find(raised.id)?.refusal };
  }

  test("is noted at the change, with how things are and should be, since the first time", async () => {
    const { account, tools, ledger, one, noted, look } = await made();
    account.fail("RegisterScalableTarget", denied, 9);
    const since = new Date(account.now()).toISOString();

    await expect(undo(tools, ledger, one)).rejects.toMatchObject({ name: "AccessDeniedException" });
    account.wait(10);
    await expect(undo(tools, ledger, one)).rejects.toMatchObject({ name: "AccessDeniedException" });

    expect(noted()).toEqual({ by, since, is: await look(scaling), should: one.restore });
    const writes = account.calls.filter(({ operation }) => operation === "UpdateItem").length;
    await expect(undo(tools, ledger, one)).rejects.toThrow();
    // The write that confirms the lock, and no further one: the same refusal is noted already.
    expect(account.calls.filter(({ operation }) => operation === "UpdateItem")).toHaveLength(writes + 1);
  });

  test("is noted where it may not even be looked at, and forgotten once it is done", async () => {
    const { account, tools, ledger, one, noted } = await made();
    account.fail("DescribeScalableTargets", denied, 1);

    await expect(undo(tools, ledger, one)).rejects.toThrow();
    expect(noted()).toMatchObject({ by, is: one.ours[0], should: one.restore });

    expect(await undo(tools, ledger, one)).toBe("undone");
    expect(noted()).toBeUndefined();
  });

  test("is not noted where it may pass", async () => {
    const { account, tools, ledger, one, noted } = await made();
    account.fail("RegisterScalableTarget", new AwsError("InternalFailure", "no", { statusCode: 500 }), 3);

    await expect(undo(tools, ledger, one)).rejects.toThrow();

    expect(noted()).toBeUndefined();
  });
});

test("tries at moving the endpoint are numbered on, and only the newest ten are kept", async () => {
  const { ledger } = await opened();
  const resource = { kind: "routing", name: "chat-assistant" } as const;
  const at = "2026-11-23T09:00:00.000Z";
  for (let nth = 1; nth <= 14; nth++) {
    expect(await nextTry(ledger, "leave")).toBe(`leave-${nth}`);
    await ledger.intend({ id: `leave-${nth}`, resource, before: "join", after: "stable", at });
    expect(await nextTry(ledger, "leave")).toBe(`leave-${nth}`);
    await ledger.settle([`leave-${nth}`], "applied");
  }

  expect(await nextTry(ledger, "leave")).toBe("leave-15");

  const kept = ledger.changes.map(({ id, state }) => `${id} ${state}`);
  expect(kept).toEqual(Array.from({ length: 10 }, (_, i) => `leave-${i + 5} undone`));
});
