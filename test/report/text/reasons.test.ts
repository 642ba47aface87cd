/** Reasons of several gates: a line for each to begin with, at any width, and no word of them lost. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { blockedText, type GateAnswer } from "../../../src/core/gates/gate-answer.ts";
import { gateNames } from "../../../src/core/gates/names.ts";
import { reasonLines } from "../../../src/report/text/reasons.ts";

const failing = (gate: GateAnswer["gate"]): GateAnswer => ({
  ...{ gate, status: "fail", expected: "an image pushed at most 60 days ago" },
  ...{ found: "pushed 300 days ago. By whom nobody says", todo: "build the image anew" },
});

test.each([60, 80, 120])("%i columns: each gate begins a line, and goes on below its name", (width) => {
  const lines = reasonLines(
    blockedText([failing("image-age"), failing("vpc"), failing("approval")]) ?? "",
    width,
  );
  const begin = lines.filter((line) => !line.startsWith("  "));

  expect(begin.map((line) => line.split(":")[0])).toEqual(["gate image-age", "gate vpc", "gate approval"]);
  expect(lines.filter((line) => line.length > width)).toEqual([]);
  expect(lines.length).toBeGreaterThan(width < 100 ? 5 : 3);
});

test("what comes before the gates has lines of its own, and a reason without gates is one text", () => {
  const held = `held for 2 h: ${blockedText([failing("vpc"), failing("way-back")])}`;

  expect(reasonLines(held, 200).map((line) => line.slice(0, 14))).toEqual([
    "held for 2 h:",
    "gate vpc: expe",
    "gate way-back:",
  ]);
  expect(reasonLines("errors: the gate keeper is slow. gate of nothing: no", 200)).toEqual([
    "errors: the gate keeper is slow. gate of nothing: no",
  ]);
  expect(reasonLines("", 80)).toEqual([""]);
});

test("no word is lost", () => {
  fc.assert(
    fc.property(
      fc.subarray([...gateNames], { minLength: 1 }),
      fc.integer({ min: 40, max: 140 }),
      (gates, width) => {
        const reason = blockedText(gates.map(failing)) ?? "";
        const words = (text: string) =>
          text
            .replaceAll(".", "")
            .split(/\s+/)
            .filter((word) => word !== "");

        expect(words(reasonLines(reason, width).join("\n"))).toEqual(words(reason));
      },
    ),
    { numRuns: 40 },
  );
});
