/** What the table keeps of a pack: short whatever the pack is like, and in items whose keys follow from what they say. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AuditLine,
  itemsOf,
  lineOf,
  linesByNumber,
  mostLineBytes,
  widestItemMs,
} from "../../../src/core/audit/line.ts";
import { bytesIn, type Canonical, canonical } from "../../../src/core/evidence/canonical.ts";
import type { ChangePack, Pack } from "../../../src/core/evidence/pack.ts";
import { packOf } from "../evidence/chain.ts";

const subject = "endpoint/chat";
const made = packOf(subject, 3) as ChangePack;
const bytes = (line: AuditLine) => bytesIn(canonical(line as Canonical));

describe("a line", () => {
  test("tells who, what, when and for which release", () => {
    const order = { kind: "stop", at: "2026-01-05T08:00:00.000Z" };
    const release = {
      ...made.release,
      model: "chat",
      version: 7,
      milestone: "production",
      trigger: "request",
    };

    expect(lineOf(3, { ...made, order, release: { ...release, plan: "ab".repeat(32) } })).toEqual({
      number: 3,
      what: "made",
      since: made.since,
      at: made.at,
      resource: made.resource,
      changes: ["raise-3"],
      before: 3,
      after: 4,
      release: {
        id: made.release.id,
        model: "chat",
        version: 7,
        milestone: "production",
        trigger: "request",
      },
      order,
    });
  });

  test("has of a long state its numbers, short texts and names, and nothing of what is not in the pack", () => {
    const is = {
      min: 2,
      policies: [{ name: "p", target: 70 }],
      suspended: { in: false },
      text: "x".repeat(200),
    };
    const line = lineOf(1, { ...made, before: { sha256: "ab".repeat(32), bytes: 5000 }, after: { is } });

    expect(line).not.toHaveProperty("before");
    expect(line.after).toEqual({ min: 2, policies: ["p"], suspended: { in: false } });
  });

  test("tells whose order and answers it rests on, and what gates said, as far as that is short", () => {
    const answer = { stage: 1, answer: "proceed", at: made.at, by: "person-1", side: "capacity" } as const;
    const gates = {
      ...{ since: made.at, sha256: "ab".repeat(32) },
      answers: { encryption: "waived", "image-age": "pass", tls: "pass" },
      waivedUntil: { encryption: "2026-02-01" },
    } as const;
    const more: ChangePack = { ...made, grounds: { gates, answers: [{ ...answer, seen: "cd".repeat(32) }] } };
    const long = { ...more, grounds: { gates, answers: Array(9).fill(more.grounds?.answers?.[0]) } };

    expect(lineOf(1, more)).toMatchObject({
      answers: [answer],
      gates: { said: { waived: 1, pass: 2 }, waivedUntil: { encryption: "2026-02-01" } },
    });
    expect(lineOf(1, more).answers?.[0]).not.toHaveProperty("seen");
    expect(lineOf(1, long)).toMatchObject({ cut: expect.arrayContaining(["answers"]) });
    expect(lineOf(1, long)).toHaveProperty("gates");
  });

  test("is short and readable whatever the pack holds, and says what it lacks", () => {
    // As it comes from a table: JSON has no -0.
    const value = fc.jsonValue({ maxDepth: 4 }).map((each) => JSON.parse(JSON.stringify(each)));
    fc.assert(
      fc.property(value, value, fc.array(fc.string(), { minLength: 1, maxLength: 40 }), (one, other, ids) => {
        const pack = {
          ...made,
          before: { is: one },
          after: { is: other },
          changes: ids,
        } as unknown as Pack;
        const line = lineOf(7, pack);

        expect(bytes(line)).toBeLessThanOrEqual(mostLineBytes);
        expect(AuditLine.parse(JSON.parse(JSON.stringify(line)))).toEqual(line);
        expect(line.changes ?? ids).toEqual(ids);
        expect(line.changes === undefined).toBe(line.cut?.includes("changes") ?? false);
      }),
    );
  });
});

describe("items", () => {
  const lines = (moments: readonly number[]) =>
    moments.map((atMs, nth) => lineOf(nth + 1, { ...made, at: new Date(atMs).toISOString() }));
  const moments = fc.array(fc.integer({ min: 0, max: 20 * widestItemMs }), { minLength: 1, maxLength: 300 });

  test("hold every line once, none more than an hour from its key and none later than that", () => {
    fc.assert(
      fc.property(moments, (all) => {
        const items = itemsOf(lines(all));

        expect(items.flatMap((item) => item.lines)).toEqual(lines(all));
        for (const item of items) {
          const keyMs = Date.parse(item.key.slice(0, 24));
          for (const { at } of item.lines) {
            expect(Date.parse(at)).toBeLessThanOrEqual(keyMs);
            expect(Date.parse(at)).toBeGreaterThanOrEqual(keyMs - widestItemMs);
          }
        }
        expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
      }),
    );
  });

  test("of the same packs have the same keys; what was stored again in other company is one line", () => {
    fc.assert(
      fc.property(moments, fc.nat(), (all, cut) => {
        const own = lines(all);
        const first = own.slice(0, (cut % own.length) + 1);

        expect(itemsOf(own)).toEqual(itemsOf(own));
        const stored = new Map(
          [...itemsOf(own), ...itemsOf(first), ...itemsOf(own)].map((one) => [one.key, one]),
        );
        expect(linesByNumber([...stored.values()].flatMap((one) => one.lines))).toEqual(own);
      }),
    );
  });
});
