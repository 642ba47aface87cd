/** `slipway evidence verify`, `export` and `key`: what shows the changes of an endpoint, and whether it is whole. */
import type { Aws } from "../aws/clients.ts";
import { evidenceOf, type KeptObject } from "../aws/evidence-reading.ts";
import { evidenceStore, signingKeyOf } from "../aws/evidence-store.ts";
import type { EvidencePlace } from "../core/deployment.ts";
import { type EvidenceVerdict, verifyChain } from "../core/evidence/verify.ts";
import {
  type SeenEntry,
  type SeenHead,
  seeEntry,
  seeHead,
  type Trust,
} from "../core/evidence/verify-entry.ts";
import { printable } from "../core/input/bad-input.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { findingText, verdictText } from "./evidence-told.ts";
import { publicKeyOf, trustIn, trustOf } from "./evidence-trust.ts";
import { readInput } from "./files.ts";
import { BadInput, BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** What `evidence verify --json` prints. */
export interface VerifiedEvidence extends EvidenceVerdict {
  /** SHA-256 of the public key that it was verified by. */
  readonly keyid: string;
}

/** Resolves to 0 where all is as it was signed, and to 1 where it is not. Changes nothing. */
export async function evidenceVerify(line: CommandLine, terminal: Terminal): Promise<number> {
  const [named] = line.positionals;
  if (named === undefined) throw new BadUsage(["FILE or ENDPOINT: expected one, found nothing"]);
  const atLeast = atLeastOf(line);
  const { trust, subject, objects } = isFile(named)
    ? inFile(named, line)
    : await inAccount(named, line, terminal);
  const seen = seenOf(await looked("the evidence could not be read", async () => objects), trust);
  const verdict = verifyChain({ subject, ...seen, atLeast });
  const { out } = terminal;
  if (line.switches.has("json")) {
    const told: VerifiedEvidence = { ...verdict, keyid: trust.keyid };
    out.write(`${JSON.stringify(told, null, 2)}\n`);
    return verdict.ok ? 0 : 1;
  }
  for (const finding of verdict.findings) tell(out, `${out.paint.red("✖")} ${findingText(finding)}`);
  tell(out, `${verdict.ok ? out.paint.green("✔") : out.paint.red("✖")} ${verdictText(verdict)}`);
  tell(out, out.paint.dim(`verified by the key ${trust.keyid}`));
  return verdict.ok ? 0 : 1;
}

/** One object a line, as JSON, so that it is verified later and elsewhere. */
export async function evidenceExport(line: CommandLine, terminal: Terminal): Promise<number> {
  const [named] = line.positionals;
  if (named === undefined) throw new BadUsage(["ENDPOINT: expected its name, found nothing"]);
  const { output } = line.values;
  mayWrite(output);
  const { aws, store } = await storeOf(line, terminal);
  const objects = await looked("the evidence could not be read", () =>
    all(evidenceOf(aws, store, subjectOf(named))),
  );
  const text = objects.map((each) => `${JSON.stringify(each)}\n`).join("");
  if (output === undefined) terminal.out.write(text);
  else written(output, text);
  const { err } = terminal;
  tell(err, err.paint.dim(`${objects.length} objects of ${subjectOf(named)}`));
  return 0;
}

/** The public key, to be kept elsewhere: what is verified by the account's own key alone proves little. */
export async function evidenceKey(line: CommandLine, terminal: Terminal): Promise<number> {
  const { aws, place } = await storeOf(line, terminal);
  const { spki, keyid } = await looked("the key could not be read", () => signingKeyOf(aws, place));
  terminal.out.write(publicKeyOf(spki).export({ format: "pem", type: "spki" }).toString());
  tell(terminal.err, terminal.err.paint.dim(`key ${keyid}`));
  return 0;
}

function atLeastOf({ values }: CommandLine): number | undefined {
  const given = values["at-least"];
  if (given === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(given)) return Number(given);
  throw new BadUsage([`--at-least: expected a number from 1, found ${printable(given)}`]);
}

/** Endpoints' names have no dot. */
const isFile = (named: string): boolean => named === "-" || named.includes(".");

/** A pool or another subject is named as its lock is. */
const subjectOf = (named: string): string => (named.includes("/") ? named : `endpoint/${named}`);

async function storeOf(line: CommandLine, terminal: Terminal) {
  const { aws } = await bound(line, terminal);
  const store = evidenceStore(aws);
  const place: EvidencePlace | undefined = aws.environment.evidence;
  if (store !== undefined && place !== undefined) return { aws, store, place };
  throw new CommandFailed(
    `stack ${aws.environment.stack}: expected it to keep evidence, found none; deploy it with --param evidence=on`,
  );
}

async function inAccount(named: string, line: CommandLine, terminal: Terminal) {
  const { aws, store, place } = await storeOf(line, terminal);
  const { key } = line.values;
  const trust = key === undefined ? await ofAccount(aws, place) : trustIn(key);
  const subject = subjectOf(named);
  const objects = await looked("the evidence could not be read", () => all(evidenceOf(aws, store, subject)));
  return { trust, subject, objects };
}

const ofAccount = (aws: Aws, place: EvidencePlace): Promise<Trust> =>
  looked("the key could not be read", async () =>
    trustOf(publicKeyOf((await signingKeyOf(aws, place)).spki)),
  );

async function all(objects: AsyncIterable<KeptObject>): Promise<KeptObject[]> {
  const found: KeptObject[] = [];
  for await (const one of objects) found.push(one);
  return found;
}

function inFile(path: string, { values: { key } }: CommandLine) {
  if (key === undefined)
    throw new BadUsage([
      "--key: expected the file with the public key (slipway evidence key), found nothing",
    ]);
  const trust = trustIn(key);
  const lines = readInput(path, "exported evidence").split("\n");
  const objects = lines.flatMap((text, nth) => (text === "" ? [] : [objectIn(text, `${path}:${nth + 1}`)]));
  const folders = new Set(objects.map(({ key: name }) => name.split("/")[1] ?? ""));
  const [folder = ""] = folders;
  if (folders.size !== 1)
    throw new BadInput([
      { where: path, expected: "the evidence of one subject", found: `${folders.size} subjects` },
    ]);
  return { trust, subject: decodeURIComponent(folder), objects };
}

/** `packs/SUBJECT/NNNNNNNNNN.json` or `heads/SUBJECT/NAME.json`. */
const named = /^(?:packs\/[^/]+\/(\d{10})|heads\/[^/]+\/[^/]+)\.json$/;

function objectIn(text: string, where: string): KeptObject {
  const expected = 'a line of `slipway evidence export`: {"key":"packs/…","text":"…"}';
  let read: Partial<KeptObject> | null;
  try {
    read = JSON.parse(text) as Partial<KeptObject> | null;
  } catch {
    throw new BadInput([{ where, expected, found: "no JSON" }]);
  }
  const { key, text: content } = read ?? {};
  if (typeof key === "string" && typeof content === "string" && named.test(key))
    return { key, text: content };
  throw new BadInput([{ where, expected, found: printable(text.slice(0, 60)) }]);
}

function seenOf(objects: readonly KeptObject[], trust: Trust) {
  const [entries, heads]: [SeenEntry[], SeenHead[]] = [[], []];
  for (const { key, text } of objects) {
    const number = named.exec(key)?.[1];
    if (number === undefined) heads.push(seeHead(key, text, trust));
    else entries.push(seeEntry(Number(number), text, trust));
  }
  return { entries, heads };
}
