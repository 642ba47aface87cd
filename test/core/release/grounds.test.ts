/** What a way forward rests on is kept once, however often it is told, and names what gates said and who answered. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { GateAnswer } from "../../../src/core/gates/gate-answer.ts";
import { type Grounds, gatesSaid, groundsOf, groundsWith } from "../../../src/core/release/grounds.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString();
const sha256 = "0".repeat(64);
const answer: GateAnswer = { gate: "vpc", status: "pass", found: "a VPC", expected: "a VPC" };

test("gates are told by what they answered, with what was kept and waived, and by nobody's name", () => {
  const waiver = { by: "ann", until: "2026-03-31", reason: "the scanner is down" };
  const said = gatesSaid(
    [
      answer,
      { ...answer, gate: "image-age", isKept: true },
      { ...answer, gate: "vulnerabilities", status: "waived", waiver },
    ],
    { since: at(0), sha256 },
  );

  expect(said).toEqual({
    since: at(0),
    answers: { vpc: "pass", "image-age": "kept", vulnerabilities: "waived" },
    waivedUntil: { vulnerabilities: "2026-03-31" },
    sha256,
  });
});

const minute = fc.integer({ min: 0, max: 30 });
const gates = fc.record({ since: minute.map(at), status: fc.constantFrom("pass", "waived") }).map(
  ({ since, status }): Grounds => ({
    gates: { since, answers: { vpc: status as "pass" }, sha256: status.padEnd(64, "0") },
  }),
);
const answers = fc
  .array(
    fc.record({
      stage: fc.nat(2),
      answer: fc.constantFrom("proceed" as const, "roll-back" as const),
      at: minute.map(at),
      seen: fc.constant(sha256),
      by: fc.constantFrom("person-a", "person-b"),
    }),
    { maxLength: 3 },
  )
  .map((given): Grounds => ({ answers: given }));

const glass = minute.map(
  (nth): Grounds => ({
    glass: [{ askedAt: at(nth), until: at(59), passes: ["vpc"], by: ["person-a", "person-b"], seen: sha256 }],
  }),
);

test("what leads back rests on nobody's word that let a release past", () => {
  const [given] = [{ askedAt: at(0), until: at(59), passes: ["vpc"], by: [], seen: sha256 }];

  expect(groundsOf({ glass: [given] }, "forward")).toEqual({ glass: [given] });
  expect(groundsOf({ glass: [given] }, "back")).toBeUndefined();
});

test("what was told once is not told again, and nothing that was told is lost", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(gates, answers, glass), { maxLength: 12 }), (all) => {
      let grounds: Grounds = {};
      for (const more of all) {
        const next = groundsWith(grounds, more);
        if (next === undefined) continue;
        expect(next).not.toEqual(grounds);
        grounds = next;
        expect(groundsWith(grounds, more)).toBeUndefined();
      }
      const said = all.flatMap((each) => each.answers ?? []);
      expect(new Set(grounds.answers?.map((each) => JSON.stringify(each)) ?? [])).toEqual(
        new Set(said.map((each) => JSON.stringify(each))),
      );
      const words = all.flatMap((each) => each.glass ?? []).map((each) => JSON.stringify(each));
      expect(grounds.glass?.map((each) => JSON.stringify(each)) ?? []).toEqual([...new Set(words)]);
      // As they answered last, since they first did so.
      const asked = all.flatMap((each) => (each.gates === undefined ? [] : [each.gates]));
      const last = asked.at(-1);
      const from = asked.findLastIndex((each) => each.sha256 !== last?.sha256) + 1;
      expect(grounds.gates).toEqual(asked[from]);
    }),
  );
});
