/**
 * Breaking the glass: two named people let a release past gates and freezes that they name, for a while. One asks, another agrees,
 * and whoever made the version is not the one who agrees. Nobody lets it past quota, budget, the verdict, or what its way back needs.
 */
import * as z from "zod";
import { gateNames } from "../gates/names.ts";
import { type EpochMs, epochMs } from "../units.ts";
import { Approval } from "./approving.ts";
import type { GlassUsed } from "./grounds.ts";
import { nameOf, type Person } from "./person.ts";

/** Of the gates all but the one that asks whether the way back can be had. */
export const passable = [...gateNames.filter((gate) => gate !== "way-back"), "freezes"] as const;
const Passable = z.enum(passable);

const said = {
  /** The release's name without the number of a try: what is let past holds for those to come. */
  releaseId: z.string(),
  /** When it was asked for: which asking an answer is to. */
  askedAt: z.iso.datetime(),
  by: Approval.shape.by,
  /** By which evidence knows them; absent where the directory of people could not be written. */
  pseudonym: z.string().exactOptional(),
  at: z.iso.datetime(),
  reason: z.string(),
};

export const GlassEntry = z.discriminatedUnion("said", [
  z.object({ ...said, said: z.literal("asked"), passes: z.array(Passable).min(1), until: z.iso.datetime() }),
  /** With the SHA-256 of what they were shown, hexadecimal. */
  z.object({ ...said, said: z.literal("agreed"), seen: z.string().regex(/^[0-9a-f]{64}$/) }),
  z.object({ ...said, said: z.literal("ended") }),
]);
export type GlassEntry = z.infer<typeof GlassEntry>;
type Asked = GlassEntry & { readonly said: "asked" };
type Agreed = GlassEntry & { readonly said: "agreed" };

/** What is asked for, or in force once somebody has agreed. */
export interface Glass {
  readonly asked: Asked;
  /** Absent while it takes a second person. */
  readonly agreed?: Agreed;
}
export type BrokenGlass = Glass & { readonly agreed: Agreed };

/** What stands at a moment of a release, by its name without the number of a try: neither over nor ended. The newest counts. */
export function glassOf(
  entries: readonly GlassEntry[],
  releaseId: string,
  nowMs: EpochMs,
): Glass | undefined {
  const own = entries.filter((entry) => entry.releaseId === releaseId);
  const isEnded = ({ askedAt }: GlassEntry) =>
    own.some((entry) => entry.said === "ended" && entry.askedAt === askedAt);
  const asked = own
    .filter((entry): entry is Asked => entry.said === "asked")
    .filter((entry) => nowMs < epochMs(entry.until) && !isEnded(entry))
    .toSorted((one, other) => epochMs(one.at) - epochMs(other.at))
    .at(-1);
  if (asked === undefined) return undefined;
  const agreed = own
    .filter((entry): entry is Agreed => entry.said === "agreed")
    .find((entry) => entry.askedAt === asked.askedAt && isSecond(entry.by, asked.by));
  return agreed === undefined ? { asked } : { asked, agreed };
}

/** Whether somebody is a second person, whom AWS knows by name. */
const isSecond = (by: Person, asked: Person): boolean =>
  by.isNamed && asked.isNamed && by.person !== asked.person;

/** Everything that stands, by release. */
export function allGlass(entries: readonly GlassEntry[], nowMs: EpochMs): Glass[] {
  const names = [...new Set(entries.map(({ releaseId }) => releaseId))].toSorted();
  return names.map((name) => glassOf(entries, name, nowMs)).filter((glass) => glass !== undefined);
}

export const isBroken = (glass: Glass | undefined): glass is BrokenGlass => glass?.agreed !== undefined;

/** What is asked for, as it is hashed. */
export const glassText = ({ asked }: Glass): string => {
  const { releaseId, askedAt, passes, until, reason, by } = asked;
  return JSON.stringify([releaseId, askedAt, passes, until, reason, by.arn]);
};

/** What a change rests on. */
export function glassUsed({ asked, agreed }: BrokenGlass): GlassUsed {
  const { askedAt, until, passes } = asked;
  const by = [asked.pseudonym, agreed.pseudonym].filter((each) => each !== undefined);
  return { askedAt, until, passes, by, seen: agreed.seen };
}

/** Chosen: a weekend. */
export const mostHours = 72;

/** Chosen: as long as a release's journal. It names a person, whom evidence knows by a pseudonym alone. */
const keptDays = 400;

/** When the table may drop an entry, epoch seconds. */
export const glassExpiresAt = ({ at }: GlassEntry): number =>
  Math.floor(Date.parse(at) / 1000) + keptDays * 86_400;

/** `ann and bob` */
export const bothNames = ({ asked, agreed }: BrokenGlass): string =>
  `${nameOf(asked.by)} and ${nameOf(agreed.by)}`;

/** What is asked for or so, in a sentence. */
export function glassSaid(glass: Glass): string {
  const { releaseId, passes, until, reason, by } = glass.asked;
  const what = `${passes.join(", ")} until ${until}`;
  return isBroken(glass)
    ? `${releaseId} is let past ${what} by ${bothNames(glass)}: ${reason}; ${glass.agreed.reason}`
    : `${releaseId}: ${nameOf(by)} asks to let it past ${what}: ${reason}; a second person has to agree`;
}
