/**
 * Leases of several releases on one thing: what is in force, step by step, with a death after any write or call, and
 * whoever comes after it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Asking,
  capacityBack,
  inForceWith,
  isInWork,
  leaseState,
  leaving,
  noLeases,
  raising,
  type SharedItem,
  settled,
  type TargetSeen,
  theirsOf,
} from "../../../src/core/release/shared-lease.ts";
import { holds } from "../../property.ts";

const start = Date.UTC(2026, 10, 23, 9);
const seven = { id: "v7", execution: "seven", fence: 1 };
const other = { id: "w3", execution: "three", fence: 1 };
const asBefore: TargetSeen = { min: 2, max: 10, capacity: 3, scalesIn: false };

const asking = (by: Asking["by"], seen: TargetSeen = asBefore, nowMs = start): Asking => ({
  by,
  seen,
  nowMs,
});
const raised = (item: SharedItem, asked: Asking, minimum: number): SharedItem =>
  settled(raising(item, asked, minimum), asked.by, false);

describe("a lease", () => {
  const one = raised(noLeases, asking(seven), 6);

  test("raises the minimum, and the maximum where that would be less", () => {
    expect(one).toMatchObject({ inForce: { min: 6, max: 10 }, before: { min: 2, max: 10, capacity: 3 } });
    expect(raised(noLeases, asking(seven), 12).inForce).toEqual({ min: 12, max: 12 });
  });

  test("is none until what it asks for is in force, and under way while it is made or given back", () => {
    expect(leaseState(noLeases, "v7", asBefore)).toBeNull();
    expect(leaseState(raising(noLeases, asking(seven), 6), "v7", asBefore)).toEqual({
      minimum: 0,
      underWay: true,
    });
    expect(leaseState(one, "v7", { min: 6, max: 10 })).toEqual({ minimum: 6 });
    const going = leaving(one, asking(seven, { ...asBefore, min: 6 }));
    expect(leaseState(going, "v7", { min: 2, max: 10 })).toEqual({ minimum: 6, underWay: true });
    expect(leaseState(settled(going, seven, true), "v7", { min: 2, max: 10 })).toBeNull();
  });

  test("of another stage replaces that of the one before", () => {
    expect(raised(one, asking(seven, { ...asBefore, min: 6 }), 8).inForce).toEqual({ min: 8, max: 10 });
  });

  test("of less than there was changes nothing", () => {
    expect(raised(noLeases, asking(seven), 1).inForce).toEqual({ min: 2, max: 10 });
  });

  test("is somebody else's to keep off while its worker may live, and not after", () => {
    const intended = raising(noLeases, asking(seven), 6);
    expect(isInWork(intended, other, start + 89_000)).toBe(true);
    expect(isInWork(intended, seven, start + 1000)).toBe(false);
    expect(isInWork(intended, other, start + 90_000)).toBe(false);
  });
});

describe("what somebody else has changed", () => {
  const one = raised(noLeases, asking(seven), 6);

  test("is told part by part, and stays when the lease goes", () => {
    const seen = { ...asBefore, min: 6, max: 20 };
    expect(theirsOf(one, seen)).toEqual(["max"]);
    expect(leaseState(one, "v7", seen)).toEqual({ minimum: 6, theirs: { max: 20 } });
    const going = leaving(one, asking(seven, seen));
    expect(going.intended).toEqual({ min: 2, max: 20 });
    expect(leaseState(going, "v7", { min: 2, max: 20 })).toEqual({ minimum: 6, theirs: { max: 20 } });
  });

  test("is nothing of a raise that died half-way, whichever of its parts were made", () => {
    const intended = raising(noLeases, asking(seven), 12);
    for (const min of [2, 12])
      for (const max of [10, 12]) expect(theirsOf(intended, { min, max })).toEqual([]);
    expect(theirsOf(intended, { min: 5, max: 10 })).toEqual(["min"]);
  });
});

describe("the capacity that a lease has made", () => {
  const one = raised(noLeases, asking(seven), 6);
  const going = (seen: TargetSeen) => leaving(one, asking(seven, seen));
  const after = { ...asBefore, min: 2, capacity: 6 };

  test("goes back to what there was, where no policy takes it away", () => {
    const item = going({ ...asBefore, min: 6, capacity: 6 });
    expect(capacityBack(item, asking(seven, after, start + 600_000))).toEqual({ do: "lower", to: 3 });
    expect(capacityBack(item, asking(seven, { ...after, scalesIn: true }, start)).do).toBe("done");
  });

  test("goes on from what a maximum that was put back has brought it down to", () => {
    const large = raised(noLeases, asking(seven), 23);
    const item = leaving(large, asking(seven, { min: 23, max: 23, capacity: 23, scalesIn: false }));
    const seen = { ...asBefore, capacity: 10 };
    expect(capacityBack(item, asking(seven, seen, start + 600_000))).toEqual({ do: "lower", to: 3 });
  });

  test("is what the last raise but one had made of it, where the last had got no further", () => {
    const died = raising(one, asking(seven, { ...asBefore, min: 6, capacity: 6 }), 8);
    const item = leaving(died, asking(seven, { ...asBefore, min: 6, capacity: 6 }));
    expect(capacityBack(item, asking(seven, after, start + 600_000))).toEqual({ do: "lower", to: 3 });
  });

  test("is left alone where somebody else has set another", () => {
    const item = going({ ...asBefore, min: 6, capacity: 8 });
    expect(capacityBack(item, asking(seven, { ...after, capacity: 8 }, start + 600_000)).do).toBe("done");
  });

  test("is left alone where somebody else had set as much before the lease came to it", () => {
    const one = raised(noLeases, asking(seven), 2);
    const doubled = { ...asBefore, capacity: 6 };
    const item = leaving(raised(one, asking(seven, doubled), 6), asking(seven, { ...doubled, min: 6 }));
    expect(capacityBack(item, asking(seven, { ...asBefore, capacity: 6 }, start + 600_000)).do).toBe("done");
  });

  test("is waited for where the raise was just now", () => {
    const item = going({ ...asBefore, min: 6 });
    expect(capacityBack(item, asking(seven, { ...after, capacity: 3 }, start + 5000)).do).toBe("wait");
    expect(capacityBack(item, asking(seven, { ...after, capacity: 3 }, start + 120_000)).do).toBe("done");
  });

  test("is waited for while its service is at a change", () => {
    const item = going({ ...asBefore, min: 6 });
    const changing = { ...after, capacity: 3, isChanging: true };
    expect(capacityBack(item, asking(seven, changing, start + 600_000)).do).toBe("wait");
  });

  test("stays as far as another leans on it", () => {
    const two = raised(one, asking(other, { ...asBefore, min: 6, capacity: 6 }), 5);
    const item = leaving(two, asking(seven, { ...asBefore, min: 6, capacity: 6 }));
    expect(item.intended).toEqual({ min: 5, max: 10 });
    expect(capacityBack(item, asking(seven, after, start + 600_000))).toEqual({ do: "lower", to: 5 });
  });

  test("that was there before is not ours to take away", () => {
    const large = { ...asBefore, capacity: 9 };
    const item = leaving(raised(noLeases, asking(seven, large), 6), asking(seven, { ...large, min: 6 }));
    expect(capacityBack(item, asking(seven, { ...large, capacity: 6 }, start + 600_000)).do).toBe("done");
  });
});

/** What a release does with its lease, and how far it comes with it: to its write, to its call, or to its end. */
interface Act {
  readonly who: typeof seven;
  /** Undefined: it is given back. */
  readonly minimum: number | undefined;
  readonly diesAfter: "write" | "part" | "call" | "never";
}
const act: fc.Arbitrary<Act> = fc.record({
  who: fc.constantFrom(seven, other),
  minimum: fc.option(fc.integer({ min: 1, max: 15 }), { nil: undefined }),
  diesAfter: fc.constantFrom<Act["diesAfter"][]>("write", "part", "call", "never"),
});

