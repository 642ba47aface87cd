/** A judgement as a person reads it: the conclusion, its sentence, and where each KPI stands. */
import type { VerdictName } from "../conclusion/verdict.ts";
import type { Judgement } from "../minutes/judge-csv.ts";
import type { KpiVerdict } from "../shapes/shape.ts";

const marks: Readonly<Record<VerdictName, string>> = {
  pass: "✔",
  fail: "✖",
  inconclusive: "?",
  "no-data": "?",
  undecided: "…",
};

/** Lines of text. */
export function pageOf(judgement: Judgement): string[] {
  const { conclusion, at, minutes, sentence, details, pastMinutes, unusedColumns } = judgement;
  const assumed = details.filter(({ noise }) => noise === "assumed").map(({ name }) => name);
  return [
    `${marks[conclusion]} ${conclusion} at ${at.replace(".000Z", "Z")}, after ${minutesText(minutes)} of the candidate`,
    sentence,
    "",
    ...details.map((each) => `  ${detail(each)}`),
    ...(assumed.length === 0
      ? []
      : [
          `  The noise of ${assumed.join(", ")} is assumed: ${minutesText(pastMinutes)} of stable before the candidate are too few to measure it.`,
        ]),
    ...(unusedColumns.length === 0 ? [] : [`  Not read: ${unusedColumns.join(", ")}.`]),
  ];
}

const minutesText = (minutes: number): string => {
  const rounded = Math.round(minutes * 10) / 10;
  return rounded === 1 ? "1 minute" : `${rounded} minutes`;
};

/** "errors: harm; evidence of harm 9.1 of 4.6 nats, of safety −3.0 of 4.6". */
function detail({ name, standing, logE, logThreshold, logSafe, logSafeThreshold }: KpiVerdict): string {
  if (logE === undefined || logThreshold === undefined) return `${name}: ${standing}`;
  const harm = `evidence of harm ${logE.toFixed(1)} of ${logThreshold.toFixed(1)} nats`;
  if (logSafe === undefined || logSafeThreshold === undefined) return `${name}: ${standing}; ${harm}`;
  return `${name}: ${standing}; ${harm}, of safety ${logSafe.toFixed(1)} of ${logSafeThreshold.toFixed(1)}`;
}
