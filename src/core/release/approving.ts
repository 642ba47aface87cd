/**
 * What people answered when a stage asked, and what that comes to: whose answers count, how many it takes to go on, and that
 * one who says no is enough. An answer is to one question, the stage as it was entered at one moment, and is never changed.
 */
import * as z from "zod";
import type { InconclusivePolicy } from "../plan/inconclusive.ts";
import { type AskedSide, sideOfPerson, sidesOf, type Team, TeamSide } from "../plan/team.ts";
import { type EpochSeconds, epochMs } from "../units.ts";
import { nameOf, type Person } from "./person.ts";

export const Approval = z.object({
  releaseId: z.string(),
  /** Of the stage that asked, and when its share took effect, ISO 8601: a stage that is entered again asks anew. */
  stage: z.int().min(0),
  shiftedAt: z.iso.datetime(),
  answer: z.enum(["proceed", "roll-back"]),
  /** Who AWS says it was (core/release/person.ts). */
  by: z.object({ arn: z.string(), person: z.string(), isNamed: z.boolean() }),
  /** By which evidence knows them; absent where the directory of people could not be written. */
  pseudonym: z.string().exactOptional(),
  at: z.iso.datetime(),
  /** SHA-256 of what was asked, as they were shown it; hexadecimal. */
  seen: z.string().regex(/^[0-9a-f]{64}$/),
  /** Of the plan's team, which side they answered for, where it asks sides; only shown: whose owner somebody is the plan says. */
  side: TeamSide.optional(),
});
export type Approval = z.infer<typeof Approval>;

/** Chosen: as long as a release's journal. It names a person, whom evidence knows by a pseudonym alone. */
const keptDays = 400;

/** When the table may drop an answer, epoch seconds, as DynamoDB's time to live wants it. */
export const answerExpiresAt = ({ at }: Approval): number =>
  Math.floor(Date.parse(at) / 1000) + keptDays * 86_400;

/** Who has to answer: how many people, whether whoever made the version may be one of them, and for which sides of its team. */
export interface ApprovalRule {
  readonly people: number;
  readonly notAuthor: boolean;
  /** An owner of each has to say yes, and nobody else's yes counts; none where anybody may. */
  readonly sides: readonly AskedSide[];
}

/** A plan, as far as it says whom it asks. */
export interface AskingPlan {
  readonly team?: Team | undefined;
  readonly rollout: { readonly onInconclusive: InconclusivePolicy };
}

/** Undefined for a plan that asks nobody. */
export function ruleOf({ team, rollout: { onInconclusive } }: AskingPlan): ApprovalRule | undefined {
  if (onInconclusive.action !== "ask") return undefined;
  const { people = 1, notAuthor = false, sides = [] } = onInconclusive;
  return { people: Math.max(people, sides.length), notAuthor, sides: sidesOf(team, sides) };
}

/** Where one says who they are, each is somebody else. */
export const needsNames = ({ people, notAuthor, sides }: ApprovalRule): boolean =>
  people > 1 || notAuthor || sides.length > 0;

/** A question: which stage, as it was entered when, and until when it may be answered, epoch seconds. */
export interface AskedStage {
  readonly stage: number;
  readonly shiftedAt: string;
  readonly untilSeconds: EpochSeconds;
}

export interface PeopleSaid {
  /** Undefined while it takes more. */
  readonly answer: "proceed" | "roll-back" | undefined;
  /** Whose answers it rests on, or is to rest on, in their order. */
  readonly by: readonly Person[];
  /** How many more have to say yes. */
  readonly lacks: number;
  /** Sides of which an owner has to say yes still. */
  readonly missing: readonly AskedSide[];
}

/**
 * Answers to another question, that came late, or by nobody in particular where names are needed, do not count; nor does a yes by
 * who owns no side, where sides are asked.
 */
export function answeredTo(
  asked: AskedStage,
  approvals: readonly Approval[],
  rule: ApprovalRule,
): PeopleSaid {
  const own = approvals
    .filter(({ stage, shiftedAt, at }) => {
      const isInTime = epochMs(at) <= asked.untilSeconds * 1000;
      return stage === asked.stage && shiftedAt === asked.shiftedAt && isInTime;
    })
    .toSorted((a, b) => epochMs(a.at) - epochMs(b.at));
  const no = own.find(({ answer }) => answer === "roll-back");
  if (no !== undefined) return { answer: "roll-back", by: [no.by], lacks: 0, missing: [] };
  const { sides } = rule;
  const counted = own.filter(({ by }) => by.isNamed || !needsNames(rule));
  const all = [...new Map(counted.map(({ by }) => [by.person, by])).values()];
  const sideOf = ({ person }: Person) => sideOfPerson(sides, person);
  const people = sides.length === 0 ? all : all.filter((by) => sideOf(by) !== undefined);
  const missing = sides.filter(({ side }) => !people.some((by) => sideOf(by) === side));
  const lacks = Math.max(0, rule.people - people.length, missing.length);
  return { answer: lacks === 0 ? "proceed" : undefined, by: people, lacks, missing };
}

/** With whether fewer sides have to answer than at a look before; none before was at a first look. */
export function saidSince(
  asked: AskedStage,
  approvals: readonly Approval[],
  { rule, sinceSeconds = 0 }: { readonly rule: ApprovalRule; readonly sinceSeconds?: number | undefined },
): PeopleSaid & { readonly isFewer: boolean } {
  const before = approvals.filter(({ at }) => epochMs(at) < sinceSeconds * 1000);
  const said = answeredTo(asked, approvals, rule);
  return { ...said, isFewer: said.missing.length < answeredTo(asked, before, rule).missing.length };
}

/** Whether an answer is one of those that what was said rests on. */
export const isCounted = (
  { stage, shiftedAt, answer, by }: Approval,
  asked: Pick<AskedStage, "stage" | "shiftedAt">,
  said: Pick<PeopleSaid, "answer" | "by">,
): boolean =>
  stage === asked.stage &&
  shiftedAt === asked.shiftedAt &&
  answer === said.answer &&
  said.by.some(({ arn }) => arn === by.arn);

/** `ann and bob` */
export const namesOf = (people: readonly Person[]): string => people.map(nameOf).join(" and ");