test("in force is the largest of live leases and what stood before; the last one out restores, whoever died between", () => {
  holds(
    fc.property(fc.array(act, { maxLength: 12 }), (acts) => {
      const target = { ...asBefore };
      let item: SharedItem = noLeases;
      const put = ({ intended }: SharedItem, how: Act["diesAfter"]) => {
        if (how === "write" || intended === undefined) return;
        target.min = intended.min;
        if (how !== "part") target.max = intended.max;
      };
      const does = ({ who, minimum, diesAfter }: Act): void => {
        expect(theirsOf(item, target)).toEqual([]);
        if (minimum === undefined && item.leases[who.id] === undefined) return;
        const asked = asking(who, { ...target });
        item = minimum === undefined ? leaving(item, asked) : raising(item, asked, minimum);
        put(item, diesAfter);
        if (diesAfter === "never") item = settled(item, who, minimum === undefined);
      };
      for (const each of acts) {
        does(each);
        if (item.intended === undefined && item.before !== undefined)
          expect(item.inForce).toEqual(inForceWith(item.before, item.leases));
        if (item.intended === undefined)
          expect({ min: target.min, max: target.max }).toEqual(item.inForce ?? { min: 2, max: 10 });
      }
      for (const who of [seven, other]) does({ who, minimum: undefined, diesAfter: "never" });
      expect(item).toMatchObject({ leases: {} });
      expect(item.before).toBeUndefined();
      expect({ min: target.min, max: target.max }).toEqual({ min: 2, max: 10 });
    }),
    { numRuns: 2000 },
  );
});
