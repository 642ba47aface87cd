/**
 * What the way back reads of a state document: as little as it can, and the rest may be of any shape. A document is
 * undone by whatever code is deployed when it must be, which may be older or newer than the code that wrote it.
 */
import * as z from "zod";
import type { FleetAt } from "../capacity/candidate-fleet.ts";
import { Sightings } from "../capacity/warm.ts";
import { Launch } from "../learning/launch.ts";

/** Of a section that is only told of: absent where it cannot be read. */
const told = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** A release as the holder of its lock. What it is of beside is for those who are told. */
export const Held = z.looseObject({
  id: z.string(),
  /** What is locked: `endpoint/NAME` or `pool/MODEL/MILESTONE`. */
  subject: z.string(),
  execution: z.string(),
  fence: z.int(),
  model: told(z.string()),
  version: told(z.int()),
  milestone: told(z.string()),
  dueAt: told(z.iso.datetime()),
});
export type Held = z.infer<typeof Held>;

/** The endpoint that a release is about, as its lock says; undefined for a training pool. */
export const endpointOf = ({ subject }: Pick<Held, "subject">): string | undefined =>
  subject.startsWith("endpoint/") ? subject.slice("endpoint/".length) : undefined;

/** Taken where a plan does not say it, be it for lack of a plan. */
const assumed = {
  utilisationPercent: 70,
  capacityTimeoutMinutes: 60,
  loadSecondsP95: 300,
  minutes: 180,
  updates: 4,
};

const requirements = z
  .looseObject({ utilisationPercent: z.number().positive().catch(assumed.utilisationPercent) })
  .catch({ utilisationPercent: assumed.utilisationPercent });
const warmth = z
  .looseObject({ loadSecondsP95: z.number().min(0).catch(assumed.loadSecondsP95) })
  .catch({ loadSecondsP95: assumed.loadSecondsP95 });
const rollout = z
  .looseObject({ capacityTimeoutMinutes: z.number().positive().catch(assumed.capacityTimeoutMinutes) })
  .catch({ capacityTimeoutMinutes: assumed.capacityTimeoutMinutes });

const price = z.number().positive();
/** A budget that cannot be read bars no way back: none in money is then known. */
const budget = z
  .looseObject({
    usdPerRelease: told(price),
    discountPercent: told(z.number().min(0).max(95)),
    wayBack: z
      .looseObject({
        usd: told(price),
        minutes: z.number().positive().catch(assumed.minutes),
        updates: z.number().positive().catch(assumed.updates),
      })
      .catch({ usd: undefined, minutes: assumed.minutes, updates: assumed.updates }),
  })
  .catch({
    usdPerRelease: undefined,
    discountPercent: undefined,
    wayBack: { usd: undefined, minutes: assumed.minutes, updates: assumed.updates },
  });
const prices = z.record(z.string(), price).catch({});

const Side = z.looseObject({ variant: z.string() });
const serves = z.number().positive();

/** Stable as it was, and how to tell the candidate. */
const WayBackNeeds = z.looseObject({
  stable: Side.extend({
    config: z.string(),
    instances: z.int(),
    requestsPerSecondPerInstance: serves,
    instanceType: told(z.string()),
  }),
  candidate: Side.extend({
    instances: told(z.int()),
    requestsPerSecondPerInstance: told(serves),
    instanceType: told(z.string()),
    shares: told(z.array(z.looseObject({ percent: z.number(), instances: z.int() })).readonly()),
  }),
  joinConfig: z.string(),
  inPlace: told(z.looseObject({ stableInstances: z.int() })),
});
export type WayBackNeeds = z.infer<typeof WayBackNeeds>;

/** What the way back goes by of what was planned, whatever platform it is on: stable as it was, and how to tell the candidate. */
export interface WayBackSides {
  readonly stable: {
    readonly variant: string;
    readonly instances: number;
    readonly requestsPerSecondPerInstance: number;
  };
  /** Unknown where a document of another version does not say. */
  readonly candidate: {
    readonly variant: string;
    readonly instances?: number | undefined;
    readonly shares?: readonly FleetAt[] | undefined;
    readonly requestsPerSecondPerInstance?: number | undefined;
  };
  /** What stable was before it was shrunk; absent where it was not. */
  readonly inPlace?: { readonly stableInstances: number } | undefined;
}

