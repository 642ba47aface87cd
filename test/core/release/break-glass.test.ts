/** What of people's words lets a release past: whatever was said by whom in which order, two named people and their time. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allGlass, type GlassEntry, glassOf, isBroken } from "../../../src/core/release/break-glass.ts";
import { nextForAgreeing, nextForAsking, nextForEnding } from "../../../src/core/release/glass-orders.ts";
import { personOf } from "../../../src/core/release/person.ts";

const releaseId = "chat-assistant-v7-production";
const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString();
const ms = (minute: number) => Date.parse(at(minute));
const userOf = (name: string) => personOf(`arn:aws:iam::123456789012:user/${name}`);
const shared = personOf("arn:aws:sts::123456789012:assumed-role/deploy/cleo");
const [ann, bob] = [userOf("ann"), userOf("bob")];
const seen = "ab".repeat(32);
const reason = "an outage";

const asked = (minute: number, by = ann, until = 60): GlassEntry => ({
  ...{ releaseId, askedAt: at(minute), by, at: at(minute), reason },
  ...{ said: "asked", passes: ["vpc"], until: at(until) },
});
const agreed = (to: number, minute: number, by = bob): GlassEntry => ({
  ...{ releaseId, askedAt: at(to), by, at: at(minute), reason, said: "agreed", seen },
});
const ended = (of: number, minute: number): GlassEntry => ({
  ...{ releaseId, askedAt: at(of), by: bob, at: at(minute), reason, said: "ended" },
});

describe("what was said comes to", () => {
  const isLetPast = (entries: GlassEntry[], minute = 10) => isBroken(glassOf(entries, releaseId, ms(minute)));

  test.each<[string, GlassEntry[], boolean]>([
    ["two people", [asked(0), agreed(0, 1)], true],
    ["one", [asked(0)], false],
    ["one twice", [asked(0), agreed(0, 1, ann)], false],
    ["one by two kinds of sessions", [asked(0), agreed(0, 1, userOf("ANN"))], false],
    ["a shared role that has asked", [asked(0, shared), agreed(0, 1)], false],
    ["a shared role that agrees", [asked(0), agreed(0, 1, shared)], false],
    ["a word to something else", [asked(0), agreed(5, 6)], false],
    ["a word without anything that was asked for", [agreed(0, 1)], false],
    ["what was ended", [asked(0), agreed(0, 1), ended(0, 2)], false],
    ["what was asked for anew", [asked(0), agreed(0, 1), ended(0, 2), asked(3)], false],
    ["what was agreed to anew", [asked(0), agreed(0, 1), ended(0, 2), asked(3), agreed(3, 4)], true],
    ["what is over", [asked(0, ann, 10), agreed(0, 1)], false],
  ])("%s: %s", (_name, entries, expected) => {
    expect(isLetPast(entries)).toBe(expected);
    expect(isLetPast(entries.toReversed())).toBe(expected);
  });

  test("of one release nothing for another", () => {
    expect(glassOf([asked(0), agreed(0, 1)], "chat-assistant-v8-production", ms(10))).toBeUndefined();
    expect(allGlass([asked(0), agreed(0, 1)], ms(10))).toHaveLength(1);
  });

  test("never past its end, and never by fewer than two, whatever was said", () => {
    const minute = fc.integer({ min: 0, max: 30 });
    const who = fc.constantFrom(ann, bob, shared);
    const entry = fc.oneof(
      fc.tuple(minute, who, minute).map(([from, by, until]) => asked(from, by, until)),
      fc.tuple(minute, minute, who).map((some) => agreed(...some)),
      fc.tuple(minute, minute).map((some) => ended(...some)),
    );
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), minute, (entries, now) => {
        const glass = glassOf(entries, releaseId, ms(now));
        if (glass === undefined) return;
        expect(Date.parse(glass.asked.until)).toBeGreaterThan(ms(now));
        if (!isBroken(glass)) return;
        const { asked: first, agreed: second } = glass;
        expect(new Set([first.by.person, second.by.person])).toEqual(new Set(["ann", "bob"]));
        expect(second.askedAt).toBe(first.askedAt);
      }),
    );
  });
});

describe("what is ordered", () => {
  const given = { releaseId, by: ann, reason, nowMs: ms(0), glass: undefined };
  const asking = { ...given, passes: ["vpc"], until: at(60), gates: ["vpc", "way-back"] as const };
  const glass = glassOf([asked(0)], releaseId, ms(1));
  const agreeing = { ...given, by: bob, nowMs: ms(1), glass, digest: seen, seen, author: userOf("eve") };

  test("is written down as it was said", () => {
    expect(nextForAsking(asking)).toEqual({ do: "record", entry: asked(0) });
    expect(nextForAgreeing(agreeing)).toEqual({ do: "record", entry: agreed(0, 1) });
    expect(nextForEnding({ ...given, by: bob, nowMs: ms(2), glass })).toEqual({
      do: "record",
      entry: ended(0, 2),
    });
  });

  test.each([
    ["way-back", { passes: ["way-back"] }, /found "way-back"; nobody lets a release past anything else/],
    [
      "quota and another",
      { passes: ["quota", "vpc", "tls"] },
      /found "quota"; nobody.*\n.*found "tls"; nobody/,
    ],
    [
      "not asked for by the plan",
      { passes: ["approval"] },
      /found "approval"; the plan does not ask for that gate/,
    ],
    ["nothing", { passes: [] }, /--pass: expected some of vpc, freezes, found nothing/],
    ["what is over", { until: at(0) }, /--until: expected a time to come within 72 hours/],
    ["more than three days", { until: at(72 * 60 + 1) }, /within 72 hours/],
    ["by a shared role", { by: shared }, /expected somebody whom AWS knows by name/],
    ["beside what stands", { glass, by: bob }, /expected nothing asked for so far, found: .*ann asks/],
  ])("asks for %s: refused", (_name, more, why) => {
    expect(nextForAsking({ ...asking, ...more })).toEqual({ do: "refuse", why: expect.stringMatching(why) });
  });

  test.each([
    ["who has asked", { by: ann }, /a second person, found ann/],
    ["a shared role", { by: shared }, /AWS knows by name/],
    ["who made it", { author: bob }, /who made the version, found bob/],
    ["anybody, of a version by nobody knows whom", { author: undefined }, /does not say/],
    ["who was shown something else", { seen: "cd".repeat(32) }, /has changed since it was shown/],
    ["to nothing", { glass: undefined }, /expected something asked for/],
  ])("agrees, as %s: refused", (_name, more, why) => {
    expect(nextForAgreeing({ ...agreeing, ...more })).toEqual({
      do: "refuse",
      why: expect.stringMatching(why),
    });
  });
});
