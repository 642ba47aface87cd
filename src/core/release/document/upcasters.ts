/**
 * What becomes of what an older version wrote: one upcaster for each number, in their order, each to the next. How many
 * there are is the number of what this code writes: docs/EXTENDING.md, "A change of the document".
 */
import type { JsonValue } from "../json-value.ts";

/** A map of plain data. */
export type Members = { readonly [key: string]: JsonValue };

/** Sections that OpenRelease writes, beside members of the document itself. */
export const openedSections = ["release", "plan", "queue"] as const;
/** Sections that later steps add, each under the number of the code that wrote it. */
export const addedSections = [
  "planning",
  "gates",
  "prewarm",
  "capacity",
  "warmth",
  "loadTest",
  "stage",
  "judgement",
  "wayBack",
  "scaleDown",
] as const;
export type Section = (typeof openedSections)[number] | (typeof addedSections)[number];

/** From one number to the next. What it does not name is the same under both. */
export interface Upcaster {
  /** What the next number has, or says otherwise. */
  readonly says: string;
  /** Members of the document that are no section. */
  readonly document?: (document: Members) => Members;
  /** Each with the document that it is of, as that was written. */
  readonly sections?: { readonly [S in Section]?: (section: Members, document: Members) => Members };
  /** A change of the ledger, with what the release's plan says of its pool. */
  readonly change?: (change: Members, plan: { readonly pool?: Members | undefined }) => Members;
  /** An item of who leans on what. */
  readonly shared?: (item: Members) => Members;
}

/** What was assumed where the document did not say it. */
const noTurns = (section: Members): Members => ({ turns: 0, goesOn: "here", ...section });

const fromUnnumbered: Upcaster = {
  says: "executions are told apart: since when each acts, and which turns it has taken",
  document: (document) => ({
    promoted: false,
    // Nobody went on in another execution then.
    begunAt: membersOf(document.release)?.openedAt ?? null,
    ...document,
  }),
  sections: {
    planning: noTurns,
    stage: noTurns,
    judgement: noTurns,
    // Probes were counted from none in each round.
    warmth: (warmth) => ({ proven: 0, ...warmth }),
    wayBack: (wayBack) => ({ spentUsd: 0, countChanges: 0, ...wayBack }),
  },
};

const from1: Upcaster = {
  says: "each section and each change has the number of the code that wrote it; a priming job is intended with all of its pool; it is kept which version served before a release",
  sections: {
    planning: (planning) =>
      planning.needs === undefined
        ? planning
        : { servedBefore: { unknown: "it was planned before that was kept" }, ...planning },
  },
  change: (change, { pool }) => {
    const after = membersOf(change.after);
    const isPrimer = membersOf(change.resource)?.kind === "training-job";
    if (!isPrimer || after === undefined || pool === undefined) return change;
    return { ...change, after: { pool, ...after } };
  },
};

/** By the number that they read. */
export const upcasters: readonly Upcaster[] = [fromUnnumbered, from1];

/** The number of what this code writes. */
export const documentSchema = upcasters.length;

/** A value as a map; undefined where it is none. */
export const membersOf = (value: unknown): Members | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
