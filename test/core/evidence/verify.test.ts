/** The verifier: a chain that is whole passes, and of one that was tampered with exactly the numbers that were are named. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "../../../src/core/evidence/canonical.ts";
import { type ChainSeen, type EvidenceFinding, verifyChain } from "../../../src/core/evidence/verify.ts";
import { seeEntry, seeHead } from "../../../src/core/evidence/verify-entry.ts";
import { chain, headText, type Made, packOf, signer } from "./chain.ts";

const subject = "endpoint/chat";
const [own, other] = [signer(1), signer(2)];
const length = 12;
const packs = Array.from({ length }, (_, i) => packOf(subject, i + 1));
const whole = chain(subject, packs, own);

const seen = (
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
const head = headText(subject, whole, length, own);

test("a chain that is whole up to its head passes, in whatever order its objects come", () => {
  expect(seen([...whole.texts].toReversed(), [headText(subject, whole, 5, own), head])).toMatchObject({
    ok: true,
    entries: length,
    intact: length,
    head: { sequence: length },
    beyondHead: 0,
    bySignatureAlone: [],
    findings: [],
  });
});

test("what is beyond the last head is counted, and without a head nothing passes", () => {
  expect(seen(whole.texts, [headText(subject, whole, 9, own)])).toMatchObject({ ok: true, beyondHead: 3 });
  expect(seen(whole.texts, []).findings).toEqual([{ what: "no-head" }]);
  expect(seen([], []).ok).toBe(false);
});

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
const edited = packs.map((_, i) => packOf(subject, i + 1, 99));
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

test("a thousand tamperings, of up to four kinds at once, are each named by exactly the numbers they touched", () => {
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
    { numRuns: 1_100, seed: 15 },
  );
  // Swapping a number with itself, or what is gone, is none.
  expect(told).toBeGreaterThanOrEqual(1_000);
});

describe("a chain that was signed anew by another key", () => {
  const anew: Made = chain(subject, edited, other);

  test("from a number on, with all digests made to fit, is told from that number on", () => {
    const { texts } = chain(subject, edited.slice(6), other, {
      texts: new Map([...whole.texts].slice(0, 6)),
      hashes: whole.hashes,
    });

    expect(seen(texts, [head]).findings).toEqual(
      [7, 8, 9, 10, 11, 12].map((number) => ({ what: "other-key", number })),
    );
  });

  test("as a whole, with its heads, has no head either", () => {
    const { ok, findings } = seen(anew.texts, [headText(subject, anew, length, other)]);

    expect(ok).toBe(false);
    expect(findings.slice(-2)).toEqual([
      { what: "head", name: "head 0", why: "other-key" },
      { what: "no-head" },
    ]);
  });

  test("and named as if by the key itself, is changed", () => {
    const forged = [...anew.texts].map(
      ([n, text]) => [n, text.replaceAll(other.trust.keyid, own.trust.keyid)] as const,
    );

    expect(seen(forged, [head]).findings).toEqual(
      [...anew.texts.keys()].map((number) => ({ what: "changed", number })),
    );
  });
});

describe("somebody who has the key", () => {
  const forged = chain(subject, [packOf(subject, 7, 99)], own, {
    texts: new Map([...whole.texts].slice(0, 6)),
    hashes: whole.hashes,
  });
  const withSeventh = new Map([...whole.texts, [7, forged.texts.get(7) ?? ""]] as const);

  test("is named by what the next entry says; what was before rests on its signatures alone", () => {
    const { findings, bySignatureAlone } = seen(withSeventh, [head]);

    expect(findings).toEqual([{ what: "replaced", number: 7, by: "8" }]);
    expect(bySignatureAlone).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("or by an older head, up to which the chain then holds", () => {
    const { findings, bySignatureAlone } = seen(withSeventh, [head, headText(subject, whole, 7, own)]);

    expect(findings).toEqual([{ what: "replaced", number: 7, by: "head 1" }]);
    expect(bySignatureAlone).toEqual([1, 2, 3, 4, 5, 6]);
    expect(seen(withSeventh, [head, headText(subject, whole, 6, own)]).bySignatureAlone).toEqual([]);
  });

  test("who goes on anew from a number is named by each head after it", () => {
    const anew = chain(subject, edited.slice(6), own, {
      texts: new Map([...whole.texts].slice(0, 6)),
      hashes: whole.hashes,
    });

    expect(
      seen(anew.texts, [headText(subject, anew, 12, own), headText(subject, whole, 9, own)]).findings,
    ).toEqual([{ what: "replaced", number: 9, by: "head 1" }]);
  });
});

test("an older head with the chain cut to fit passes, unless somebody knows how far it had come", () => {
  const cut = [...whole.texts].slice(0, 5);
  const older = headText(subject, whole, 5, own);

  expect(seen(cut, [older]).ok).toBe(true);
  expect(seen(cut, [older], { atLeast: 12 }).findings).toEqual([
    { what: "cut-off", from: 6, to: 12 },
    { what: "behind", number: 12 },
  ]);
});

test("what is another subject's is misplaced, and so is its head", () => {
  const others = chain(
    "endpoint/other",
    packs.map((_, i) => packOf("endpoint/other", i + 1)),
    own,
  );
  const texts = new Map(whole.texts).set(3, others.texts.get(3) ?? "");

  expect(seen(texts, [head, headText("endpoint/other", others, 12, own)]).findings).toEqual([
    { what: "misplaced", number: 3, holds: { subject: "endpoint/other", sequence: 3 } },
    { what: "missing", from: 3, to: 3 },
    { what: "head", name: "head 1", why: "other-subject" },
  ]);
});

test("a number that is there twice is doubled, and a head that was edited is named", () => {
  const twice = [...whole.texts, [4, whole.texts.get(4) ?? ""] as const];

  expect(seen(twice, [head]).findings).toEqual([{ what: "doubled", number: 4, at: [4, 4] }]);
  for (const edited of [head.replace("payload", "pay1oad"), JSON.stringify(JSON.parse(head), null, 1)])
    expect(seen(whole.texts, [head, edited]).findings).toEqual([
      { what: "head", name: "head 1", why: "changed" },
    ]);
});
