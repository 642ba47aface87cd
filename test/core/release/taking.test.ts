/** Whose turn it is at a lock: one holder at a time, those who wait in the order in which they came, and nobody for ever. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { LockItem } from "../../../src/core/release/lock.ts";
import { aheadOf, nextTaking } from "../../../src/core/release/taking.ts";
import { holds } from "../../property.ts";

const one = (execution: string) => ({
  releaseId: execution,
  execution,
  since: "2026-11-23T08:00:00.000Z",
});
const crowd = ["a", "b", "c", "d"];

/** A lock as the table keeps it, asked for by some, of whom some die. */
class Lock {
  item: LockItem = { fence: 0 };
  readonly dead = new Set<string>();

  /** Asks until it is told to wait, or has the lock. */
  ask(execution: string): "have" | "wait" {
    for (let calls = 0; calls < 20; calls += 1) {
      const ahead = aheadOf(this.item, execution);
      const aheadIsLeft = ahead !== undefined && this.dead.has(ahead.execution);
      const next = nextTaking({ lock: this.item, execution, aheadIsLeft, now: one(execution).since });
      if (next.do === "have") return "have";
      if (next.do === "wait") return this.enqueue(execution);
      if (next.do === "take") this.take(execution, next.from);
      else if (next.do === "pass-over") this.pass(next.first.execution);
      else throw new Error("expected a lock at which no minimum is set");
    }
    throw new Error(`${execution} asks for ever`);
  }

  private enqueue(execution: string): "wait" {
    const { queue = [] } = this.item;
    if (!queue.some((waiting) => waiting.execution === execution))
      this.item = { ...this.item, queue: [...queue, one(execution)] };
    return "wait";
  }

  private pass(execution: string): void {
    expect(this.dead).toContain(execution);
    const queue = (this.item.queue ?? []).filter((waiting) => waiting.execution !== execution);
    this.item = { ...this.item, queue };
  }

  /** As the table's condition has it: it is free, and nobody waits, or the taker waits first. */
  private take(execution: string, from: "nobody" | "queue"): void {
    const { holder, queue = [], fence } = this.item;
    expect(holder).toBeUndefined();
    expect(queue[0]?.execution).toBe(from === "nobody" ? undefined : execution);
    this.item = { fence: fence + 1, holder: one(execution), queue: queue.slice(1) };
  }

  free(execution: string): void {
    const { holder, ...rest } = this.item;
    if (holder?.execution === execution) this.item = rest;
  }
}

const acts = fc.array(
  fc.record({ who: fc.constantFrom(...crowd), act: fc.constantFrom("ask", "ask", "free", "die") }),
  { maxLength: 60 },
);

/** Those who live and wait before an execution. */
function aliveBefore({ item, dead }: Lock, execution: string): string[] {
  const waiting = (item.queue ?? []).map((each) => each.execution);
  const place = waiting.indexOf(execution);
  return waiting.slice(0, place < 0 ? waiting.length : place).filter((each) => !dead.has(each));
}

function askInTurn(lock: Lock, execution: string): void {
  const before = aliveBefore(lock, execution);
  const wasFree = lock.item.holder === undefined;
  if (lock.ask(execution) === "have" && wasFree) expect(before).toEqual([]);
}

test("a lock is had by one at a time, in the order of the queue, and those who died are passed over", () => {
  holds(
    fc.property(acts, (all) => {
      const lock = new Lock();
      for (const { who, act } of all) {
        if (act === "die") lock.dead.add(who);
        else if (act === "free") lock.free(who);
        else if (!lock.dead.has(who)) askInTurn(lock, who);
      }
      // Once the holder gives it back, whoever is alive and waits gets it: nobody waits for one that is dead.
      lock.free(lock.item.holder?.execution ?? "");
      const first = (lock.item.queue ?? []).find(({ execution }) => !lock.dead.has(execution));
      if (first !== undefined) expect(lock.ask(first.execution)).toBe("have");
    }),
  );
});

test("who has the lock has it, however often it asks, and takes it no second time", () => {
  const lock = new Lock();
  lock.ask("a");
  lock.ask("a");

  expect(lock.item).toMatchObject({ fence: 1, holder: { execution: "a" } });
});

test("a lock at which a minimum is set is taken by nobody until that moment has passed, and by no queue's order before", () => {
  const adjusting = "2026-11-23T08:00:45.000Z";
  const asked = (lock: Partial<LockItem>, now: string) =>
    nextTaking({ lock: { fence: 1, ...lock }, execution: "a", aheadIsLeft: false, now }).do;

  expect(asked({ adjusting }, one("a").since)).toBe("wait-out");
  expect(asked({ adjusting, queue: [one("a")] }, adjusting)).toBe("wait-out");
  expect(asked({ adjusting }, "2026-11-23T08:00:45.001Z")).toBe("take");
  expect(asked({ adjusting, queue: [one("b")] }, one("a").since)).toBe("wait");
  expect(asked({ adjusting, holder: one("b") }, one("a").since)).toBe("wait");
});
