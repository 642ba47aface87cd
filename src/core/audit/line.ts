/**
 * What of a pack the table keeps beside the bucket, so that a subject's changes are found by time without reading an object for
 * each: who, what, when, for which release, and what it came from and led to, as far as that is short.
 */
import * as z from "zod";
import { bytesIn, type Canonical, canonical } from "../evidence/canonical.ts";
import type { Described, Pack, PurchasePack } from "../evidence/pack.ts";
import type { GatesSaid } from "../release/grounds.ts";
import { type JsonValue, PlainData } from "../release/json-value.ts";
import { resourceKinds } from "../release/resource-kinds.ts";

/** A pack as the table tells it; whatever shows that it says the same is in the bucket under its number. */
export const AuditLine = z.object({
  /** Its number in the chain. */
  number: z.int().min(1),
  what: z.string(),
  since: z.iso.datetime(),
  at: z.iso.datetime(),
  resource: z.object({ kind: z.enum(resourceKinds), name: z.string() }).optional(),
  changes: z.array(z.string()).optional(),
  /** Those that nobody had said were made. */
  unsaid: z.array(z.string()).optional(),
  /** The states before and after, without what is long of them. */
  before: PlainData.optional(),
  after: PlainData.optional(),
  release: z
    .object({
      id: z.string(),
      model: z.string().optional(),
      version: z.int().optional(),
      milestone: z.string().optional(),
      trigger: z.string().optional(),
      /** What the caller said of itself; nobody has looked into it. */
      claimed: z.object({ commit: z.string().optional(), run: z.string().optional() }).optional(),
    })
    .optional(),
  /** Of a minimum between releases: whose plan asks for it, and by what. */
  model: z.string().optional(),
  because: z.string().optional(),
  /** Who has ordered that such a minimum be taken back. */
  by: z.string().optional(),
  /** An order that the release had been given: by a person under a pseudonym, or by a newer release of that id. */
  order: z
    .object({ kind: z.string(), at: z.string(), by: z.string().optional(), release: z.string().optional() })
    .optional(),
  /** Who had answered what a stage asked, as far as it rests on that. */
  answers: z
    .array(
      z.object({
        stage: z.int(),
        answer: z.string(),
        at: z.string(),
        by: z.string().optional(),
        side: z.string().optional(),
      }),
    )
    .optional(),
  /** How many gates had answered what, and until when which were waived. */
  gates: z
    .object({
      said: z.record(z.string(), z.int()),
      waivedUntil: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  /** That two people had let the release past gates and freezes, as far as it rests on that, or is about it. */
  glass: z
    .array(z.object({ passes: z.array(z.string()), until: z.string(), by: z.array(z.string()) }))
    .optional(),
  /** A training plan that is about to be bought, or is: by whom asked for and agreed to, and what is paid up front. */
  purchase: z
    .object({
      trainingPlan: z.string(),
      model: z.string(),
      milestone: z.string(),
      of: z.string(),
      fee: z.number(),
      currency: z.string(),
      by: z.array(z.string()),
    })
    .optional(),
  /** Of what could not be told: how many. */
  count: z.int().optional(),
  /** What was left out for its length: the pack has it. */
  cut: z.array(z.string()).optional(),
});
export type AuditLine = z.infer<typeof AuditLine>;

/** Chosen: a thousand of them are within a page of a Query's, which is 1 MB. */
export const mostLineBytes = 900;

/** What is left out first where a line is too long; the rest is bounded by what AWS allows in names. */
const dispensable = ["unsaid", "changes", "before", "after", "answers", "gates", "order", "glass"] as const;

export function lineOf(number: number, pack: Pack): AuditLine {
  const { what, since, at } = pack;
  if (pack.what === "untold") return { number, what, since, at, count: pack.count };
  if ("because" in pack) {
    const { resource, before, after, model, because, by } = pack;
    return fitted(withoutAbsent({ number, what, since, at, resource, before, after, model, because, by }));
  }
  if (pack.what === "glass-broken") {
    const { of: id, model, passes, until, asked, agreed } = pack;
    const by = [asked, agreed].filter((one) => one !== undefined);
    return fitted({ number, what, since, at, release: { id, model }, glass: [{ passes, until, by }] });
  }
  if ("trainingPlan" in pack) return fitted({ number, what, since, at, purchase: purchaseIn(pack) });
  const { resource, changes, unsaid, release } = pack;
  const { order, grounds } = pack;
  const { id, model, version, milestone, trigger, claimed } = release;
  const line = withoutAbsent({
    number,
    what,
    since,
    at,
    resource,
    changes,
    unsaid,
    before: shortened(pack.before),
    after: shortened(pack.after),
    release: withoutAbsent({ id, model, version, milestone, trigger, claimed }),
    order,
    answers: grounds?.answers?.map(({ seen: _, ...answer }) => answer),
    gates: grounds?.gates && gatesIn(grounds.gates),
    glass: grounds?.glass?.map(({ passes, until, by }) => ({ passes, until, by })),
  });
  return fitted(line);
}

function purchaseIn(pack: PurchasePack): NonNullable<AuditLine["purchase"]> {
  const { trainingPlan, model, milestone, instanceType, instances, from, until } = pack;
  const { fee, currency, asked, agreed } = pack;
  const by = [asked, agreed].filter((one) => one !== undefined);
  const of = `${instances} ${instanceType} from ${from} until ${until}`;
  return { trainingPlan, model, milestone, of, fee, currency, by };
}

function gatesIn({ answers, waivedUntil }: GatesSaid): AuditLine["gates"] {
  const said: Record<string, number> = {};
  for (const answer of Object.values(answers)) said[answer] = (said[answer] ?? 0) + 1;
  return { said, ...(waivedUntil !== undefined && { waivedUntil }) };
}

function fitted(line: AuditLine): AuditLine {
  const cut: string[] = [];
  let short = line;
  for (const member of dispensable) {
    if (bytesIn(canonical(short as Canonical)) <= mostLineBytes) break;
    if (short[member] === undefined) continue;
    cut.push(member);
    short = { ...withoutAbsent({ ...short, [member]: undefined }), cut };
  }
  return short;
}

/** Chosen: longer texts of a state are left out of it, bytes. */
const longestText = 80;

/** What a state says in numbers, short texts and names of its lists' things; undefined where it is not in the pack itself. */
function shortened(state: Described): JsonValue | undefined {
  return "is" in state ? shortOf(state.is) : undefined;
}

function shortOf(value: JsonValue): JsonValue | undefined {
  if (typeof value === "string") return bytesIn(value) <= longestText ? value : undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => nameIn(each)).filter((name) => name !== undefined);
  return withoutAbsent(
    Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shortOf(each as JsonValue)])),
  ) as JsonValue;
}