const drifted = z.array(z.string()).catch([]);
const seen = Sightings.optional().catch(undefined);
/** Requests per second. */
const load = z.number().min(0).optional().catch(undefined);
const Seen = told(z.looseObject({ seen }));
const Begun = told(z.looseObject({ since: z.string(), drifted }));
const count = z.int().min(0).catch(0);

/** What this execution's way back has taken so far. */
const WayBackTaken = told(
  z.looseObject({
    since: z.string(),
    drifted,
    seen,
    loadRequestsPerSecond: load,
    lookedAt: told(z.string()),
    spentUsd: z.number().min(0).catch(0),
    countChanges: count,
    refillRefusedAt: told(z.string()),
    moveRefusedAt: told(z.string()),
  }),
);

/** What RollBack takes. */
export const RollBackInput = z.looseObject({
  release: Held,
  plan: z.looseObject({ requirements, warmth, budget, prices, loadTest: told(z.looseObject({})) }).catch({
    requirements: requirements.parse(undefined),
    warmth: warmth.parse(undefined),
    budget: budget.parse(undefined),
    prices: {},
  }),
  planning: z.looseObject({ needs: WayBackNeeds.optional() }).optional(),
  capacity: Seen,
  stage: told(z.looseObject({ seen, loadRequestsPerSecond: load })),
  wayBack: WayBackTaken,
  judgement: told(z.looseObject({ reason: z.string(), seen, loadRequestsPerSecond: load })),
  failure: told(z.looseObject({ Error: z.string() })),
});
export type RollBackInput = z.infer<typeof RollBackInput>;

const ScaleDownNeeds = z.looseObject({
  stable: Side.extend({ config: told(z.string()), requestsPerSecondPerInstance: told(serves) }),
  candidate: Side.extend({
    modelName: told(z.string()),
    instanceType: told(z.string()),
    instances: told(z.int()),
    requestsPerSecondPerInstance: told(serves),
  }),
  joinConfig: z.string(),
  finalConfig: z.string(),
  inPlace: told(z.looseObject({ grownInstances: z.int() })),
});
export type ScaleDownNeeds = z.infer<typeof ScaleDownNeeds>;

/** What ScaleDown takes. */
export const ScaleDownInput = z.looseObject({
  release: Held,
  route: told(z.string()),
  /** Read where an instance type could not be had, and the plan has others. */
  prewarm: told(z.looseObject({ status: z.string(), reason: z.string() })),
  capacity: told(z.looseObject({ reason: z.string(), isShort: told(z.boolean()) })),
  failure: told(z.looseObject({})),
  wayBack: told(z.looseObject({ drifted })),
  plan: z.looseObject({ rollout }).catch({ rollout: rollout.parse(undefined) }),
  planning: z.looseObject({ needs: ScaleDownNeeds.optional() }).optional(),
  scaleDown: Begun,
});
export type ScaleDownInput = z.infer<typeof ScaleDownInput>;

const Reason = z.looseObject({ reason: z.string() });
const Status = Reason.extend({ status: z.string() });

/** What CloseRelease reads of the document: who holds the lock, and whatever there is to tell. */
export const Ended = z.looseObject({
  release: Held,
  route: told(z.string()),
  reason: told(z.string()),
  plan: told(
    z.looseObject({
      rollout: z.looseObject({ stages: z.array(z.looseObject({ trafficPercent: z.number() })) }),
    }),
  ),
  planning: told(Reason.extend({ status: told(z.string()), needs: told(ScaleDownNeeds) })),
  gates: told(Status),
  capacity: told(
    Status.extend({
      launch: told(Launch),
      thereAt: told(z.iso.datetime()),
      keptUntil: told(z.iso.datetime()),
    }),
  ),
  extendMinutes: told(z.number()),
  keeping: told(Status.extend({ keptUntil: told(z.iso.datetime()), tryAgainAt: told(z.iso.datetime()) })),
  warmth: told(Status),
  loadTest: told(Status),
  stage: told(Status),
  judgement: told(
    Reason.extend({
      decision: z.string(),
      verdict: told(z.string()),
      culprits: z.array(z.string()).catch([]),
    }),
  ),
  wayBack: told(Reason.extend({ drifted, since: told(z.iso.datetime()) })),
  scaleDown: told(Reason.extend({ drifted })),
  failure: told(z.looseObject({ Error: z.string(), Cause: told(z.string()) })),
});
export type Ended = z.infer<typeof Ended>;
