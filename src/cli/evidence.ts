/** `slipway evidence verify`: whether what shows the changes of an endpoint is whole. What is in a file is verified without an account. */

import type { KeptObject } from "../aws/evidence-reading.ts";
import { type EvidenceVerdict, verifyChain } from "../core/evidence/verify.ts";
import { type DaysVerdict, verifyDays } from "../core/evidence/verify-days.ts";
import { printable } from "../core/input/bad-input.ts";
import type { CommandLine } from "./arguments.ts";
import { isKept, seenOf } from "./evidence-seen.ts";
import { dayFindingText, daysText, findingText, verdictText } from "./evidence-told.ts";
import { trustIn } from "./evidence-trust.ts";
import { linesOf } from "./files.ts";
import { BadInput, BadUsage } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";

/** What `evidence verify --json` prints. */
export interface VerifiedEvidence extends EvidenceVerdict {
  /** SHA-256 of the public key that it was verified by. */
  readonly keyid: string;
  /** Of the days of which it is told what auto scaling did; absent where there are none. `ok` of the whole counts them. */
  readonly scaling?: DaysVerdict;
}

/** Resolves to 0 where all is as it was signed, and to 1 where it is not. Changes nothing. */
export async function evidenceVerify(line: CommandLine, terminal: Terminal): Promise<number> {
  const [named] = line.positionals;
  if (named === undefined) throw new BadUsage(["FILE or ENDPOINT: expected one, found nothing"]);
  const atLeast = atLeastOf(line);
  const { trust, seen } = isFile(named)
    ? await inFile(named, line)
    : await (await import("./evidence-account.ts")).inAccount(named, line, terminal);
  const verdict = verifyChain({ ...seen, atLeast });
  const scaling = seen.days.length + seen.lasts.length === 0 ? undefined : verifyDays(seen);
  const ok = verdict.ok && scaling?.ok !== false;
  const { out } = terminal;
  if (line.switches.has("json")) {
    const told: VerifiedEvidence = {
      ...verdict,
      ok,
      keyid: trust.keyid,
      ...(scaling !== undefined && { scaling }),
    };
    out.write(`${JSON.stringify(told, null, 2)}\n`);
    return ok ? 0 : 1;
  }
  const mark = (isGood: boolean) => (isGood ? out.paint.green("✔") : out.paint.red("✖"));
  for (const finding of verdict.findings) tell(out, `${mark(false)} ${findingText(finding)}`);
  tell(out, `${mark(verdict.ok)} ${verdictText(verdict)}`);
  for (const finding of scaling?.findings ?? []) tell(out, `${mark(false)} ${dayFindingText(finding)}`);
  if (scaling !== undefined) tell(out, `${mark(scaling.ok)} ${daysText(scaling)}`);
  tell(out, out.paint.dim(`verified by the key ${trust.keyid}`));
  return ok ? 0 : 1;
}

function atLeastOf({ values }: CommandLine): number | undefined {
  const given = values["at-least"];
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(given)) return Number(given);
  throw new BadUsage([`--at-least: expected a number from 1, found ${printable(given)}`]);
}

/** Endpoints' names have no dot. */
export const isFile = (named: string): boolean => named === "-" || named.includes(".");

async function inFile(path: string, { values: { key } }: CommandLine) {
  if (key === undefined)
    throw new BadUsage([
      "--key: expected the file with the public key (slipway evidence key), found nothing",
    ]);
  const trust = trustIn(key);
  const { folders, ...seen } = await seenOf(objectsIn(path), trust);
  const [folder = ""] = folders;
  if (folders.size !== 1)
    throw new BadInput([
      { where: path, expected: "the evidence of one subject", found: `${folders.size} subjects` },
    ]);
  return { trust, seen: { ...seen, subject: decodeURIComponent(folder) } };
}

/** Line by line: a chain of years has more than anybody wants in memory. */
export async function* objectsIn(path: string): AsyncIterable<KeptObject> {
  let number = 0;
  for await (const text of linesOf(path, "exported evidence")) {
    number += 1;
    if (text !== "") yield objectIn(text, `${path}:${number}`);
  }
}

function objectIn(text: string, where: string): KeptObject {
  const expected = 'a line of `slipway evidence export`: {"key":"packs/…","text":"…"}';
  let read: Partial<KeptObject> | null;
  try {
    read = JSON.parse(text) as Partial<KeptObject> | null;
  } catch {
    throw new BadInput([{ where, expected, found: "no JSON" }]);
  }
  const { key, text: content } = read ?? {};
  if (typeof key === "string" && typeof content === "string" && isKept(key)) return { key, text: content };
  throw new BadInput([{ where, expected, found: printable(text.slice(0, 60)) }]);
}
