/**
 * The index of evidence: beside each chain in the bucket, lines of its packs in the table by time. They are written before the
 * chain's head moves on, under a key that follows from what they say: whoever finishes the same packs again writes the same.
 */
import { PutCommand, QueryCommand, type QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { AuditLine, itemsOf, lineOf, linesByNumber, widestItemMs } from "../core/audit/line.ts";
import type { ClaimedEntry } from "../core/evidence/next-entry.ts";
import { retainedUntil } from "../core/evidence/retention.ts";
import type { Aws } from "./clients.ts";

const partitionOf = (subject: string): string => `evidence#${subject}`;

/** Of packs that are stored. An item goes once the lock of each of its packs has ended. */
export async function keepLines(
  { table, environment }: Aws,
  subject: string,
  entries: readonly ClaimedEntry[],
): Promise<void> {
  const until = new Map(entries.map(({ sequence, pack }) => [sequence, retainedUntil(pack)]));
  for (const { key, lines } of itemsOf(entries.map(({ sequence, pack }) => lineOf(sequence, pack)))) {
    const lastMs = Math.max(...lines.map(({ number }) => until.get(number) ?? 0));
    const Item = {
      pk: partitionOf(subject),
      sk: key,
      expiresAt: Math.ceil(lastMs / 1000),
      // As text: ten thousand of them are read in a tenth of the time that the table's own maps take.
      lines: JSON.stringify(lines),
    };
    await table.send(new PutCommand({ TableName: environment.table, Item }));
  }
}

export interface Indexed {
  /** By their numbers. */
  readonly lines: readonly AuditLine[];
  /** The nearest number before and after these, where there is one: what lies between belongs here. */
  readonly before?: number;
  readonly after?: number;
  /** Lines, or items, of another version that this code cannot read. */
  readonly unread: number;
}

/** What is told of a subject's changes from one moment to another, ISO 8601, the last one included. */
export async function linesBetween(
  aws: Aws,
  subject: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Indexed> {
  const end = new Date(Date.parse(to) + widestItemMs).toISOString();
  const own = { subject, from, to: lastOf(end) };
  const found = await allOf(aws, { ...own, KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to" });
  const isMeant = ({ at }: AuditLine) => at >= from && at <= to;
  const lines = linesByNumber(found.lines.filter(isMeant));
  const [earlier, later] = await Promise.all([
    nearest(aws, { subject, KeyConditionExpression: "pk = :pk AND sk < :from", from }, false),
    nearest(aws, { subject, KeyConditionExpression: "pk = :pk AND sk > :to", to: own.to }, true),
  ]);
  const beside = [...found.lines, ...earlier, ...later];
  const [first, last] = [lines[0]?.number, lines.at(-1)?.number];
  const before = beside.filter(({ number, at }) => (first === undefined ? at < from : number < first));
  const after = beside.filter(({ number, at }) => (last === undefined ? at > to : number > last));
  return {
    lines,
    ...(before.length > 0 && { before: Math.max(...before.map(({ number }) => number)) }),
    ...(after.length > 0 && { after: Math.min(...after.map(({ number }) => number)) }),
    unread: found.unread,
  };
}

/** A moment sorts before the numbers that follow it in a key. */
const lastOf = (moment: string): string => `${moment}#~`;

interface Asked {
  readonly subject: string;
  readonly KeyConditionExpression: string;
  readonly from?: string;
  readonly to?: string;
}

interface Read {
  readonly lines: AuditLine[];
  readonly unread: number;
}

/** Page by page: one of a Query's holds 1 MB. */
async function allOf(aws: Aws, asked: Asked): Promise<Read> {
  const lines: AuditLine[] = [];
  let unread = 0;
  let start: QueryCommandInput["ExclusiveStartKey"];
  do {
    const page = await query(aws, asked, { ExclusiveStartKey: start });
    for (const item of page.items) {
      const read = linesIn(item);
      lines.push(...read.lines);
      unread += read.unread;
    }
    start = page.next;
  } while (start !== undefined);
  return { lines, unread };
}

async function nearest(aws: Aws, asked: Asked, isForward: boolean): Promise<AuditLine[]> {
  const { items } = await query(aws, asked, { ScanIndexForward: isForward, Limit: 1 });
  return items.flatMap((item) => linesIn(item).lines);
}

async function query(
  { table, environment }: Aws,
  { subject, KeyConditionExpression, from, to }: Asked,
  how: Pick<QueryCommandInput, "ExclusiveStartKey" | "ScanIndexForward" | "Limit">,
) {
  const { Items = [], LastEvaluatedKey } = await table.send(
    new QueryCommand({
      TableName: environment.table,
      KeyConditionExpression,
      ExpressionAttributeValues: {
        ":pk": partitionOf(subject),
        ...(from !== undefined && { ":from": from }),
        ...(to !== undefined && { ":to": to }),
      },
      ...how,
    }),
  );
  return { items: Items, next: LastEvaluatedKey };
}

function linesIn({ lines }: Readonly<Record<string, unknown>>): Read {
  const found = parsed(lines);
  if (!Array.isArray(found)) return { lines: [], unread: 1 };
  const read = found.map((line) => AuditLine.safeParse(line));
  const known = read.flatMap(({ data }) => (data === undefined ? [] : [data]));
  return { lines: known, unread: read.length - known.length };
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}
