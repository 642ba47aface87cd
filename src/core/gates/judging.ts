/** How a gate comes to its answer: by what is asked, and where that is not met by what serves now. */
import type { GateFacts, Looked } from "./facts.ts";
import type { FullLimits } from "./settings.ts";

/** With one and the same on both sides it is judged by itself: nothing excuses it. */
export interface GateQuestion extends GateFacts {
  readonly limits: FullLimits;
  /** Whether what is no worse than what serves passes. */
  readonly passesKept: boolean;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** What a gate comes to before anybody's waiver. */
export interface GateVerdict {
  readonly status: "pass" | "fail" | "unknown";
  readonly found: string;
  readonly expected: string;
  /** What to do where it does not pass. */
  readonly todo: string;
  /** It is short of what is expected, and no worse than what serves. */
  readonly isKept?: true;
}

/** Which facts a gate goes by. */
export type FactName =
  | "volume"
  | "key"
  | "artefacts"
  | "isolation"
  | "images"
  | "scans"
  | "version"
  | "places"
  | "means"
  | "roles";

export interface Gate {
  readonly by: readonly FactName[];
  readonly judge: (question: GateQuestion) => GateVerdict;
}

interface Comparison<T> {
  readonly of: (side: GateFacts["candidate"]) => Looked<T>;
  readonly meets: (value: T, question: GateQuestion) => boolean;
  /** Whether the candidate's is worse than what serves; absent: it is not to be compared. */
  readonly isWorse?: (candidate: T, serving: T, question: GateQuestion) => boolean;
  readonly text: (value: T, question: GateQuestion) => string;
  readonly expected: (question: GateQuestion) => string;
  readonly todo: string;
}

/** A gate that is about one thing of both sides. */
export function compared<T>(by: Gate["by"], comparison: Comparison<T>): Gate {
  return { by, judge: (question) => judge(comparison, question) };
}

function judge<T>({ of, meets, isWorse, ...told }: Comparison<T>, question: GateQuestion): GateVerdict {
  const { candidate, serving, passesKept } = question;
  const [expected, todo] = [told.expected(question), told.todo];
  const [own, theirs] = [of(candidate), of(serving)];
  if ("unknown" in own) return { status: "unknown", found: own.unknown, expected, todo };
  const found = told.text(own.value, question);
  if (meets(own.value, question)) return { status: "pass", found, expected, todo };
  const isAlone = candidate === serving;
  if (isWorse === undefined || isAlone) return { status: "fail", found, expected, todo };
  if ("unknown" in theirs)
    return { status: "fail", found: `${found}; of what serves: ${theirs.unknown}`, expected, todo };
  const beside = `${found}; of what serves: ${told.text(theirs.value, question)}`;
  if (isWorse(own.value, theirs.value, question) || !passesKept)
    return { status: "fail", found: beside, expected, todo };
  return { status: "pass", found: beside, expected, todo, isKept: true };
}
