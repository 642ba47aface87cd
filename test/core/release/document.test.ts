/** State documents of other numbers: brought up where they are older, refused where they are newer, read by the way out whatever they are. */
import { describe, expect, test } from "vitest";
import { numbered, upcast, upcastWhereKnown } from "../../../src/core/release/document/reading.ts";
import { resumed } from "../../../src/core/release/document/resuming.ts";
import { documentSchema, upcasters } from "../../../src/core/release/document/upcasters.ts";
import { captured, momentOf } from "../../documents/captured.ts";

const openedAt = "2026-01-05T08:00:00.000Z";
const unnumbered = {
  release: { id: "a-v7-production", openedAt },
  planning: { status: "fits", since: openedAt },
  warmth: { status: "warming", rounds: 1 },
  judgement: { decision: "continue" },
};

describe("an older document", () => {
  test("is brought up to this code's number, with what nobody had to say then", () => {
    expect(upcast(unnumbered)).toEqual({
      schema: documentSchema,
      promoted: false,
      begunAt: openedAt,
      release: unnumbered.release,
      planning: { ...unnumbered.planning, turns: 0, goesOn: "here" },
      warmth: { ...unnumbered.warmth, proven: 0 },
      judgement: { ...unnumbered.judgement, turns: 0, goesOn: "here" },
    });
  });

  test("has sections of the code that is deployed by now, which are not brought up again", () => {
    const planning = numbered({ status: "waiting" });

    expect(upcast({ ...unnumbered, planning })).toMatchObject({
      planning: { schema: documentSchema, status: "waiting" },
      warmth: { proven: 0 },
    });
    expect(upcast({ ...unnumbered, planning })).not.toHaveProperty("planning.turns");
  });

  test("of a release on an endpoint says that nobody kept then which version served before", () => {
    const planning = { ...unnumbered.planning, needs: {} };

    expect(upcast({ ...unnumbered, schema: 1, planning })).toMatchObject({
      planning: { servedBefore: { unknown: "it was planned before that was kept" } },
    });
    const said = { ...planning, servedBefore: { version: 6 } };
    expect(upcast({ ...unnumbered, schema: 1, planning: said })).toMatchObject({ planning: said });
  });

  test("keeps what it said", () => {
    const said = { ...unnumbered, begunAt: "2026-01-06T08:00:00.000Z", warmth: { proven: 3 } };

    expect(upcast(said)).toMatchObject({ begunAt: said.begunAt, warmth: { proven: 3 } });
  });

  test("of this code's number is as it is", () => {
    const document = { ...unnumbered, schema: documentSchema };

    expect(upcast(document)).toEqual(document);
  });
});

test("each upcaster says what is new", () => {
  expect(upcasters.filter(({ says }) => !/^[a-z].{20,}[^.]$/.test(says))).toEqual([]);
});

describe("a number that this code does not know", () => {
  const newer = documentSchema + 1;

  test.each([newer, 0, -1, 1.5, "1", null])("%j of the document is refused by name", (schema) => {
    expect(() => upcast({ ...unnumbered, schema })).toThrow(
      `schema: expected ${documentSchema} or less, the state documents that this code reads, found ${JSON.stringify(schema)}`,
    );
  });

  test("of a section is refused by name, be the document older", () => {
    const judgement = { ...unnumbered.judgement, schema: newer };

    expect(() => upcast({ ...unnumbered, schema: 1, judgement })).toThrow(
      `judgement.schema: expected ${documentSchema} or less`,
    );
  });

  test("bars no way out, which reads it as it is", () => {
    const warmth = { schema: newer, status: "warm" };

    expect(upcastWhereKnown({ ...unnumbered, warmth })).toMatchObject({ warmth, judgement: { turns: 0 } });
    expect(upcastWhereKnown({ ...unnumbered, schema: newer })).toEqual({
      ...unnumbered,
      schema: documentSchema,
    });
  });
});

test.each([null, "text", 7, [unnumbered]])("%j is left to the schema that refuses it", (given) => {
  expect(upcast(given)).toBe(given);
  expect(upcastWhereKnown(given)).toBe(given);
});

describe("a document that was handed over", () => {
  const handedOver = (state: string, nth = 0) => momentOf(captured("1", "healthy"), state, nth).document;

  test.each([
    ["PlanCapacity", 0, "PlanCapacity"],
    ["CheckKpis", 0, "CheckKpis"],
    ["CheckKpis", 22, "CheckKpis"],
  ] as const)("as %s %i was given it goes on at %s", (state, nth, resume) => {
    expect(resumed(handedOver(state, nth))).toMatchObject({ resume, schema: documentSchema });
  });

  test("goes on to its next share, where none is in force", () => {
    const document = handedOver("CheckKpis") as { stage: Record<string, unknown> };
    const { shiftedAt: _, ...stage } = document.stage;

    expect(resumed({ ...document, stage })).toMatchObject({ resume: "ShiftTraffic", stage: { turns: 0 } });
  });

  test.each([
    ["of a number that nobody knows", { schema: 99 }],
    ["without its warmth", { warmth: undefined }],
    ["that nobody planned", { planning: undefined }],
    ["without a plan", { plan: {} }],
  ])("%s goes nowhere", (_, change) => {
    expect(resumed({ ...(handedOver("CheckKpis", 22) as object), ...change })).toBeUndefined();
  });
});
