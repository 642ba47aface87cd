/** RFC 8785: the scheme's own examples, and that one value has one text. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bytesIn, type Canonical, canonical } from "../../../src/core/evidence/canonical.ts";
import { holds } from "../../property.ts";

describe("a value's canonical text", () => {
  test("is as in the scheme's example of 3.2.2 and 3.2.3", () => {
    const value = JSON.parse(String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`) as Canonical;

    expect(canonical(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test("orders members by UTF-16 code units, as the scheme's example does", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };

    const names = Object.values(JSON.parse(canonical(value)) as Record<string, string>);

    // A reader puts the name that is a number first, wherever it stands in the text.
    expect(names).toEqual([
      "One",
      "Carriage Return",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
    expect(canonical(value).startsWith(String.raw`{"\r":`)).toBe(true);
  });

  test("is the same whatever the order of members, and reads back as the value", () => {
    holds(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        // JSON knows no minus zero.
        const plain = JSON.parse(JSON.stringify(value)) as Canonical;
        expect(canonical(shuffled(plain))).toBe(canonical(plain));
        expect(JSON.parse(canonical(plain))).toEqual(plain);
      }),
    );
  });

  test.each([
    ["a number that is none", Number.NaN, "NaN is not allowed"],
    ["half a character", "\ud83d", "Lone surrogate is not allowed"],
  ])("is refused of %s", (_, value, message) => {
    expect(() => canonical({ value })).toThrow(message);
  });

  test("has no member that is undefined, and counts its bytes in UTF-8", () => {
    expect(canonical({ b: undefined, a: "€" })).toBe('{"a":"€"}');
    expect(bytesIn("€")).toBe(3);
  });
});

function shuffled(value: Canonical): Canonical {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]): [string, Canonical] => [name, shuffled(member as Canonical)]),
  );
}
