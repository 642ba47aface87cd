/** What a gate has answered, as a release keeps it, and what a release makes of all of them: how they are judged is none of its readers' matter. */
import * as z from "zod";
import { gateNames } from "./names.ts";

const Waived = z.object({ by: z.string(), until: z.string(), reason: z.string() });

export const GateAnswer = z.object({
  gate: z.enum(gateNames),
  /** Unknown counts as a failure. */
  status: z.enum(["pass", "fail", "unknown", "waived", "overridden"]),
  found: z.string(),
  expected: z.string(),
  /** Where it does not pass. */
  todo: z.string().optional(),
  /** It passes for being no worse than what serves. */
  isKept: z.literal(true).optional(),
  /** Of one that was waived, and whether that is over. */
  waiver: Waived.optional(),
  isExpired: z.literal(true).optional(),
  /** Of one that two people have let the release past (core/release/break-glass.ts). */
  override: Waived.optional(),
});
export type GateAnswer = z.infer<typeof GateAnswer>;

interface Override extends z.infer<typeof Waived> {
  /** Names of gates, among others. */
  readonly passes: readonly string[];
}

/** What does not pass, and two people have named, bars nothing. */
export function overridden(
  answers: readonly GateAnswer[],
  { passes, by, until, reason }: Override,
): GateAnswer[] {
  return answers.map((answer) =>
    isBlocking(answer) && passes.includes(answer.gate)
      ? { ...answer, status: "overridden", override: { by, until, reason } }
      : answer,
  );
}

const isBlocking = ({ status }: GateAnswer): boolean => status === "fail" || status === "unknown";

/** Why a release may not go on, and what to do about it; undefined where it may. */
export function blockedText(answers: readonly GateAnswer[]): string | undefined {
  const told = answers.filter(isBlocking).map((answer) => {
    const { gate, status, found, expected, todo, waiver, isExpired } = answer;
    const what = status === "fail" ? `found ${found}` : `not known: ${found}`;
    const over = isExpired ? `; the waiver of ${waiver?.by} ended ${waiver?.until}` : "";
    return `gate ${gate}: expected ${expected}; ${what}${over}; to do: ${todo}`;
  });
  return told.length === 0 ? undefined : told.join(". ");
}

/** How many gates said what, and who has waived some. */
export function answeredText(answers: readonly GateAnswer[]): string {
  if (answers.length === 0) return "the plan asks for no gates";
  const kept = answers.filter(({ isKept }) => isKept).length;
  const passed = answers.filter(({ status }) => status === "pass").length;
  const waived = answers.filter(({ status }) => status === "waived");
  const past = answers.filter(({ status }) => status === "overridden");
  return [
    `${passed} of ${answers.length} gates pass`,
    ...(kept === 0 ? [] : [`${kept} of them for being no worse than what serves`]),
    ...waived.map(({ gate, waiver }) => `${gate} waived by ${waiver?.by} until ${waiver?.until}`),
    ...past.map(({ gate, override }) => `${gate} overridden by ${override?.by} until ${override?.until}`),
  ].join(", ");
}
