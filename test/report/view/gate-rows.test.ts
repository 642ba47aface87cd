/** What gates answered is one row a gate: its answers where they changed, what it found last, and what is to be done. */
import { expect, test } from "vitest";
import type { GateAnswer } from "../../../src/core/gates/gate-answer.ts";
import type { GatesAsked } from "../../../src/core/release/journal.ts";
import { gateRows } from "../../../src/report/view/gate-rows.ts";
import { planIn } from "../../core/example.ts";

const plan = planIn("test/data/plans/gated.yml");
const pass = { gate: "vulnerabilities", status: "pass", found: "0 critical", expected: "none" } as const;
const fail = { ...pass, status: "fail", found: "2 critical", todo: "patch it" } as const;
const waiver = { by: "Ada Lovelace", until: "2026-01-05", reason: "reviewed" };

/** Looks, each before its stage; the first before any change. */
const looks = (...answers: readonly GateAnswer[][]): GatesAsked[] =>
  answers.map((given, nth) => ({
    kind: "gates",
    at: `2026-01-05T08:0${nth}:00.000Z`,
    isBlocked: given.some(({ status }) => status === "fail" || status === "unknown"),
    answers: given,
    ...(nth > 0 && { stage: nth - 1 }),
  }));
const rows = (...answers: readonly GateAnswer[][]) => gateRows({ plan, journal: looks(...answers) });

test("an answer is told once for as long as it stays, and the last one's finding", () => {
  expect(rows([pass], [pass], [pass])).toEqual([
    {
      gate: "vulnerabilities",
      status: "pass",
      course: "pass before the first change",
      found: "0 critical",
      expected: "none",
      todo: "",
    },
  ]);
  expect(rows([pass], [fail], [fail], [pass])[0]).toMatchObject({
    status: "pass",
    course: "pass before the first change, fail before 10 %, pass before 100 %",
  });
  expect(rows([pass], [fail])[0]).toMatchObject({ status: "fail", found: "2 critical", todo: "patch it" });
});

test("a waiver is told with its person, and that it is over with it", () => {
  const waived = { ...fail, status: "waived", waiver } as const;
  const [row] = rows([waived], [waived], [{ ...fail, waiver, isExpired: true }]);

  expect(row?.course).toBe(
    "waived by Ada Lovelace until 2026-01-05 before the first change, fail, its waiver over, before 50 %",
  );
  expect(rows([{ ...pass, isKept: true }])[0]?.course).toBe(
    "pass, no worse than what serves, before the first change",
  );
});

test("what two people have let past is told with both, and until when", () => {
  const override = { by: "ann and bob", until: "2026-01-05T18:00:00.000Z", reason: "an outage" };
  const [row] = rows([fail], [{ ...fail, status: "overridden", override }]);

  expect(row).toMatchObject({
    status: "overridden",
    course:
      "fail before the first change, overridden by ann and bob until 2026-01-05T18:00:00.000Z before 10 %",
    todo: "patch it",
  });
});

test("each gate has its row, also one that was asked for late, and a look of another kind is none", () => {
  const way = { ...pass, gate: "way-back" } as const;
  const journal = [
    ...looks([pass], [pass, way]),
    { kind: "news", at: "2026-01-05T08:05:00.000Z", state: "shifted" } as const,
  ];

  expect(gateRows({ plan, journal }).map(({ gate, course }) => [gate, course])).toEqual([
    ["vulnerabilities", "pass before the first change"],
    ["way-back", "pass before 10 %"],
  ]);
  expect(rows()).toEqual([]);
});

test("what AWS or a person wrote moves no cursor", () => {
  const strange = "\u001b[2J";
  const [row] = rows([
    { ...fail, found: strange, todo: strange, status: "waived", waiver: { ...waiver, by: strange } },
  ]);

  expect([row?.course, row?.found, row?.todo].filter((told) => told?.includes(strange))).toEqual([]);
});
