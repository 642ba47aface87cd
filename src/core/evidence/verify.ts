/**
 * Whether a chain of evidence is whole, by what its objects and its heads turned out to be, and which numbers are not as they
 * were signed.
 *
 * A number is named exactly as long as the key is its owner's: what lies there is either what was signed for that number or it is
 * not. Of somebody who has the key, what they signed anew is named where a head or the entry after it says another digest; of those
 * before it nothing but their signatures speaks (`bySignatureAlone`), since the one that named their digests is lost. What no head
 * speaks of that is at hand, a shorter chain with an older head, cannot be told from a chain that was shorter: hence `atLeast`.
 */
import type { Head } from "./envelope.ts";
import type { SeenEntry, SeenHead } from "./verify-entry.ts";

/** Numbers are those that names give. */
export type EvidenceFinding =
  /** Not what was signed for anything: edited, cut, or made up. */
  | { readonly what: "changed"; readonly number: number }
  | { readonly what: "other-key"; readonly number: number }
  /** Signed, but for another number or subject. */
  | { readonly what: "misplaced"; readonly number: number; readonly holds: SignedAs }
  /** What is signed for this number lies under others too, or twice under its own. */
  | { readonly what: "doubled"; readonly number: number; readonly at: readonly number[] }
  /** Nothing of what was signed for these is there; both ends of the gap. */
  | { readonly what: "missing"; readonly from: number; readonly to: number }
  /** The same up to where a head says that the chain had come. */
  | { readonly what: "cut-off"; readonly from: number; readonly to: number }
  /** Signed by the key for this number, and not what the next one or a head says was there. */
  | { readonly what: "replaced"; readonly number: number; readonly by: string }
  | { readonly what: "head"; readonly name: string; readonly why: "changed" | "other-key" | "other-subject" }
  | { readonly what: "no-head" }
  | { readonly what: "behind"; readonly number: number };

/** What something was signed as. */
export interface SignedAs {
  readonly subject: string;
  readonly sequence: number;
}

export interface EvidenceVerdict {
  readonly subject: string;
  readonly ok: boolean;
  /** Objects that were looked at, and those of them that are what was signed for their number. */
  readonly entries: number;
  readonly intact: number;
  /** The last one that is at hand. */
  readonly head?: Head & { readonly name: string };
  /** How many there are beyond that head: not yet told by any, so that it could not be seen if one were cut off. */
  readonly beyondHead: number;
  /** Nobody names the digests of these any more. */
  readonly bySignatureAlone: readonly number[];
  readonly findings: readonly EvidenceFinding[];
}

export interface ChainSeen {
  readonly subject: string;
  readonly entries: readonly SeenEntry[];
  readonly heads: readonly SeenHead[];
  /** How far somebody else knows the chain to have come. */
  readonly atLeast?: number | undefined;
}

type Signed = Extract<SeenEntry, { state: "intact" | "torn" }>;
const isSignedEntry = (entry: SeenEntry): entry is Signed =>
  entry.state === "intact" || entry.state === "torn";

export function verifyChain({ subject, entries, heads, atLeast = 0 }: ChainSeen): EvidenceVerdict {
  const known = headsOf(subject, heads);
  const head = known.good.toSorted((one, other) => other.sequence - one.sequence)[0];
  const placed = placesOf(subject, entries);
  const last = Math.max(head?.sequence ?? 0, ...entries.map(({ at }) => at));
  const upTo = Math.max(last, atLeast);
  const walked = walk(placed.own, known.good, upTo);
  const findings: EvidenceFinding[] = [
    ...placed.findings,
    ...gaps(placed, upTo),
    ...walked.replaced,
    ...known.findings,
    ...(head === undefined ? [{ what: "no-head" } as const] : []),
    ...((head?.sequence ?? 0) < atLeast ? [{ what: "behind", number: atLeast } as const] : []),
  ];
  const faulty = new Set(walked.replaced.map(({ number }) => number));
  return {
    subject,
    ok: findings.length === 0,
    entries: entries.length,
    intact: [...placed.own.values()].filter(({ state, at }) => state === "intact" && !faulty.has(at)).length,
    ...(head !== undefined && { head }),
    beyondHead: Math.max(0, last - (head?.sequence ?? 0)),
    bySignatureAlone: walked.alone,
    findings,
  };
}

