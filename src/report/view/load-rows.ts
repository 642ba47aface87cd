/** A test under load as it is shown: rate by rate, and where its knee is. */
import { printable } from "../../core/input/bad-input.ts";
import type { SpikeRecovery } from "../../core/load/spike.ts";
import type { LoadStepTold } from "../../core/load/told.ts";
import type { ReleaseTold } from "./told.ts";

export interface LoadRow {
  readonly name: string;
  readonly requestsPerSecond: number;
  readonly requests: number;
  readonly latePercent: number;
  readonly failedPercent: number;
  readonly p99Ms?: number | undefined;
  readonly answer: "within" | "exceeds" | "open";
}

export interface LoadShown {
  readonly rows: readonly LoadRow[];
  /** Where its knee is, in words; empty where nothing is known. */
  readonly knee: string;
  /** How long after a spike it answered as before; empty where there was none. */
  readonly recovery: string;
  /** By what tests before it have come to, in words; empty where it was not. */
  readonly raised: string;
  /** Why it came to no answer, in words; empty where it did. */
  readonly open: string;
  readonly status: string;
}

export interface LoadCourse {
  readonly status: string;
  /** Absent: told beside it. */
  readonly reason?: string;
  readonly steps: readonly LoadStepTold[];
  readonly knee?: { readonly from: number; readonly to?: number | undefined } | undefined;
  readonly recovery?: SpikeRecovery | undefined;
  readonly raises?: readonly Raised[] | undefined;
}

interface Raised {
  readonly from: number;
  readonly to: number;
}

/** Undefined of a release without one. */
export function loadShown({ journal }: Pick<ReleaseTold, "journal">): LoadShown | undefined {
  const told = journal.flatMap((entry) => (entry.kind === "load-test" ? [entry] : [])).at(-1);
  return told?.steps === undefined || (told.steps.length === 0 && !isOpen(told.status))
    ? undefined
    : loadSeen({ ...told, steps: told.steps });
}

/** Of what a test has told, a release's or one by hand. */
export function loadSeen({ steps, knee, recovery, raises, status, reason = "" }: LoadCourse): LoadShown {
  const rows = steps.map(({ lateShare, failedShare, ...step }): LoadRow => {
    const [latePercent, failedPercent] = [100 * lateShare, 100 * failedShare];
    return { ...step, name: printable(step.name), latePercent, failedPercent };
  });
  return {
    rows,
    knee: kneeText(knee),
    recovery: recoveryText(recovery),
    raised: raisedText(raises),
    open: isOpen(status) ? printable(reason) : "",
    status: printable(status),
  };
}

const isOpen = (status: string): boolean => status === "open" || status === "unproven";

const figure = (rate: number): string => Number(rate.toPrecision(3)).toString();

function kneeText(knee: { from: number; to?: number | undefined } | undefined): string {
  if (knee === undefined || (knee.from === 0 && knee.to === undefined)) return "";
  const { from, to } = knee;
  if (to === undefined) return `at ${figure(from)} requests/s or above`;
  return from === 0
    ? `below ${figure(to)} requests/s`
    : `between ${figure(from)} and ${figure(to)} requests/s`;
}

function recoveryText(recovery: SpikeRecovery | undefined): string {
  if (recovery === undefined) return "";
  const { minutes, isRecovered } = recovery;
  return isRecovered
    ? `answered as before within ${minutes} min after the spike`
    : `did not answer as before ${minutes} min after the spike`;
}

const raisedText = (raises: readonly Raised[] = []): string =>
  raises.map(({ from, to }) => `from ${from} to ${to} instances`).join(", and ");
