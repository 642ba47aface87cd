/** How far an exploration is: drawn over in place on a terminal, a line each tenth elsewhere. */
import { describe, expect, it } from "vitest";
import { barOn } from "../../src/cli/progress/bar.ts";
import { keptStream } from "./spoken.ts";

const phase = "single faults" as const;

describe("the progress of an exploration", () => {
  it("is a bar that is drawn over, and gone at the end", () => {
    const stream = keptStream(true);
    let nowMs = 0;
    const bar = barOn(stream, () => nowMs);

    bar.tell({ phase, done: 0, of: 2000, runs: 1, ofRuns: 3001 });
    nowMs = 60_000;
    bar.tell({ phase, done: 1000, of: 2000, runs: 1001, ofRuns: 3001 });
    bar.end();

    const [, none, half, end] = stream.text.split("\r");
    expect(none).toContain("░".repeat(24));
    expect(half).toContain(
      `${"█".repeat(12)}${"░".repeat(12)} single faults: 1,000 of 2,000, 1,001 of 3,001 runs, 1 min, some 2 min to go`,
    );
    expect(end).toBe("\u001b[K");
  });

  it("is a line each tenth where nobody looks", () => {
    const stream = keptStream();
    let nowMs = 0;
    const bar = barOn(stream, () => nowMs);
    const ofRuns = undefined;

    for (let done = 0; done <= 40; done++, nowMs += 1000)
      bar.tell({ phase, done, of: 40, runs: done, ofRuns });
    bar.tell({ phase: "pairs of faults", done: 0, of: 0, runs: 40, ofRuns });
    bar.end();

    const lines = stream.text.trimEnd().split("\n");
    expect(lines).toHaveLength(11);
    expect(lines.slice(0, 2)).toEqual([
      "single faults: 0 of 40, 0 s",
      "single faults: 4 of 40, 4 s, some 36 s to go",
    ]);
    expect(lines.at(-1)).toBe("single faults: 40 of 40, 40 s");
  });
});
