/**
 * Buying a training plan: one person asks for an offering, another who owns capacity agrees, and only then it is bought. What they say
 * is never changed; nor is that a call is about to go out, which is written down first, so that no two go out for one asking.
 */
import * as z from "zod";
import { MilestoneKind, milestoneKinds } from "../plan/plan.ts";
import { Approval } from "../release/approving.ts";
import { purchaseName } from "../release/names.ts";
import { nameOf } from "../release/person.ts";
import { type EpochMs, epochMs } from "../units.ts";

/** What is offered, as whoever asks has seen it. */
export const SeenOffering = z.object({
  id: z.string(),
  instanceType: z.string(),
  instances: z.int(),
  from: z.iso.datetime(),
  until: z.iso.datetime(),
  upfrontFee: z.number(),
  currency: z.string(),
});
export type SeenOffering = z.infer<typeof SeenOffering>;

const said = {
  model: z.string(),
  milestone: MilestoneKind,
  /** When it was asked for: which asking it belongs to. */
  askedAt: z.iso.datetime(),
  by: Approval.shape.by,
  /** By which evidence knows them; absent where the directory of people could not be written. */
  pseudonym: z.string().exactOptional(),
  at: z.iso.datetime(),
};
/** Which call, from 1: the next may go out once it is known of the one before that nothing came of it. */
const nth = z.int().min(1);

