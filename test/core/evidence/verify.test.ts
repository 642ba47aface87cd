/** The verifier: a chain that is whole passes, and of one that was tampered with exactly the numbers that were are named. */
import { describe, expect, test } from "vitest";
import { seeEntry } from "../../../src/core/evidence/verify-entry.ts";
import { chain, headText, type Made, packOf } from "./chain.ts";
import {
  edited,
  head,
  length,
  other,
  own,
  packs,
  seen,
  subject,
  tamperingsNamed,
  whole,
} from "./tampering.ts";

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

test("an object by itself is intact, another key's, or changed, wherever it lies", () => {
  const text = whole.texts.get(3) ?? "";

  expect(seeEntry(7, text, own.trust)).toMatchObject({ at: 7, state: "intact", subject, sequence: 3 });
  expect(seeEntry(3, text, other.trust)).toEqual({ at: 3, state: "other-key" });
  expect(seeEntry(3, text.slice(1), own.trust)).toEqual({ at: 3, state: "changed" });
});

test("what is beyond the last head is counted, and without a head nothing passes", () => {
  expect(seen(whole.texts, [headText(subject, whole, 9, own)])).toMatchObject({ ok: true, beyondHead: 3 });
  expect(seen(whole.texts, []).findings).toEqual([{ what: "no-head" }]);
  expect(seen([], []).ok).toBe(false);
});

test("tamperings, of up to four kinds at once, are each named by exactly the numbers they touched", () => {
  // Swapping a number with itself, or what is gone, is none.
  expect(tamperingsNamed(110)).toBeGreaterThanOrEqual(90);
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
