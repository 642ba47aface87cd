/**
 * What the way forward of a release rests on beside its verdict, as the evidence of its changes says it: what the plan's gates
 * answered, and what people did. It is kept on the lock, so that whoever settles a change finds it there, the sweep too. People are in
 * it by their pseudonyms; what a gate found, who has waived it and why, is in the release's journal, whose digest is here.
 */
import * as z from "zod";
import type { GateAnswer } from "../gates/gate-answer.ts";
import type { Approval } from "./approving.ts";
import { type JsonValue, same } from "./json-value.ts";

const at = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** By which a person is known in evidence: the directory of people says who that is, until they are erased from it. */
export const Pseudonym = z.string().min(1).max(80);

const GatesSaid = z.strictObject({
  /** Since when they answer so. */
  since: at,
  /** By gate; `kept` passes for being no worse than what serves. */
  answers: z.record(z.string(), z.enum(["pass", "kept", "fail", "unknown", "waived", "overridden"])),
  /** Of those that are waived, until when. */
  waivedUntil: z.record(z.string(), z.string()).optional(),
  /** Of the canonical text of all that they answered, as the journal has it. */
  sha256,
});
export type GatesSaid = z.infer<typeof GatesSaid>;

const AnswerGiven = z.strictObject({
  stage: z.int(),
  answer: z.enum(["proceed", "roll-back"]),
  at,
  /** SHA-256 of what they were shown. */
  seen: sha256,
  /** Absent where the directory could not be written. */
  by: Pseudonym.optional(),
  /** Of the plan's team, for which side. */
  side: z.string().optional(),
});
export type AnswerGiven = z.infer<typeof AnswerGiven>;

/** That two people have let the release past gates and freezes of theirs to name (core/release/break-glass.ts). */
export const GlassUsed = z.strictObject({
  askedAt: at,
  until: at,
  passes: z.array(z.string()),
  /** Who has asked, and who has agreed, as far as the directory could be written. */
  by: z.array(Pseudonym),
  /** SHA-256 of what was asked for. */
  seen: sha256,
});
export type GlassUsed = z.infer<typeof GlassUsed>;

export const Grounds = z.strictObject({
  gates: GatesSaid.optional(),
  answers: z.array(AnswerGiven).optional(),
  glass: z.array(GlassUsed).optional(),
});
export type Grounds = z.infer<typeof Grounds>;

export function gatesSaid(
  answers: readonly GateAnswer[],
  told: Pick<GatesSaid, "since" | "sha256">,
): GatesSaid {
  const waived = answers.filter(({ status }) => status === "waived");
  return {
    ...told,
    answers: Object.fromEntries(
      answers.map(({ gate, status, isKept }) => [gate, isKept === true ? ("kept" as const) : status]),
    ),
    ...(waived.length > 0 && {
      waivedUntil: Object.fromEntries(waived.map(({ gate, waiver }) => [gate, waiver?.until ?? ""])),
    }),
  };
}

export const answerGiven = ({ stage, answer, at: when, seen, pseudonym, side }: Approval): AnswerGiven => ({
  stage,
  answer,
  at: when,
  seen,
  ...(pseudonym !== undefined && { by: pseudonym }),
  ...(side !== undefined && { side }),
});

/** What is to be kept once more is known; undefined where that says nothing new. Gates that answer as before, do so since then. */
export function groundsWith(grounds: Grounds, more: Grounds): Grounds | undefined {
  const { gates, answers = [], glass = [] } = more;
  const fresh = freshOf(answers, grounds.answers);
  const broken = freshOf(glass, grounds.glass);
  const isNew = gates !== undefined && !isSame({ ...gates, since: "" }, { ...grounds.gates, since: "" });
  if (!isNew && fresh.length === 0 && broken.length === 0) return undefined;
  return {
    ...grounds,
    ...(isNew && { gates }),
    ...(fresh.length > 0 && { answers: [...(grounds.answers ?? []), ...fresh] }),
    ...(broken.length > 0 && { glass: [...(grounds.glass ?? []), ...broken] }),
  };
}

const freshOf = <T extends object>(some: readonly T[], known: readonly T[] = []): T[] =>
  some.filter((one) => !known.some((other) => isSame(one, other)));

const isSame = (one: object, other: object): boolean => same(one as JsonValue, other as JsonValue);

/** What of it a change rests on: what leads back rests on nobody's yes, and on no gate. */
export function groundsOf(
  { gates, answers = [], glass = [] }: Grounds,
  leads: "forward" | "back",
): Grounds | undefined {
  const said = answers.filter(({ answer }) => (answer === "proceed") === (leads === "forward"));
  const grounds = {
    ...(gates !== undefined && leads === "forward" && { gates }),
    ...(said.length > 0 && { answers: said }),
    ...(glass.length > 0 && leads === "forward" && { glass }),
  };
  return Object.keys(grounds).length === 0 ? undefined : grounds;
}
