/** The days of auto scaling's verified: whole they pass, and of those that were tampered with exactly those days are named that were. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonical } from "../../../src/core/evidence/canonical.ts";
import { daysFrom, isOver, isStillKept, oldestKept } from "../../../src/core/evidence/days.ts";
import { seeDay, seeLast, verifyDays } from "../../../src/core/evidence/verify-days.ts";
import { holds } from "../../property.ts";
import { chain, packOf, signer } from "./chain.ts";
import { daysChain } from "./days.ts";

const subject = "endpoint/chat";
const [own, other] = [signer(1), signer(2)];
/** Over the end of a month. */
const days = daysFrom("2026-01-25", "2026-02-03");
const [first, last] = ["2026-01-25", "2026-02-03"];
const whole = daysChain(subject, days, own);
const head = whole.envelopes.get(last) ?? "";

const seen = (texts: Iterable<readonly [string, string]>, lasts: readonly string[] = [head]) =>
  verifyDays({
    subject,
    days: [...texts].map(([at, text]) => seeDay(at, text, own.trust)),
    lasts: lasts.map((text, nth) => seeLast(`last ${nth}`, text, own.trust)),
  });
const without = (...gone: readonly string[]) => [...whole.texts].filter(([day]) => !gone.includes(day));
const withTexts = (...more: readonly (readonly [string, string | undefined])[]) =>
  new Map([...whole.texts, ...more.map(([day, text]) => [day, text ?? ""] as const)]);

test("days that are whole pass, in whatever order their objects come, and also without what the table has", () => {
  const all = { ok: true, days: 10, intact: 10, first, last, findings: [] };

  expect(seen([...whole.texts].toReversed())).toEqual(all);
  expect(seen(whole.texts, [])).toEqual(all);
});

test("a day by itself is intact, another key's, or changed", () => {
  const text = whole.texts.get(first) ?? "";

  expect(seeDay(first, text, own.trust)).toMatchObject({
    state: "intact",
    subject,
    day: first,
    previous: null,
  });
  expect(seeDay(first, text, other.trust)).toEqual({ at: first, state: "other-key" });
  expect(seeDay(first, `${text} `, own.trust)).toEqual({ at: first, state: "changed" });
});

test("a pack of the same key is no day, nor is its statement a last one", () => {
  const text = chain(subject, [packOf(subject, 1)], own).texts.get(1) ?? "";
  const { envelope, pack } = JSON.parse(text) as { envelope: never; pack: never };

  expect(seeDay(first, canonical({ envelope, summary: pack }), own.trust).state).toBe("changed");
  expect(seeLast("last", canonical(envelope), own.trust).state).toBe("changed");
});

test.each([
  ["a day between", ["2026-01-31"], [{ what: "missing", from: "2026-01-31", to: "2026-01-31" }]],
  ["the first ones", ["2026-01-25", "2026-01-26"], [{ what: "missing", from: first, to: "2026-01-26" }]],
  ["the last ones", ["2026-02-02", last], [{ what: "cut-off", from: "2026-02-02", to: last }]],
  ["all", days, [{ what: "cut-off", from: first, to: last }]],
] as const)("where %s are gone, they are named", (_, gone, findings) => {
  expect(seen(without(...gone))).toMatchObject({ ok: false, findings });
});

test("what is edited, swapped or signed by another is named by its day", () => {
  const [a, b] = ["2026-01-27", "2026-01-29"];
  const text = (day: string) => whole.texts.get(day) ?? "";
  const edited = text(a).replace("count to 3", "count to 4");
  const resigned = daysChain(subject, days, other).texts.get(b);

  expect(edited).not.toBe(text(a));
  expect(seen(withTexts([a, edited])).findings).toEqual([{ what: "changed", day: a }]);
  expect(seen(withTexts([b, resigned])).findings).toEqual([{ what: "other-key", day: b }]);
  expect(seen(withTexts([a, text(b)], [b, text(a)])).findings).toEqual([
    { what: "misplaced", day: a, holds: { subject, day: b } },
    { what: "misplaced", day: b, holds: { subject, day: a } },
  ]);
});

