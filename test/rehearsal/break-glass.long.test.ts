/**
 * Releases that a freeze or a gate bars, and people who let them past: two named ones until a time, and everybody else who may not.
 * Whatever they do, the verdict, the way back and the promises of a rehearsal stand.
 */
import { describe, expect, test } from "vitest";
import { WorldSpec } from "#twin/world";
import { doorOf } from "../../functions/index.ts";
import type { Wire } from "../../src/aws/clients.ts";
import { Gates } from "../../src/core/gates/settings.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import type { OrderReply, PersonsOrder } from "../../src/core/request/persons-order.ts";
import type { InvariantFindings } from "../../src/rehearsal/invariants/invariants.ts";
import { rehearseHere } from "../../src/rehearsal/release/rehearsal.ts";
import { releaseParts } from "../../src/rehearsal/release-parts.ts";
import { planIn } from "../core/example.ts";

const gated = planIn("test/data/plans/gated.yml");
const releaseId = "claims-reader-v7-production";
/** Of the twin's registry, who has made every version. */
const author = "training-pipeline.build";
const startMs = Date.parse("2026-01-05T08:00:00Z");
const at = (minute: number) => new Date(startMs + minute * 60_000).toISOString();

/** Frozen for its first two hours; findings of its image bar it then, unless somebody has let it past both. */
const plan: Plan = {
  ...gated,
  gates: Gates.parse({ ...gated.gates, profile: "none", require: ["vulnerabilities", "way-back"] }),
  rollout: {
    ...gated.rollout,
    stages: [50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 5 })),
  },
  freezes: {
    halfWay: "hold",
    windows: [{ from: "2026-01-05T00:00:00Z", to: at(120), reason: "year's end" }],
  },
};
const vulnerable = { findings: [{ of: "candidate", severity: "critical", count: 2 }] };

type Said = readonly [
  minute: number,
  who: string,
  order: (seen: string) => Exclude<PersonsOrder, { order: "show-glass" }>,
];
const asks =
  (passes: readonly string[] = ["vulnerabilities", "freezes"], until = at(600)) =>
  (): PersonsOrder & { order: "break-glass" } => ({
    ...{ order: "break-glass", releaseId, reason: "the outage", passes: [...passes], until },
  });
const agrees = (seen: string): PersonsOrder & { order: "agree-glass" } => ({
  ...{ order: "agree-glass", releaseId, reason: "I have looked", seen },
});
const ends = (): PersonsOrder & { order: "end-glass" } => ({ order: "end-glass", releaseId, reason: "no" });

interface Arranged {
  readonly plan?: Plan;
  readonly world?: object;
  readonly seed?: number;
}

/** People say what they say in its minute, each having looked at what is asked for; with what they were answered. */
async function released(all: readonly Said[], { plan: own = plan, world = {}, seed = 1 }: Arranged = {}) {
  const replies: string[] = [];
  let minute = 0;
  const sayOn = async (wire: Wire) => {
    minute += 1;
    for (const [, who, order] of all.filter(([due]) => due === minute)) {
      const door = doorOf(wire, who);
      const say = async (one: PersonsOrder): Promise<OrderReply> =>
        (await door?.(one)) ?? { said: "", done: false };
      const { seen = "0".repeat(64) } = await say({ order: "show-glass", releaseId });
      const reply = await say(order(seen)).catch((error: Error) => `${error.name}: ${error.message}`);
      replies.push(typeof reply === "string" ? reply : reply.said);
    }
  };
  const record = await rehearseHere(
    {
      ...{ plan: own, seed, settleSeconds: 1800 },
      world: WorldSpec.parse({ description: "made for it", security: vulnerable, ...world }),
      event: { model: gated.model, version: 7 },
    },
    {
      ...releaseParts,
      functionsOn: (wire) => ({ ...releaseParts.functionsOn?.(wire), People: () => sayOn(wire) }),
      rates: [...(releaseParts.rates ?? []), { function: "People", everySeconds: 60, event: {} }],
    },
  );
  const { violations } = record.findings.invariants as InvariantFindings;
  return {
    ...{ outcome: record.outcome, reason: record.reason, replies },
    minutes: record.virtualSeconds / 60,
    violations: Object.values(violations).flat(),
  };
}

const both: Said[] = [
  [5, "ann", asks()],
  [7, "bob", agrees],
];

