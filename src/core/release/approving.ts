/**
 * What people answered when a stage asked, and what that comes to: whose answers count, how many it takes to go on, and that
 * one who says no is enough. An answer is to one question, the stage as it was entered at one moment, and is never changed.
 */
import * as z from "zod";
import type { Rollout } from "../plan/rollout.ts";
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
  at: z.iso.datetime(),
  /** SHA-256 of what was asked, as they were shown it; hexadecimal. */
  seen: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Approval = z.infer<typeof Approval>;

/** Who has to answer: how many people, and whether whoever made the version may be one of them. */
export interface ApprovalRule {
  readonly people: number;
  readonly notAuthor: boolean;
}

/** Undefined for a plan that asks nobody. */
export function ruleOf({ onInconclusive }: Pick<Rollout, "onInconclusive">): ApprovalRule | undefined {
  if (onInconclusive.action !== "ask") return undefined;
  const { people = 1, notAuthor = false } = onInconclusive;
  return { people, notAuthor };
}

/** Where one says who they are, each is somebody else. */
export const needsNames = ({ people, notAuthor }: ApprovalRule): boolean => people > 1 || notAuthor;

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
}

/** Answers to another question, that came late, or by nobody in particular where names are needed, do not count. */
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
  if (no !== undefined) return { answer: "roll-back", by: [no.by], lacks: 0 };
  const counted = own.filter(({ by }) => by.isNamed || !needsNames(rule));
  const people = [...new Map(counted.map(({ by }) => [by.person, by])).values()];
  const lacks = Math.max(0, rule.people - people.length);
  return { answer: lacks === 0 ? "proceed" : undefined, by: people, lacks };
}

/** `ann and bob` */
export const namesOf = (people: readonly Person[]): string => people.map(nameOf).join(" and ");