test("another endpoint's days are told as such, and fill no gap", () => {
  const another = daysChain("endpoint/other", days, own);
  const day = "2026-01-28";
  const found = seen(withTexts([day, another.texts.get(day)]), [another.envelopes.get(last) ?? ""]);

  expect(found.findings).toEqual([
    { what: "misplaced", day, holds: { subject: "endpoint/other", day } },
    { what: "missing", from: day, to: day },
    { what: "last", name: "last 0", why: "other-subject" },
  ]);
});

describe("somebody who has the key", () => {
  test("and signs a day anew is contradicted by the next, of the last one by what the table has", () => {
    const anew = (day: string) => {
      const previous = whole.hashes.get(days[days.indexOf(day) - 1] ?? "") ?? null;
      return daysChain(subject, [day], own, { from: 99, first, previous }).texts.get(day);
    };

    expect(seen(withTexts(["2026-01-29", anew("2026-01-29")])).findings).toEqual([
      { what: "replaced", day: "2026-01-29", by: "2026-01-30" },
    ]);
    expect(seen(withTexts([last, anew(last)])).findings).toEqual([
      { what: "replaced", day: last, by: "last 0" },
    ]);
  });

  test("and begins the days anew in their middle is seen", () => {
    const later = daysChain(subject, days.slice(4), own, { from: 5 });
    const found = seen(new Map([...whole.texts, ...later.texts]), []);

    expect(found.findings).toEqual(
      days.slice(4).map((day) => ({ what: "replaced", day, by: "the first day" })),
    );
  });
});

test("whoever puts something under a day that never comes has that told, and no thousand years of gaps", () => {
  expect(seen(withTexts(["9999-12-31", "{}"])).findings).toEqual([{ what: "changed", day: "9999-12-31" }]);
});

test("whatever is deleted, edited or put elsewhere, exactly those days are named", () =>
  holds(
    fc.property(
      fc.uniqueArray(fc.nat({ max: days.length - 1 }), { minLength: 1, maxLength: 5 }),
      fc.array(fc.constantFrom("delete", "edit", "re-sign"), { minLength: 5, maxLength: 5 }),
      (places, hows) => {
        const texts = new Map(whole.texts);
        const resigned = daysChain(subject, days, other);
        const touched = places.map((nth) => days[nth] ?? "");
        for (const [nth, day] of touched.entries()) {
          if (hows[nth] === "delete") texts.delete(day);
          if (hows[nth] === "edit") texts.set(day, (texts.get(day) ?? "").replace("keep-70", "keep-71"));
          if (hows[nth] === "re-sign") texts.set(day, resigned.texts.get(day) ?? "");
        }
        const named = seen(texts).findings.flatMap((one) => {
          if (one.what === "missing" || one.what === "cut-off") return daysFrom(one.from, one.to);
          return "day" in one ? [one.day] : [one.what];
        });

        expect(named.toSorted()).toEqual(touched.toSorted());
      },
    ),
    { numRuns: 200 },
  ));

describe("a day", () => {
  test("is over two hours after it has ended, and not before", () => {
    expect(isOver("2026-01-05", Date.parse("2026-01-06T01:59:59.999Z"))).toBe(false);
    expect(isOver("2026-01-05", Date.parse("2026-01-06T02:00:00.000Z"))).toBe(true);
  });

  test("is kept for six weeks from its start, less an hour, and the oldest of those is known", () => {
    const nowMs = Date.parse("2026-02-16T12:00:00.000Z");

    expect(oldestKept(nowMs)).toBe("2026-01-06");
    expect(isStillKept("2026-01-06", nowMs)).toBe(true);
    expect(isStillKept("2026-01-05", nowMs)).toBe(false);
    expect(oldestKept(Date.parse("2026-02-15T23:00:00.000Z"))).toBe("2026-01-05");
    expect(oldestKept(Date.parse("2026-02-15T23:00:00.001Z"))).toBe("2026-01-06");
  });
});
