/**
 * Two releases of one stack that lean on the same service and table at the same time, ending in either order, one of them
 * crashed: each has what its shares need for as long as it needs it, and the last one out leaves all as it was. With what
 * keeps them apart made wrong, a rehearsal is red.
 */

import { afterEach, describe, expect, it, vi } from "vitest";
import type { RunRecord } from "../../src/rehearsal/release/run-record.ts";
import { leaning, leaningToo } from "../core/example.ts";
import { partOf } from "../part.ts";

type SharedModule = typeof import("../../src/core/release/shared-lease.ts");
const sharedLease = "../../src/core/release/shared-lease.ts";

afterEach(() => {
  vi.doUnmock(sharedLease);
  vi.resetModules();
});

interface Together {
  readonly world?: string;
  /** Which of the two begins first. */
  readonly first?: "leaning" | "leaning too";
  /** How long after it the other begins. */
  readonly afterMinutes: number;
  readonly seed?: number;
  readonly stopAfterSeconds?: readonly number[];
  readonly faults?: readonly string[];
}

async function together({ first = "leaning", afterMinutes, ...how }: Together) {
  vi.resetModules();
  const { rehearsing } = await import("./explore/rehearsing.ts");
  const [plan, other] = first === "leaning" ? [leaning, leaningToo] : [leaningToo, leaning];
  const event = { model: other.model, version: 7 };
  return rehearsing({
    ...how,
    plan,
    event: { model: plan.model, version: 7 },
    beside: [{ plan: other, event, afterSeconds: 60 * afterMinutes, name: "beside" }],
  });
}

/** Both, as outcomes in the order of their executions, and which was over first. */
function ends({ executions, beside = [] }: RunRecord) {
  const others = beside.flatMap((one) => one.executions);
  const over = (all: typeof executions) => all.at(-1)?.stopSeconds ?? Number.POSITIVE_INFINITY;
  const words = (all: typeof executions) => all.map(({ outcome }) => outcome).join(", ");
  return {
    own: words(executions),
    other: words(others),
    firstOut: over(executions) < over(others) ? "own" : "other",
  };
}

/** The bounds of all that is leant on. */
const leantOn = ({ scalableTargets }: RunRecord["before"]) =>
  Object.entries(scalableTargets).filter(([id]) => !id.startsWith("endpoint/"));

describe("two releases that lean on the same things", () => {
  it.each(
    partOf(
      [
        ["the first out first", { afterMinutes: 5 }, "own", "promoted", "promoted"],
        ["the first out last", { first: "leaning too", afterMinutes: 1 }, "other", "promoted", "promoted"],
        [
          "both on their way back",
          { world: "bad-errors", afterMinutes: 3 },
          "own",
          "rolled-back",
          "rolled-back",
        ],
      ] as const,
      2,
    ),
  )("%s: each has what it needs, and all is as before", async (_, how, firstOut, own, other) => {
    const { record, violations } = await together(how);

    expect(violations).toEqual([]);
    expect(ends(record)).toEqual({ own, other, firstOut });
    expect(leantOn(record.after)).toEqual(leantOn(record.before));
  });

  it.each(
    partOf([
      ["the first crashes before the other begins", { afterMinutes: 12, stopAfterSeconds: [600] }],
      ["the first crashes while both lean on it", { afterMinutes: 5, stopAfterSeconds: [1500] }],
      ["the one that came last crashes", { first: "leaning too", afterMinutes: 1, stopAfterSeconds: [1500] }],
    ] as const),
  )("%s, and the sweep gives back its lease alone", async (_, how) => {
    const { record, violations } = await together(how);

    expect(violations).toEqual([]);
    expect(ends(record)).toMatchObject({ own: "aborted, rolled-back", other: "promoted" });
    expect(leantOn(record.after)).toEqual(leantOn(record.before));
  });
});

/** Who comes second asks for less of the table. */
const secondIsLess: Together = { first: "leaning too", afterMinutes: 1 };

describe("how a thing stood is not what a change of it still shows", () => {
  it.each(
    partOf([
      [
        "the first out brings a table back as the other begins",
        "denied-to-it=call:PrewarmInference/sagemaker.UpdateEndpoint#47@1",
      ],
      ["somebody halves a table before both", "somebody-halves-what-it-leans-on=entry:PrewarmInference@1"],
      [
        "somebody halves all before its raise is seen",
        "somebody-halves-what-it-leans-on=entry:WaitForCapacity@2",
      ],
    ]),
  )("%s", async (_, fault) => {
    const { record, violations } = await together({ ...secondIsLess, seed: 7, faults: [fault] });

    expect(record.faults).toEqual([fault]);
    expect(record.undelivered).toEqual([]);
    expect(violations).toEqual([]);
  });
});

interface SharedMutant {
  /** What it breaks at least. */
  readonly broken: readonly RegExp[];
  readonly mutated: (real: SharedModule) => Partial<SharedModule>;
}

const mutants: Readonly<Record<string, SharedMutant>> = {
  "a raise puts in force its own lease alone": {
    broken: [/^write-ahead: dynamodb-throughput .* is to have min 200, its leases .* come to 300$/],
    mutated: ({ raising, inForceWith }) => ({
      raising(item, asking, minimum) {
        const raised = raising(item, asking, minimum);
        const { [asking.by.id]: own } = raised.leases;
        const intended = inForceWith(raised.before ?? asking.seen, own === undefined ? {} : { own });
        return { ...raised, intended };
      },
    }),
  },
  "the first one out restores": {
    broken: [
      /^capacity-before-traffic: service\/prod\/tokenizer was lowered from 25 to 20 while 25 of it are leased/,
      /^write-ahead: ecs-service service\/prod\/tokenizer is to have min 7, its leases .* come to 25$/,
      /^write-ahead: dynamodb-throughput .* is to have min 50, its leases .* come to 200$/,
    ],
    mutated: ({ leaving }) => ({
      leaving(item, asking) {
        const left = leaving(item, asking);
        return left.before === undefined ? left : { ...left, intended: left.before };
      },
    }),
  },
  "what stood before is forgotten by who comes second": {
    broken: [/^no-orphans: dynamodb-throughput .*"min":300,.* before it was .*"min":50,/],
    mutated: ({ raising }) => ({
      raising: (item, asking, minimum) => {
        const { [asking.by.id]: own, ...others } = item.leases;
        if (own !== undefined || Object.keys(others).length === 0) return raising(item, asking, minimum);
        const { min, max, capacity } = asking.seen;
        return raising({ ...item, before: { min, max, capacity } }, asking, minimum);
      },
    }),
  },
  "the last one out leaves the capacity": {
    broken: [
      /^no-orphans: ecs-service service\/prod\/tokenizer is .*"capacity":20}, before it was .*"capacity":15}$/,
      /^no-orphans: dynamodb-throughput .*"capacity":300}, before it was .*"capacity":100}$/,
    ],
    mutated: ({ capacityBack }) => ({
      capacityBack: (item, asking) => {
        const next = capacityBack(item, asking);
        return next.do === "lower" ? { do: "done" } : next;
      },
    }),
  },
};

describe("a rehearsal is red where", () => {
  it.each(Object.entries(mutants))("%s", async (_, { broken, mutated }) => {
    vi.doMock(sharedLease, async (load: () => Promise<SharedModule>) => {
      const real = await load();
      return { ...real, ...mutated(real) };
    });
    const { violations } = await together(secondIsLess);

    expect(violations).toEqual(expect.arrayContaining(broken.map((each) => expect.stringMatching(each))));
  });
});
