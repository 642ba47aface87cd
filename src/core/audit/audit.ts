/** What is told to whoever audits a subject: each change in a span of time, what is out of the ordinary, and what is missing. */
import type { LockItem } from "../release/lock.ts";
import type { AuditedDays } from "./days.ts";
import type { AuditLine } from "./line.ts";
import { type AuditSpan, isBegun, type Reconciled } from "./reconciling.ts";

/** Something that an auditor is told of by itself. */
export interface AuditException {
  readonly what: "end-unknown" | "untold" | "waived" | "glass" | "remainder" | "waiting";
  /** Of a pack: its number. */
  readonly number?: number;
  readonly at?: string;
  readonly text: string;
}

/** Numbers of which neither the table nor the bucket has anything; both ends. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

export interface Audited {
  readonly subject: string;
  readonly span: AuditSpan;
  /** By their numbers. */
  readonly changes: readonly AuditLine[];
  readonly exceptions: readonly AuditException[];
  readonly gaps: readonly Gap[];
  /** Who is who, as far as the directory of people says it: ARNs by the pseudonyms of orders and answers. */
  readonly people: Readonly<Record<string, string>>;
  /** Whom the directory does not have any more: when they were erased from it, ISO 8601, by the same pseudonyms. */
  readonly erased: Readonly<Record<string, string>>;
  /** How many lines the table lacked, and the bucket had. */
  readonly fromBucket: number;
  /** The last number that is signed and stored, by the table; absent where there is none. */
  readonly head?: { readonly sequence: number; readonly at: string };
  /** Whether no number is beyond the head, and none up to it is missing at the end. */
  readonly fits: boolean;
  /** What this version cannot read. */
  readonly unread: number;
  /** What auto scaling did, by the summaries of its days; absent where there are none yet. */
  readonly scaling?: AuditedDays;
  /** With `--reconcile`. */
  readonly reconciled?: Reconciled;
  /** What was not, or could not be, asked: a sentence each. */
  readonly unasked: readonly string[];
  /** Whether nothing is missing, and nothing that happened is without a pack. */
  readonly ok: boolean;
}

/** What was found of a subject, in a span and just beside it. */
export interface AuditFound {
  readonly lines: readonly AuditLine[];
  readonly before?: number;
  readonly after?: number;
}

/**
 * Numbers that there must be and that the table does not tell of, as far as what is known on either side says so; where nothing
 * comes after, up to the head.
 */
export function missingIn({ lines, before, after }: AuditFound, head = 0): number[] {
  const numbers = lines.map(({ number }) => number);
  const first = before ?? numbers[0] ?? (after === undefined ? 1 : after);
  const last = after ?? Math.max(head, ...numbers.slice(-1));
  const known = new Set([...numbers, before, after]);
  const missing: number[] = [];
  for (let number = first; number <= last; number++) if (!known.has(number)) missing.push(number);
  return missing;
}

/** Whether no number is beyond the head, unless it waits still to be stored, and none is missing just below it. */
export function fitsHead(
  { lines, after }: AuditFound,
  { evidence }: LockItem,
  gone: ReadonlySet<number>,
): boolean {
  const head = evidence?.head?.sequence ?? 0;
  const waits = new Set(Object.keys(evidence?.claimed ?? {}).map(Number));
  const numbers = [...lines.map(({ number }) => number), ...(after === undefined ? [] : [after])];
  return !gone.has(head) && numbers.every((number) => number <= head || waits.has(number));
}

export function gapsOf(numbers: readonly number[]): Gap[] {
  const gaps: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const gap = gaps.at(-1);
    if (gap !== undefined && gap.to === number - 1) gap.to = number;
    else gaps.push({ from: number, to: number });
  }
  return gaps;
}

/** What of the changes, and of the lock as it is now, is out of the ordinary. */
export function exceptionsIn(lines: readonly AuditLine[], lock: LockItem): AuditException[] {
  return [...lines.flatMap(exceptionOf), ...exceptionsOfLock(lock)];
}

function exceptionOf({
  number,
  what,
  at,
  count,
  resource,
  gates,
  unsaid,
  glass,
}: AuditLine): AuditException[] {
  const thing = resource === undefined ? "" : `${resource.kind} ${resource.name}`;
  const own = { number, at };
  return [
    ...(isBegun(what)
      ? [
          {
            ...own,
            what: "end-unknown" as const,
            text: `calls may have gone out for ${thing}, and what became of them nobody can tell`,
          },
        ]
      : []),
    ...(count === undefined
      ? []
      : [{ ...own, what: "untold" as const, text: `${count} changes of which no more is known` }]),
    ...(unsaid === undefined
      ? []
      : [
          {
            ...own,
            what: "end-unknown" as const,
            text: `${thing} was put back, and nobody had said that ${unsaid.join(", ")} was made`,
          },
        ]),
    ...Object.entries(gates?.waivedUntil ?? {}).map(([gate, until]) => ({
      ...own,
      what: "waived" as const,
      text: `gate ${gate} is waived until ${until}`,
    })),
    ...(glass ?? []).map(({ passes, until }) => ({
      ...own,
      what: "glass" as const,
      text:
        what === "glass-broken"
          ? `two people let the release past ${passes.join(", ")} until ${until}`
          : `rests on what two people let it past: ${passes.join(", ")} until ${until}`,
    })),
  ];
}

function exceptionsOfLock({ evidence, remainder = [], holder }: LockItem): AuditException[] {
  const waiting = Object.keys(evidence?.claimed ?? {}).length;
  const untold = evidence?.untold;
  return [
    ...(waiting === 0
      ? []
      : [{ what: "waiting" as const, text: `${waiting} changes wait to be signed and stored` }]),
    ...(untold === undefined
      ? []
      : [
          {
            what: "untold" as const,
            text: `${untold.count} changes of which no more is known wait for a number`,
          },
        ]),
    ...remainder.map(({ resource: { kind, name } }) => ({
      what: "remainder" as const,
      text: `${kind} ${name} could not be put back by ${holder?.releaseId ?? "whoever held the lock"}`,
    })),
  ];
}

/** Whether nothing that happened is without a pack, as far as was looked. */
export const isReconciled = ({ untold, unseen }: Reconciled): boolean =>
  unseen.length === 0 && untold.every(({ toldBy }) => toldBy !== undefined);

/** Of whom lines speak, by their pseudonyms. */
export const peopleIn = (lines: readonly AuditLine[]): string[] => [
  ...new Set(
    lines
      .flatMap(({ by, order, answers = [], glass = [], purchase }) => [
        by,
        order?.by,
        ...answers.map(({ by }) => by),
        ...glass.flatMap(({ by }) => by),
        ...(purchase?.by ?? []),
      ])
      .filter((by) => by !== undefined),
  ),
];
