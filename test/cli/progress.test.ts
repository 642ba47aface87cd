/** How progress is told: the phases of a release out of its states, in lines and drawn in place. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { atTheStart, type Course, follow } from "../../src/cli/progress/phases.ts";
import { drawnInPlace, picture } from "../../src/cli/progress/screen.ts";
import { watchOn } from "../../src/cli/progress/watch.ts";
import type { ReleaseProgress } from "../../src/rehearsal/release/request.ts";
import { keptStream } from "./spoken.ts";

const stable = { v6: { instances: 8, ready: 8 } };
const both = { ...stable, v7: { instances: 8, ready: 8 } };

function entered(
  atSeconds: number,
  state: string,
  more: { stage?: number; trafficPercent?: number; execution?: string; fleets?: typeof stable } = {},
): ReleaseProgress {
  return { kind: "entered", execution: "rehearsal", fleets: stable, atSeconds, state, ...more };
}
const ended = (atSeconds: number): ReleaseProgress => ({
  kind: "status",
  atSeconds,
  execution: "rehearsal",
  status: "SUCCEEDED",
});

const baking = [
  entered(0, "OpenRelease"),
  entered(1, "Opened"),
  entered(2, "PlanCapacity"),
  entered(3, "PrewarmInference"),
  entered(700, "ShiftTraffic", { fleets: both }),
  entered(730, "Shifted", { stage: 0, trafficPercent: 5, fleets: both }),
  entered(1200, "CheckKpis", { stage: 0, trafficPercent: 5, fleets: both }),
];
const subject = {
  title: "rehearsing chat",
  stages: [
    { trafficPercent: 5, bakeMinutes: 15 },
    { trafficPercent: 100, bakeMinutes: 15 },
  ],
};
const courseOf = (...progress: readonly ReleaseProgress[]): Course =>
  progress.reduce((course, each) => follow(course, each, "rehearsal"), atTheStart);

describe("the course of a release", () => {
  it("has a phase for each step that a person cares about, with its time", () => {
    const { phases } = courseOf(...baking);

    expect(phases.map(({ title, fromSeconds, untilSeconds }) => [title, fromSeconds, untilSeconds])).toEqual([
      ["open the release", 0, 2],
      ["plan capacity", 2, 3],
      ["pre-warm the candidate", 3, 730],
      ["5 % of traffic", 730, undefined],
    ]);
  });

  it("calls the variant that was there first stable, and any other one the candidate", () => {
    expect(courseOf(...baking).fleets.map(({ variant, side }) => [variant, side])).toEqual([
      ["v6", "stable"],
      ["v7", "candidate"],
    ]);
  });

  it("is not moved by another execution, but for the clock", () => {
    const course = courseOf(...baking, entered(1300, "RollBack", { execution: "sweep" }));

    expect(course.phases.at(-1)?.title).toBe("5 % of traffic");
    expect(course.nowSeconds).toBe(1300);
  });

  it("ends its last phase with the execution", () => {
    const course = courseOf(...baking, ended(1500));

    expect(course.over).toBe(true);
    expect(course.phases.at(-1)?.untilSeconds).toBe(1500);
  });
});

describe("a picture of it", () => {
  const drawn = (course: Course) => picture(course, subject, keptStream(true), 0);

  it("shows what is done, what is under way and what is ahead", () => {
    expect(drawn(courseOf(...baking))).toEqual([
      expect.stringMatching(/^ {2}rehearsing chat +0:20:00$/),
      "",
      expect.stringMatching(/^ {2}✔ open the release +2 s$/),
      expect.stringMatching(/^ {2}✔ plan capacity +1 s$/),
      expect.stringMatching(/^ {2}✔ pre-warm the candidate +12 min$/),
      expect.stringMatching(/^ {2}⠋ {3}5 % of traffic +██████▎░░░░░ CheckKpis$/),
      "    100 % of traffic",
      "    promote",
      "",
      "  stable v6 8 of 8 ready · candidate v7 8 of 8 ready",
    ]);
  });

  it("marks the stage that a release walked back from, and shows nothing ahead of it", () => {
    const lines = drawn(courseOf(...baking, entered(1300, "RollBack", { stage: 0, trafficPercent: 5 })));

    expect(lines.slice(5, 7)).toEqual([
      expect.stringMatching(/^ {2}↩ {3}5 % of traffic +10 min$/),
      expect.stringMatching(/^ {2}⠋ roll back +RollBack$/),
    ]);
    expect(lines.join("\n")).not.toMatch(/promote|100 %/);
  });
});

describe("on a terminal", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("it is drawn over in place, and gone when it ends", () => {
    const stream = keptStream(true);
    const screen = drawnInPlace(stream, subject);
    screen.show(courseOf(...baking));
    const lines = stream.text.split("\n").length - 1;

    vi.advanceTimersByTime(60);
    screen.end();

    const esc = String.fromCodePoint(27);
    expect(stream.text.split(`${esc}[${lines}A${esc}[J`)).toHaveLength(3);
    expect(stream.text.endsWith(`${esc}[J`)).toBe(true);
  });

  it("it keeps to the terminal's size: no line wraps, and the newest lines stay", () => {
    const small = { ...keptStream(true), columns: 40, rows: 6 };
    const written: string[] = [];
    const screen = drawnInPlace({ ...small, write: (text) => void written.push(text) }, subject);
    screen.show(courseOf(...baking));
    screen.end();

    const lines = (written[0] ?? "").trimEnd().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines.every((line) => line.length < 40)).toBe(true);
    expect(lines.at(-1)).toMatch(/^ {2}stable v6/);
  });
});

it("is one line for each phase where nobody looks at it live", () => {
  const stream = keptStream();
  const watch = watchOn(stream, subject, "rehearsal");
  for (const each of baking) watch.tell(each);
  watch.end();

  expect(stream.text).toBe(
    [
      "0:00:00  open the release (v6 8 of 8 ready)",
      "0:00:02  plan capacity (v6 8 of 8 ready)",
      "0:00:03  pre-warm the candidate (v6 8 of 8 ready)",
      "0:12:10  5 % of traffic (v6 8 of 8 ready, v7 8 of 8 ready)",
      "",
    ].join("\n"),
  );
});