test("two named people let it past a freeze and a gate, and it is promoted", async () => {
  const run = await released(both);

  expect(run).toMatchObject({ outcome: "promoted", violations: [] });
  expect(run.minutes).toBeLessThan(120);
  expect(run.replies).toEqual([
    `${releaseId}: ann asks to let it past vulnerabilities, freezes until ${at(600)}: the outage; a second person has to agree`,
    `${releaseId} is let past vulnerabilities, freezes until ${at(600)} by ann and bob: the outage; I have looked`,
  ]);
});

describe("nobody is let past by less", () => {
  test.each<[string, Said[], RegExp | undefined]>([
    ["only one person", both.slice(0, 1), undefined],
    [
      "the same person twice",
      [
        [5, "ann", asks()],
        [7, "ann", agrees],
      ],
      /expected a second person, found ann/,
    ],
    [
      "a shared role asks",
      [
        [5, "deploy.cleo", asks()],
        [7, "bob", agrees],
      ],
      /AWS knows by name, found .*deploy/,
    ],
    [
      "a shared role agrees",
      [
        [5, "ann", asks()],
        [7, "deploy.cleo", agrees],
      ],
      /AWS knows by name, found .*deploy/,
    ],
    [
      "who made it agrees",
      [
        [5, "ann", asks()],
        [7, author, agrees],
      ],
      /AWS knows by name|who made the version/,
    ],
    [
      "something else was shown",
      [
        [5, "ann", asks()],
        [7, "bob", () => agrees("0".repeat(64))],
      ],
      /has changed since/,
    ],
    [
      "it is over",
      [
        [5, "ann", asks(undefined, at(15))],
        [7, "bob", agrees],
      ],
      undefined,
    ],
    [
      "agreed to too late",
      [
        [5, "ann", asks(undefined, at(6.5))],
        [7, "bob", agrees],
      ],
      /expected something asked for/,
    ],
    [
      "a gate that there is not",
      [
        [5, "ann", asks(["antivirus"])],
        [7, "bob", agrees],
      ],
      /--pass: expected some of vulnerabilities, freezes, found "antivirus"/,
    ],
    [
      "a gate that is not asked for",
      [
        [5, "ann", asks(["vpc"])],
        [7, "bob", agrees],
      ],
      /does not ask for that gate/,
    ],
    [
      "quota",
      [
        [5, "ann", asks(["vulnerabilities", "quota"])],
        [7, "bob", agrees],
      ],
      /found "quota"; nobody lets a release past/,
    ],
    [
      "its way back",
      [
        [5, "ann", asks(["way-back"])],
        [7, "bob", agrees],
      ],
      /found "way-back"; nobody lets a release past/,
    ],
    [
      "for too long",
      [
        [5, "ann", asks(undefined, at(73 * 60 + 6))],
        [7, "bob", agrees],
      ],
      /within 72 hours/,
    ],
    ["somebody ends it", [...both, [8, "eve", ends]], undefined],
    [
      "freezes alone",
      [
        [5, "ann", asks(["freezes"])],
        [7, "bob", agrees],
      ],
      undefined,
    ],
  ])("%s", async (_name, all, refusal) => {
    const run = await released(all);

    expect(run).toMatchObject({ outcome: "refused", violations: [] });
    expect(run.reason).toContain("gate vulnerabilities");
    if (refusal !== undefined) expect(run.replies.join("\n")).toMatch(refusal);
  });
});

test("what it is let past is over in the middle of a release: the next share is asked for as usual", async () => {
  const over = at(75);
  const slow: Plan = {
    ...plan,
    rollout: {
      ...plan.rollout,
      stages: [50, 100].map((trafficPercent) => ({ trafficPercent, bakeMinutes: 60 })),
    },
  };
  const run = await released(
    [
      [5, "ann", asks(["vulnerabilities", "freezes"], over)],
      [7, "bob", agrees],
    ],
    {
      plan: { ...slow, freezes: { halfWay: "hold", windows: [] } },
      world: { security: { findings: [{ of: "candidate", severity: "critical", atBakePercent: 0 }] } },
    },
  );

  expect(run).toMatchObject({ outcome: "rolled-back", violations: [] });
  expect(run.reason).toContain("held by gates");
});

test("a verdict stands, whoever lets the release past its gates", async () => {
  const run = await released(both, { world: { candidate: { errorFactor: 50 } } });

  expect(run).toMatchObject({ outcome: "rolled-back", violations: [] });
});