function headsOf(subject: string, heads: readonly SeenHead[]) {
  const good = heads.flatMap(({ name, ...head }) => {
    if (head.state !== "intact" || head.subject !== subject) return [];
    const { sequence, hash, at } = head;
    return [{ name, subject, sequence, hash, at }];
  });
  const findings = heads.flatMap((head): EvidenceFinding[] => {
    if (head.state !== "intact") return [{ what: "head", name: head.name, why: head.state }];
    return head.subject === subject ? [] : [{ what: "head", name: head.name, why: "other-subject" }];
  });
  return { good, findings };
}

/** What was signed for each number, and lies there; and what else lies where. */
function placesOf(subject: string, entries: readonly SeenEntry[]) {
  const spoiled = entries.flatMap(({ at, state }) =>
    state === "intact" ? [] : [{ what: state === "torn" ? "changed" : state, number: at } as const],
  );
  const intact = entries.filter((entry): entry is Signed => entry.state === "intact");
  const isHome = (entry: Signed) => entry.subject === subject && entry.at === entry.sequence;
  // What is torn still says the digest of the one before.
  const own = new Map(
    entries
      .filter(isSignedEntry)
      .filter(isHome)
      .map((entry) => [entry.at, entry]),
  );
  for (const entry of intact.filter(isHome)) own.set(entry.at, entry);
  const strange = intact.filter((entry) => !isHome(entry));
  const held = Map.groupBy(
    intact.filter((entry) => entry.subject === subject),
    ({ sequence }) => sequence,
  );
  const findings: EvidenceFinding[] = [
    ...spoiled,
    ...strange.map(
      ({ at, subject: whose, sequence }) =>
        ({ what: "misplaced", number: at, holds: { subject: whose, sequence } }) as const,
    ),
    ...[...held]
      .filter(([, places]) => places.length > 1)
      .map(
        ([number, places]) =>
          ({ what: "doubled", number, at: places.map(({ at }) => at).toSorted(ascending) }) as const,
      ),
  ];
  return {
    own,
    findings,
    spoiled: new Set(spoiled.map(({ number }) => number)),
    held: new Set(held.keys()),
    there: new Set(entries.map(({ at }) => at)),
  };
}

const ascending = (one: number, other: number) => one - other;

/** Ranges of numbers of which nothing is there: neither at its place, nor elsewhere, nor in another shape. */
function gaps(
  { spoiled, held, there }: Readonly<Record<"spoiled" | "held" | "there", ReadonlySet<number>>>,
  upTo: number,
): EvidenceFinding[] {
  const ranges: { from: number; to: number }[] = [];
  for (let number = 1; number <= upTo; number++) {
    if (spoiled.has(number) || held.has(number)) continue;
    const open = ranges.at(-1);
    if (open?.to === number - 1) open.to = number;
    else ranges.push({ from: number, to: number });
  }
  return ranges.map(({ from, to }) => ({
    what: to === upTo && !there.has(to) ? "cut-off" : "missing",
    from,
    to,
  }));
}

/**
 * From the end backwards: a head, or an entry whose own digest is known to be right, says the digest of the one before. Where one is
 * lost, what it said is too, until an older head speaks.
 */
function walk(
  own: ReadonlyMap<number, Signed>,
  heads: readonly (Head & { readonly name: string })[],
  upTo: number,
) {
  const said = new Map<number, Said[]>();
  const say = (number: number, one: Said) => said.set(number, [...(said.get(number) ?? []), one]);
  for (const { sequence, hash, name } of heads) say(sequence, { hash, by: name });
  const replaced: Extract<EvidenceFinding, { what: "replaced" }>[] = [];
  const alone: number[] = [];
  const lastHead = Math.max(0, ...heads.map(({ sequence }) => sequence));
  for (let number = upTo; number >= 1; number--) {
    const entry = own.get(number);
    const by = entry && contradictedBy(entry, said);
    if (by !== undefined) replaced.push({ what: "replaced", number, by });
    if (entry === undefined || by !== undefined) continue;
    const isProven = said.has(number);
    if (!isProven && number <= lastHead) alone.push(number);
    if (number > 1 && (isProven || number > lastHead))
      say(number - 1, { hash: entry.previous, by: String(number) });
  }
  return { replaced: replaced.toReversed(), alone: alone.toReversed() };
}

/** What a head or the next entry says that the digest of a number is; null where there is to be none. */
interface Said {
  readonly hash: string | null;
  readonly by: string;
}

function contradictedBy(entry: Signed, said: ReadonlyMap<number, readonly Said[]>): string | undefined {
  const other = said.get(entry.at)?.find(({ hash }) => hash !== entry.hash);
  if (other !== undefined) return other.by;
  return entry.at === 1 && entry.previous !== null ? "the start" : undefined;
}
