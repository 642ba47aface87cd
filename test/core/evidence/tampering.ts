/** A chain, what somebody may do to it, and what is to be found of that. */
import fc from "fast-check";
import { expect } from "vitest";
import { canonical } from "../../../src/core/evidence/canonical.ts";
import { type ChainSeen, type EvidenceFinding, verifyChain } from "../../../src/core/evidence/verify.ts";
import { seeEntry, seeHead } from "../../../src/core/evidence/verify-entry.ts";
import { chain, headText, packOf, signer } from "./chain.ts";

export const subject = "endpoint/chat";
export const [own, other] = [signer(1), signer(2)];
export const length = 12;
export const packs = Array.from({ length }, (_, i) => packOf(subject, i + 1));
export const whole = chain(subject, packs, own);

export const seen = (
  texts: Iterable<readonly [number, string]>,
  heads: readonly string[],
  more: Partial<ChainSeen> = {},
) =>
  verifyChain({
    subject,
    entries: [...texts].map(([at, text]) => seeEntry(at, text, own.trust)),
    heads: heads.map((text, nth) => seeHead(`head ${nth}`, text, own.trust)),
    ...more,
  });
export const head = headText(subject, whole, length, own);

/** What lies at each number once somebody has been at it. */
type Lies = { readonly what: "changed" | "other-key" } | { readonly holds: number };

interface Tampered {
  readonly texts: Map<number, string>;
  readonly lies: Map<number, Lies>;
}

type Tampering = { readonly how: (typeof hows)[number]; readonly i: number; readonly j: number };
const hows = [
  "edit",
  "edit-payload",
  "reformat",
  "delete",
  "swap",
  "copy",
  "truncate",
  "re-sign",
  "garble",
] as const;
export const edited = packs.map((_, i) => packOf(subject, i + 1, 99));
const resigned = chain(subject, packs, other);

function tamper({ texts, lies }: Tampered, { how, i, j }: Tampering): void {
  const [text, its] = [texts.get(i), texts.get(j)];
  const [laid, there] = [lies.get(i), lies.get(j)];
  const set = (at: number, to: string | undefined, now: Lies | undefined) => {
    texts.delete(at);
    lies.delete(at);
    if (to !== undefined) texts.set(at, to);
    if (now !== undefined) lies.set(at, now);
  };
  switch (how) {
    case "delete":
      set(i, undefined, undefined);
      return;
    case "truncate":
      for (let at = i; at <= length; at++) set(at, undefined, undefined);
      return;
    case "re-sign":
      set(i, resigned.texts.get(i), { what: "other-key" });
      return;
    case "swap":
      set(j, text, laid);
      if (i !== j) set(i, its, there);
      return;
    case "copy":
      set(j, text, laid);
      return;
    default:
      // What somebody has been at before is left as it is.
      if (text !== undefined && laid !== undefined && "holds" in laid && laid.holds === i)
        set(i, changed(how, text, i), { what: "changed" });
  }
}

function changed(how: "edit" | "edit-payload" | "reformat" | "garble", text: string, i: number): string {
  const object = JSON.parse(text) as { envelope: { payload: string }; pack: object };
  if (how === "edit") return canonical({ ...object, pack: edited[i - 1] } as never);
  if (how === "reformat") return JSON.stringify(object, null, 1);
  if (how === "garble") return text.slice(0, -7);
  const payload = Buffer.from(object.envelope.payload, "base64").toString().replace("slipway", "slipwax");
  const envelope = { ...object.envelope, payload: Buffer.from(payload).toString("base64") };
  return canonical({ ...object, envelope } as never);
}

/** By what was done, and nothing of how it is found. */
function expected(lies: ReadonlyMap<number, Lies>): EvidenceFinding[] {
  const numbers = [...whole.texts.keys()];
  const spoiled = numbers.flatMap((number) => {
    const it = lies.get(number);
    return it !== undefined && "what" in it ? [{ what: it.what, number } as const] : [];
  });
  const held = numbers.flatMap((number) => {
    const it = lies.get(number);
    return it !== undefined && "holds" in it ? [{ number, sequence: it.holds }] : [];
  });
  const misplaced = held
    .filter(({ number, sequence }) => number !== sequence)
    .map(({ number, sequence }) => ({ what: "misplaced", number, holds: { subject, sequence } }) as const);
  const doubled = [...Map.groupBy(held, ({ sequence }) => sequence)]
    .filter(([, places]) => places.length > 1)
    .map(([number, places]) => ({ what: "doubled", number, at: places.map((each) => each.number) }) as const);
  const there = new Set([...spoiled.map(({ number }) => number), ...held.map(({ sequence }) => sequence)]);
  return [
    ...spoiled,
    ...misplaced,
    ...doubled,
    ...ranges(
      numbers.filter((n) => !there.has(n)),
      lies,
    ),
  ];
}

function ranges(gone: readonly number[], lies: ReadonlyMap<number, Lies>): EvidenceFinding[] {
  return gone
    .filter((n) => !gone.includes(n - 1))
    .map((from) => {
      let to = from;
      while (gone.includes(to + 1)) to += 1;
      return { what: to === length && !lies.has(length) ? "cut-off" : "missing", from, to };
    });
}

const sorted = (findings: readonly EvidenceFinding[]) =>
  findings.map((each) => JSON.stringify(sortedKeys(each))).sort();
const sortedKeys = (value: object) => JSON.parse(canonical(value as never)) as object;

/** Up to four kinds at once, each named by exactly the numbers they touched. Gives how many touched any. */
export function tamperingsNamed(numRuns: number): number {
  const number = fc.integer({ min: 1, max: length });
  const tamperings = fc.array(fc.record({ how: fc.constantFrom(...hows), i: number, j: number }), {
    minLength: 1,
    maxLength: 4,
  });
  let told = 0;
  fc.assert(
    fc.property(tamperings, (all) => {
      const tampered: Tampered = {
        texts: new Map(whole.texts),
        lies: new Map([...whole.texts.keys()].map((n) => [n, { holds: n } as Lies])),
      };
      for (const one of all) tamper(tampered, one);
      const { ok, findings } = seen(tampered.texts, [head, headText(subject, whole, 4, own)]);
      const due = expected(tampered.lies);

      expect(sorted(findings)).toEqual(sorted(due));
      expect(ok).toBe(due.length === 0);
      told += due.length > 0 ? 1 : 0;
    }),
    { numRuns, seed: 15 },
  );
  return told;
}