const nameIn = (item: JsonValue): JsonValue | undefined =>
  typeof item === "object" && item !== null && "name" in item ? item.name : shortOf(item);

const withoutAbsent = <T extends object>(members: { [Key in keyof T]: T[Key] | undefined }): T =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;

/** An item of the table: the lines of what was stored together, or nearly so. */
export interface IndexItem {
  /** The last moment of its lines, and their first and last number: the same lines have the same key. */
  readonly key: string;
  readonly lines: readonly AuditLine[];
}

/** Chosen: an item holds 400 KB at most (DynamoDB). */
const mostLines = 200;
/** Chosen: whoever looks for a span of time looks this much further, milliseconds. */
export const widestItemMs = 3_600_000;

/** In items of lines that are near each other in time, each under the last moment that it has. */
export function itemsOf(lines: readonly AuditLine[]): IndexItem[] {
  const groups: AuditLine[][] = [];
  for (const line of lines) {
    const group = groups.at(-1);
    if (group !== undefined && group.length < mostLines && isNear([...group, line])) group.push(line);
    else groups.push([line]);
  }
  return groups.map((group) => ({ key: keyOf(group), lines: group }));
}

function isNear(lines: readonly AuditLine[]): boolean {
  const moments = lines.map(({ at }) => Date.parse(at));
  return Math.max(...moments) - Math.min(...moments) <= widestItemMs;
}

const padded = (number: number): string => String(number).padStart(10, "0");

function keyOf(lines: readonly AuditLine[]): string {
  const last = new Date(Math.max(...lines.map(({ at }) => Date.parse(at)))).toISOString();
  const numbers = lines.map(({ number }) => number);
  return `${last}#${padded(Math.min(...numbers))}-${padded(Math.max(...numbers))}`;
}

/** Each number once, in order: what was stored again, in other company, has lines in several items. */
export function linesByNumber(lines: readonly AuditLine[]): AuditLine[] {
  const known = new Map(lines.map((line) => [line.number, line]));
  return [...known.values()].toSorted((one, other) => one.number - other.number);
}