export const PurchaseEntry = z.discriminatedUnion("said", [
  z.object({
    ...said,
    said: z.literal("asked"),
    reason: z.string(),
    offering: SeenOffering,
    /** How it was found: the same is searched again before it is bought. */
    search: z.object({
      runs: z.enum(["candidate", "pool", "cluster"]),
      hours: z.int(),
      from: z.iso.datetime(),
      until: z.iso.datetime(),
    }),
    /** Of the offering: whether it is there for all of the milestone. */
    covers: z.boolean(),
    maxUsd: z.number(),
    /** Until when somebody may agree. */
    until: z.iso.datetime(),
  }),
  /** With the SHA-256 of what they were shown, hexadecimal. */
  z.object({
    ...said,
    said: z.literal("agreed"),
    reason: z.string(),
    seen: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.object({ ...said, said: z.literal("buying"), nth }),
  z.object({ ...said, said: z.literal("not-bought"), nth, why: z.string() }),
  z.object({ ...said, said: z.literal("bought"), trainingPlan: z.string() }),
  z.object({ ...said, said: z.literal("ended"), reason: z.string() }),
]);
export type PurchaseEntry = z.infer<typeof PurchaseEntry>;
type Entry<Said extends PurchaseEntry["said"]> = Extract<PurchaseEntry, { readonly said: Said }>;

/** How far an asking has come. */
export interface Purchase {
  readonly asked: Entry<"asked">;
  /** Absent while it takes a second person. */
  readonly agreed?: Entry<"agreed">;
  /** The call of which nobody knows yet what came of it. */
  readonly open?: Entry<"buying">;
  /** How many calls may have gone out. */
  readonly calls: number;
  readonly bought?: Entry<"bought">;
}
export type AgreedPurchase = Purchase & { readonly agreed: Entry<"agreed"> };

/** For which milestone of which model. */
export interface Purpose {
  readonly model: string;
  readonly milestone: MilestoneKind;
}

/**
 * What stands at a moment: neither ended, nor over before anything came of it. The newest counts, and one of which a call may have
 * gone out before all others; undefined where nothing is asked for.
 */
export function purchaseOf(
  entries: readonly PurchaseEntry[],
  purpose: Purpose,
  nowMs: EpochMs,
): Purchase | undefined {
  const standing = purchasesOf(entries, purpose).filter(
    ({ asked, bought, open }) => bought === undefined && (open !== undefined || nowMs < epochMs(asked.until)),
  );
  return standing.find(({ open }) => open !== undefined) ?? standing.at(-1);
}

/** What was bought last. */
export const lastBought = (entries: readonly PurchaseEntry[], purpose: Purpose): Purchase | undefined =>
  purchasesOf(entries, purpose).findLast(({ bought }) => bought !== undefined);

/** What all of a model's milestones have paid up front since then, or a call may pay, but for one asking; US dollars. */
export function paidSince(
  entries: readonly PurchaseEntry[],
  { model, milestone, askedAt }: Purpose & { readonly askedAt?: string | undefined },
  sinceMs: EpochMs,
): number {
  const own = milestoneKinds.flatMap((kind) => purchasesOf(entries, { model, milestone: kind }));
  return own
    .filter(({ asked }) => asked.milestone !== milestone || asked.askedAt !== askedAt)
    .filter(({ bought, open }) => epochMs((bought ?? open)?.at ?? never) >= sinceMs)
    .reduce((sum, { asked }) => sum + asked.offering.upfrontFee, 0);
}
const never = "1970-01-01T00:00:00.000Z";

/** Everything that stands, by model and milestone. */
export function allPurchases(entries: readonly PurchaseEntry[], nowMs: EpochMs): Purchase[] {
  const purposes = new Map(entries.map((one) => [`${one.model}/${one.milestone}`, one]));
  return [...purposes.keys()]
    .toSorted()
    .map((key) => purchaseOf(entries, purposes.get(key) as Purpose, nowMs))
    .filter((one) => one !== undefined);
}

/** Those that were not ended, oldest first. */
function purchasesOf(entries: readonly PurchaseEntry[], { model, milestone }: Purpose): Purchase[] {
  const own = entries.filter((one) => one.model === model && one.milestone === milestone);
  return saidIn(own, "asked")
    .toSorted((one, other) => epochMs(one.at) - epochMs(other.at))
    .map((asked) =>
      purchaseIn(
        own.filter((one) => one.askedAt === asked.askedAt),
        asked,
      ),
    )
    .filter((one) => one !== undefined);
}

function purchaseIn(own: readonly PurchaseEntry[], asked: Entry<"asked">): Purchase | undefined {
  const buying = saidIn(own, "buying").toSorted((one, other) => one.nth - other.nth);
  const known = new Set(saidIn(own, "not-bought").map(({ nth: of }) => of));
  const open = buying.find(({ nth: of }) => !known.has(of));
  const isEnded = saidIn(own, "ended").length > 0;
  const [bought] = saidIn(own, "bought");
  if (isEnded && open === undefined && bought === undefined) return undefined;
  const agreed = saidIn(own, "agreed")
    .toSorted((one, other) => epochMs(one.at) - epochMs(other.at))
    .find(({ by }) => by.isNamed && asked.by.isNamed && by.person !== asked.by.person);
  return {
    asked,
    ...(agreed !== undefined && { agreed }),
    ...(open !== undefined && { open }),
    calls: buying.length,
    ...(bought !== undefined && { bought }),
  };
}

function saidIn<Said extends PurchaseEntry["said"]>(
  entries: readonly PurchaseEntry[],
  what: Said,
): Entry<Said>[] {
  return entries.filter((one): one is Entry<Said> => one.said === what);
}

/** What is asked for, as it is hashed. */
export const purchaseText = ({ asked }: Purchase): string => {
  const { model, milestone, askedAt, by, reason, offering, search, covers, maxUsd, until } = asked;
  const { id, instanceType, instances, from, until: ends, upfrontFee, currency } = offering;
  const offered = [id, instanceType, instances, from, ends, upfrontFee, currency];
  const searched = [search.runs, search.hours, search.from, search.until, covers];
  return JSON.stringify([model, milestone, askedAt, by.arn, reason, offered, searched, maxUsd, until]);
};

/** The name under which it is bought: the same at every try, and of no other asking. */
export const nameOfPurchase = (stack: string, { asked }: Purchase): string =>
  purchaseName({
    stack,
    model: asked.model,
    milestone: asked.milestone,
    of: [asked.askedAt, asked.offering.id, asked.by.person],
  });

/** Chosen: as long as a release's journal. It names a person, whom evidence knows by a pseudonym alone. */
const keptDays = 400;

/** When the table may drop an entry, epoch seconds. */
export const purchaseExpiresAt = ({ at }: PurchaseEntry): number =>
  Math.floor(Date.parse(at) / 1000) + keptDays * 86_400;

/** `2 ml.p4d.24xlarge from … until … for 8140.61 USD up front` */
export const offeringText = (offering: SeenOffering): string => {
  const { instanceType, instances, from, until, upfrontFee, currency } = offering;
  return `${instances} ${instanceType} from ${from} until ${until} for ${upfrontFee.toFixed(2)} ${currency} up front`;
};

/** What is asked for, in a few lines. */
export function purchaseSaid({ asked, agreed, open }: Purchase): string {
  const { model, milestone, by, reason, offering, maxUsd, until, covers } = asked;
  const part = covers ? "" : ", a part of it alone";
  const what = `${offeringText(offering)} (offering ${offering.id}${part}; ${maxUsd} USD at most)`;
  const asks = `${milestone} of ${model}: ${nameOf(by)} asks to buy ${what}: ${reason}`;
  if (agreed === undefined) return `${asks}; an owner of capacity has to agree until ${until}`;
  const call =
    open === undefined ? "it is not bought" : `its call may have gone out at ${open.at}, and nobody has seen`;
  return `${asks}; ${nameOf(agreed.by)} has agreed: ${agreed.reason}; ${call}: to agree again goes on`;
}
