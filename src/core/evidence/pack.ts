/**
 * The evidence of one capacity change: what was changed, from what to what, when, for which release, and on what that rested.
 * It holds no request or answer of a model, no reason that somebody wrote, and nobody's name: a person is a pseudonym, and a directory
 * beside it says whose.
 */
import * as z from "zod";
import { Artefacts } from "../release/artefacts.ts";
import { Grounds, Pseudonym } from "../release/grounds.ts";
import { PlainData } from "../release/json-value.ts";
import { resourceKinds } from "../release/resource-kinds.ts";

const at = z.iso.datetime();
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A resource's state; of a long one, or one with variables of a container, its canonical text's digest and length alone. */
export const Described = z.union([
  z.strictObject({ is: PlainData }),
  z.strictObject({ sha256: Sha256, bytes: z.int() }),
]);
export type Described = z.infer<typeof Described>;

const OfRelease = z.strictObject({
  id: z.string(),
  execution: z.string(),
  fence: z.int(),
  model: z.string().optional(),
  version: z.int().optional(),
  packageArn: z.string().optional(),
  /** What the version is loaded from, as the registry had it; absent in packs of before. */
  artefacts: Artefacts.optional(),
  milestone: z.string().optional(),
  releaseType: z.string().optional(),
  attempt: z.int().optional(),
  openedAt: z.string().optional(),
  dueAt: z.string().optional(),
  /** What started it: the registry, a schedule, staging, or a request. */
  trigger: z.string().optional(),
  /** SHA-256 of the canonical text of the plan that it goes by. */
  plan: Sha256.optional(),
  /** For how long its plan has evidence kept. */
  retentionDays: z.int().min(1).optional(),
  /** What the caller said of itself; nobody has looked into it. */
  claimed: z.strictObject({ commit: z.string().optional(), run: z.string().optional() }).optional(),
});

const members = {
  schema: z.literal(1),
  /** Whose chain it is in: what is locked. */
  subject: z.string(),
  /** When its calls first may have gone out, and when last. */
  since: at,
  at,
};

/**
 * `made`, `put-back`, or `begun`: its calls may have gone out, and what became of them cannot be told, since nothing shows it or
 * somebody else has changed the thing since.
 */
const OfChange = z.strictObject({
  ...members,
  what: z.enum(["made", "put-back", "begun"]),
  resource: z.strictObject({ kind: z.enum(resourceKinds), name: z.string() }),
  /** As the ledger names them, oldest first. */
  changes: z.array(z.string()).min(1),
  /** Of those that are put back, the ones that nobody had said were made. */
  unsaid: z.array(z.string()).optional(),
  before: Described,
  after: Described,
  release: OfRelease,
  /** What it rests on beside the verdict: of what leads forward, gates and who said yes; of what leads back, who said no. */
  grounds: Grounds.optional(),
  /** An order that the release had been given: by a person under a pseudonym, or by a newer release of that id. */
  order: z
    .strictObject({
      kind: z.string(),
      at: z.string(),
      by: Pseudonym.optional(),
      release: z.string().optional(),
    })
    .optional(),
});

/**
 * A minimum that was set between releases, by whoever looks at load; `adjustment-begun` where nobody has seen its call take effect.
 * Why is in the journal.
 */
const OfMinimum = z.strictObject({
  ...members,
  what: z.enum(["adjusted", "adjustment-begun"]),
  resource: z.strictObject({ kind: z.enum(resourceKinds), name: z.string() }),
  before: z.strictObject({ min: z.int() }),
  after: z.strictObject({ min: z.int() }),
  /** Whose plan asks for it, or asked. */
  model: z.string(),
  /** `load` where it follows that; else what was done by what was learnt (core/release/adjusting.ts). */
  because: z.string(),
  /** Who has ordered that it be taken back. */
  by: Pseudonym.optional(),
  /** For how long that plan has, or had, evidence kept. */
  retentionDays: z.int().min(1).optional(),
});

/**
 * That two people have let a release past gates and freezes that they name, for a while: what they said why is beside it, in the
 * table, as long as the journal. Changes that rest on it say so by themselves.
 */
const OfGlass = z.strictObject({
  ...members,
  what: z.literal("glass-broken"),
  /** The release's id without the number of a try, and its model. */
  of: z.string(),
  model: z.string(),
  passes: z.array(z.string()).min(1),
  until: at,
  /** Who has asked, and who has agreed; absent where the directory could not be written. */
  asked: Pseudonym.optional(),
  agreed: Pseudonym.optional(),
  /** SHA-256 of what was asked for, as who agreed was shown it. */
  seen: Sha256,
  retentionDays: z.int().min(1).optional(),
});

/**
 * That a training plan is about to be bought by the word of two people, or is bought. Neither is a change of what serves: which
 * calls were made CloudTrail has.
 */
const OfPurchase = z.strictObject({
  ...members,
  what: z.enum(["purchase-agreed", "bought"]),
  model: z.string(),
  milestone: z.string(),
  /** Its name, which its ARN ends in. */
  trainingPlan: z.string(),
  offering: z.string(),
  instanceType: z.string(),
  instances: z.int(),
  from: at,
  until: at,
  /** Paid up front. */
  fee: z.number(),
  currency: z.string(),
  /** The most that was agreed to, US dollars. */
  maxUsd: z.number(),
  /** As of a glass. */
  asked: Pseudonym.optional(),
  agreed: Pseudonym.optional(),
  seen: Sha256,
  retentionDays: z.int().min(1).optional(),
});

/** Changes of which no more was kept than how many there were, for lack of room while evidence could not be written. */
const Untold = z.strictObject({ ...members, what: z.literal("untold"), count: z.int().min(1) });

export const Pack = z.discriminatedUnion("what", [OfChange, OfMinimum, OfGlass, OfPurchase, Untold]);
export type Pack = z.infer<typeof Pack>;

export type ChangePack = z.infer<typeof OfChange>;
export type MinimumPack = z.infer<typeof OfMinimum>;
export type GlassPack = z.infer<typeof OfGlass>;
export type PurchasePack = z.infer<typeof OfPurchase>;
