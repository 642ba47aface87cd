/** `slipway evidence oscal`: a chain that verifies, as OSCAL assessment results. What does not verify is not exported. */
import { createHash } from "node:crypto";
import type { KeptObject } from "../aws/evidence-reading.ts";
import { EvidenceEntry } from "../core/evidence/envelope.ts";
import { verifyChain } from "../core/evidence/verify.ts";
import type { Trust } from "../core/evidence/verify-entry.ts";
import { assessmentResults } from "../report/oscal.ts";
import type { CommandLine } from "./arguments.ts";
import { isFile, objectsIn } from "./evidence.ts";
import { seenOf } from "./evidence-seen.ts";
import { findingText, verdictText } from "./evidence-told.ts";
import { trustIn } from "./evidence-trust.ts";
import { BadUsage } from "./mistakes.ts";
import { tell } from "./telling.ts";
import type { Terminal } from "./terminal.ts";
import { mayWrite, written } from "./written-files.ts";

/** Resolves to 0, and to 1 where the chain is not as it was signed. Changes nothing. */
export async function evidenceOscal(line: CommandLine, terminal: Terminal): Promise<number> {
  const [named] = line.positionals;
  if (named === undefined) throw new BadUsage(["FILE or ENDPOINT: expected one, found nothing"]);
  const { output } = line.values;
  mayWrite(output);
  const { trust, objects } = isFile(named)
    ? await inFile(named, line)
    : await (await import("./evidence-account.ts")).keptInAccount(named, line, terminal);
  const { folders, entries, heads } = await seenOf(each(objects), trust);
  const subjects = [...folders].map(decodeURIComponent);
  const [subject = named] = subjects;
  if (subjects.length > 1)
    throw new BadUsage([`${named}: expected the evidence of one subject, found ${subjects.join(", ")}`]);
  const verdict = verifyChain({ subject, entries, heads });
  const { err } = terminal;
  if (!verdict.ok || verdict.head === undefined) {
    for (const finding of verdict.findings) tell(err, `${err.paint.red("✖")} ${findingText(finding)}`);
    tell(err, `${err.paint.red("✖")} ${verdictText(verdict)}`);
    return 1;
  }
  const { sequence } = verdict.head;
  const head = heads.find((one) => one.state === "intact" && one.sequence === sequence);
  if (head?.state !== "intact") return 1;
  const { state: _, name: __, ...of } = head;
  const results = assessmentResults(
    { head: of, keyid: trust.keyid, packs: packsIn(objects, sequence) },
    uuidOf,
  );
  const text = `${JSON.stringify(results, null, 2)}\n`;
  if (output === undefined) terminal.out.write(text);
  else written(output, text);
  tell(err, err.paint.dim(verdictText(verdict)));
  return 0;
}

async function inFile(path: string, { values: { key } }: CommandLine) {
  if (key === undefined)
    throw new BadUsage([
      "--key: expected the file with the public key (slipway evidence key), found nothing",
    ]);
  const trust: Trust = trustIn(key);
  const objects: KeptObject[] = [];
  for await (const one of objectsIn(path)) objects.push(one);
  return { trust, objects };
}

async function* each(objects: readonly KeptObject[]): AsyncIterable<KeptObject> {
  yield* objects;
}

/** Of a chain that verifies: what a head speaks of, in its order. */
function packsIn(objects: readonly KeptObject[], upTo: number) {
  return objects
    .flatMap(({ key, text }) => {
      const number = /^packs\/[^/]+\/(\d{10})\.json$/.exec(key)?.[1];
      if (number === undefined || Number(number) > upTo) return [];
      return [{ sequence: Number(number), pack: EvidenceEntry.parse(JSON.parse(text)).pack }];
    })
    .toSorted((one, other) => one.sequence - other.sequence);
}

/** Version 5 (RFC 9562, section 5.5), in a namespace drawn once for Slipway. */
const namespace = Buffer.from("6b0d3c1e5f3a4f0e9d0a7c2f9f4b8e21", "hex");

export function uuidOf(name: string, within = namespace): string {
  const bytes = createHash("sha1").update(within).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
