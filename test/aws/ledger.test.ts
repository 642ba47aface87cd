/** The ledger: written only by the release that holds the lock, under the fence with which it took it. */
import { describe, expect, test } from "vitest";
import { restoreLedger } from "../../src/aws/held-lock.ts";
import { Ledger } from "../../src/aws/ledger.ts";
import { freeLock, giveOrder, takeLock, takeOverLock } from "../../src/aws/locks.ts";
import type { Change } from "../../src/core/release/change.ts";
import { openAccount } from "./account.ts";
import { executionArn } from "./executions.ts";
import { holding, releaseOf, subject } from "./releases.ts";

const at = "2026-11-23T09:00:00.000Z";
const intent = (id: string): Omit<Change, "seq" | "state"> => ({
  id,
  at,
  resource: { kind: "weights", name: "chat-assistant" },
  before: { v6: 1 },
  after: { v6: 50 },
});
const claim = (name: string) => ({ subject, releaseId: name, execution: executionArn(name), since: at });

describe("the ledger", () => {
  test("numbers intents in the order in which they are recorded, and reads them oldest first", async () => {
    const account = openAccount();
    const ledger = await Ledger.open(account.aws, await holding(account));

    for (const id of ["b", "a", "c"]) await ledger.intend(intent(id));

    const again = await Ledger.open(account.aws, await holding(account));
    expect(again.changes.map(({ id, seq, state }) => [id, seq, state])).toEqual([
      ["b", 1, "intended"],
      ["a", 2, "intended"],
      ["c", 3, "intended"],
    ]);
  });

  test("keeps since when a change has been refused, by whomever it is refused later", async () => {
    const account = openAccount();
    const ledger = await Ledger.open(account.aws, await holding(account));
    await ledger.intend(intent("a"));
    const refused = (by: string, since: string) =>
      ledger.refuse("a", { by, is: { v6: 1 }, should: { v6: 2 }, since });
    await refused("denied", "2026-11-23T09:01:00.000Z");
    await refused("denied", "2026-11-23T09:02:00.000Z");
    await refused("no capacity", "2026-11-23T09:03:00.000Z");

    const again = await Ledger.open(account.aws, await holding(account));

    expect(again.find("a")?.refusal).toMatchObject({ by: "no capacity", since: "2026-11-23T09:01:00.000Z" });
  });

  test("forgets what refused a change once it is settled, and that of no other", async () => {
    const account = openAccount();
    const ledger = await Ledger.open(account.aws, await holding(account));
    for (const id of ["a", "b", "c"]) await ledger.intend(intent(id));
    for (const id of ["a", "b"])
      await ledger.refuse(id, { by: "denied", is: { v6: 1 }, should: { v6: 2 }, since: at });

    await ledger.settle(["a", "c"], "undone");

    const again = await Ledger.open(account.aws, await holding(account));
    expect(again.find("a")?.refusal).toBeUndefined();
    expect(again.find("b")?.refusal).toMatchObject({ by: "denied" });
  });

  test("settles several changes at once, and leaves the others", async () => {
    const account = openAccount();
    const ledger = await Ledger.open(account.aws, await holding(account));
    for (const id of ["a", "b", "c"]) await ledger.intend(intent(id));

    await ledger.settle(["a", "c"], "applied");
    await ledger.settle([], "undone");

    expect(ledger.changes.map(({ state }) => state)).toEqual(["applied", "intended", "applied"]);
  });

  test("keeps that the candidate is promoted", async () => {
    const account = openAccount();
    const release = await holding(account);
    const ledger = await Ledger.open(account.aws, release);
    expect(ledger.promoted).toBe(false);

    await ledger.promote();

    expect((await Ledger.open(account.aws, release)).promoted).toBe(true);
  });

  test("takes back the changes of a release that had closed", async () => {
    const account = openAccount();
    const release = await holding(account);
    const change: Change = { ...intent("a"), seq: 1, state: "applied" };

    await restoreLedger(account.aws, release, [change]);

    expect((await Ledger.open(account.aws, release)).changes).toEqual([change]);
  });
});

describe("without the lock", () => {
  test("nothing can be read as one's own: not when it is free, and not when another holds it", async () => {
    const account = openAccount();
    await expect(Ledger.open(account.aws, releaseOf(7))).rejects.toMatchObject({
      name: "LockLost",
      message: "chat-assistant-v7-production no longer holds the lock of endpoint/chat-assistant",
    });

    await holding(account, 8);

    await expect(Ledger.open(account.aws, releaseOf(7))).rejects.toMatchObject({ name: "LockLost" });
  });

  const writes: [string, (ledger: Ledger) => Promise<unknown>][] = [
    ["intend", (ledger) => ledger.intend(intent("late"))],
    ["settle", (ledger) => ledger.settle(["a"], "applied")],
    ["begin", (ledger) => ledger.begin("a", { at })],
    ["promote", (ledger) => ledger.promote()],
  ];

  test.each(writes)("a ledger opened before the lock was lost cannot %s", async (_, write) => {
    const account = openAccount();
    const release = await holding(account);
    const ledger = await Ledger.open(account.aws, release);
    await ledger.intend(intent("a"));
    await takeOverLock(account.aws, claim("compensate-1"), release.execution);

    await expect(write(ledger)).rejects.toMatchObject({ name: "LockLost" });
  });

  test.each(writes)("nor can it %s after its own execution took the lock anew", async (_, write) => {
    const account = openAccount();
    const release = await holding(account);
    const ledger = await Ledger.open(account.aws, release);
    await ledger.intend(intent("a"));
    await freeLock(account.aws, release);
    await takeLock(account.aws, { ...claim("release-v7"), releaseId: release.id });

    await expect(write(ledger)).rejects.toMatchObject({ name: "LockLost" });
  });
});

describe("a release that was ordered to walk back", () => {
  const order = (kind: "supersede" | "stop" | "roll-back") => ({ kind, by: "ann", at });

  test.each([
    ["supersede", "Superseded", "chat-assistant-v7-production is superseded by ann"],
    ["stop", "Stopped", "chat-assistant-v7-production was told to stop by ann"],
    ["roll-back", "Stopped", "chat-assistant-v7-production was told to roll-back by ann"],
  ] as const)("by %s goes no step forward", async (kind, name, message) => {
    const account = openAccount();
    const release = await holding(account);
    await giveOrder(account.aws, subject, {
      to: { ...claim("release-v7"), releaseId: release.id },
      order: order(kind),
    });

    await expect(Ledger.forward(account.aws, release)).rejects.toMatchObject({ name, message });
    expect((await Ledger.open(account.aws, release)).order).toEqual(order(kind));
  });

  test("goes on once it is promoted: the way out is forward", async () => {
    const account = openAccount();
    const release = await holding(account);
    await (await Ledger.open(account.aws, release)).promote();
    await giveOrder(account.aws, subject, {
      to: { ...claim("release-v7"), releaseId: release.id },
      order: order("stop"),
    });

    expect((await Ledger.forward(account.aws, release)).promoted).toBe(true);
  });
});
