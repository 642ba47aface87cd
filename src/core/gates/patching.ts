/**
 * Whether what serves is patched, by the gates that a release of it would meet: the age of its image, and what its last scan has
 * found and when. It is judged by itself: neither what served before nor anybody's waiver excuses it.
 */
import { type ImageFacts, type Looked, notLooked } from "./facts.ts";
import { allGates } from "./registry.ts";
import { type Gates, limitsOf } from "./settings.ts";

/** Those that are about how long ago an image was built, and what is known of it since. */
export const patchGates = ["vulnerabilities", "image-age"] as const;

export interface PatchAnswer {
  readonly gate: (typeof patchGates)[number];
  /** Unknown counts as behind. */
  readonly status: "pass" | "fail" | "unknown";
  readonly found: string;
  readonly expected: string;
  /** Where it does not pass. */
  readonly todo: string | null;
}

/** A fleet, and how its images stand. */
export interface FleetPatched {
  readonly variant: string;
  /** As its version names them. */
  readonly images: readonly string[];
  readonly answers: readonly PatchAnswer[];
}

/** A model, and how each of its fleets stands. */
export interface PatchStatus {
  readonly model: string;
  readonly endpoint: string;
  /** Whether any of its fleets is short of the plan's limits, or is not known to keep to them. */
  readonly isBehind: boolean;
  /** One while no release is under way; none where the endpoint could not be looked at. */
  readonly fleets: readonly FleetPatched[];
  /** Why there are none; null where there are. */
  readonly unknown: string | null;
}

/** The same, and when its plan has it looked at and patched by itself. */
export interface PlannedPatches extends PatchStatus {
  /** The next date of the plan's patch milestone, ISO 8601; null where it has none. */
  readonly nextPatch: string | null;
}

export interface PatchAsked {
  /** Of the plan; the usual limits where it has none. */
  readonly gates: Pick<Gates, "limits"> | undefined;
  readonly images: Looked<readonly ImageFacts[]>;
  /** The deployment's own. */
  readonly region: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

export function patchAnswers({ gates = {}, images, region, nowMs }: PatchAsked): PatchAnswer[] {
  const side = {
    called: "what serves",
    images,
    volume: notLooked,
    artefacts: notLooked,
    key: notLooked,
    model: notLooked,
    version: notLooked,
    places: notLooked,
  };
  const question = {
    candidate: side,
    serving: side,
    means: nobodys,
    roles: notLooked,
    limits: limitsOf(gates, region),
    passesKept: false,
    nowMs,
  };
  return patchGates.map((gate) => {
    const { status, found, expected, todo } = allGates[gate].judge(question);
    return { gate, status, found, expected, todo: status === "pass" ? null : todo };
  });
}

/** No release is asked about. */
const nobodys = { costUsd: null, budgetUsd: 0, stableInstances: 0, roomInstances: undefined };

/** What of an endpoint is short of the limits, or not known to keep to them: by fleet and image. */
export function behindText({ endpoint, fleets, unknown }: PatchStatus): string {
  if (unknown !== null) return `whether what serves on ${endpoint} is patched is not known: ${unknown}`;
  const short = fleets.flatMap(({ variant, images, answers }) => {
    const texts = shortTexts(answers);
    return texts.length === 0
      ? []
      : [`${variant} (${images.join(", ") || "image not known"}): ${texts.join("; ")}`];
  });
  return `what serves on ${endpoint} is behind: ${short.join("; ")}`;
}

/** What it was found to be, where nothing of it is behind. */
export function patchedText({ endpoint, fleets }: PatchStatus): string {
  const found = fleets.map(
    ({ variant, answers }) => `${variant}: ${answers.map((answer) => answer.found).join("; ")}`,
  );
  return `what serves on ${endpoint} is not behind: ${found.join("; ")}`;
}

/** One for each gate that does not pass. */
export const shortTexts = (answers: readonly PatchAnswer[]): string[] =>
  answers.flatMap(({ gate, status, expected, found }) =>
    status === "pass"
      ? []
      : [`${gate}, expected ${expected}, ${status === "fail" ? "found" : "not known:"} ${found}`],
  );
