/** `slipway evidence export` and `key`, and what `verify` reads of an account: evidence as it is kept there. */
import type { Aws } from "../aws/clients.ts";
import { evidenceOf, type KeptObject } from "../aws/evidence-reading.ts";
import { evidenceStore, signingKeyOf } from "../aws/evidence-store.ts";
import { publicKeyOf, trustOf } from "../aws/evidence-trust.ts";
import type { EvidencePlace } from "../core/deployment.ts";
import type { Trust } from "../core/evidence/verify-entry.ts";
import type { CommandLine } from "./arguments.ts";
import { bound } from "./binding.ts";
import { seenOf } from "./evidence-seen.ts";
import { trustIn } from "./evidence-trust.ts";
import { BadUsage, CommandFailed, looked } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

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

/** All that is kept of a subject, and by which key it is to be signed. */
export async function keptInAccount(named: string, line: CommandLine, terminal: Terminal) {
  const { objects, trust } = await trustedIn(named, line, terminal);
  return { trust, objects: await looked("the evidence could not be read", () => all(objects)) };
}

/** The same as it is verified, object by object. */
export async function inAccount(named: string, line: CommandLine, terminal: Terminal) {
  const { objects, trust, subject } = await trustedIn(named, line, terminal);
  const seen = await looked("the evidence could not be read", () => seenOf(objects, trust));
  return { trust, seen: { ...seen, subject } };
}

async function trustedIn(named: string, line: CommandLine, terminal: Terminal) {
  const { aws, store, place } = await storeOf(line, terminal);
  const { key } = line.values;
  const trust = key === undefined ? await ofAccount(aws, place) : trustIn(key);
  const subject = subjectOf(named);
  return { trust, subject, objects: evidenceOf(aws, store, subject) };
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
