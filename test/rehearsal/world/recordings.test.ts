/** Traffic of a team's own: what a CSV and CloudWatch's JSON say, what is wrong with either, and what a world makes of it. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { rate, settled } from "#twin/world";
import { formatMistake } from "../../../src/core/input/bad-input.ts";
import { accountOf } from "../../../src/rehearsal/account-of-plan.ts";
import { BadWorld, loadWorld, parseWorld } from "../../../src/rehearsal/worlds/load.ts";
import { recordingIn } from "../../../src/rehearsal/worlds/recordings.ts";
import { minuteMs, plan, startMs } from "./example.ts";

function recorded(text: string) {
  const read = recordingIn(text, "traffic");
  return read.ok ? read.recording : read.mistakes.map(formatMistake);
}

describe("a CSV", () => {
  it("has a minute or a time, and requests, with or without heads", () => {
    const expected = { everySeconds: 60, requests: [236, 0, 347.5] };

    expect(recorded("minute,requests\n1,236\n2,0\n3,347.5\n")).toEqual(expected);
    expect(recorded("1,236\n2,0\n3,347.5")).toEqual(expected);
    expect(
      recorded(
        '"Time";"Invocations"\r\n2026-01-05T08:00:00Z;236\r\n2026-01-05T08:01:00Z;0\r\n2026-01-05T08:02:00Z;347.5\r\n',
      ),
    ).toEqual(expected);
    expect(recorded("1767600000,236\n1767600060,0\n1767600120,347.5\n")).toEqual(expected);
    expect(recorded("1767600000000,236\n1767600060000,0\n1767600120000,347.5\n")).toEqual(expected);
    expect(recorded("2026-01-05 08:00,236\n2026-01-05 08:01,0\n2026-01-05 08:02,347.5\n")).toEqual(expected);
  });

  it("may leave times out, in which nobody asked for anything", () => {
    expect(recorded("0,10\n5,20\n15,30\n")).toEqual({ everySeconds: 300, requests: [10, 20, 0, 30] });
  });

  it("is told of line by line", () => {
    const text = "time,requests\n0,1\nsoon,2\n2,-3\n3,4,5\n1,x\n4,1\n4,2\n";

    expect(recorded(text)).toEqual([
      'traffic:3: the time: expected a minute such as 0 or a time such as 2026-01-05T08:00:00Z, found "soon"',
      'traffic:4: the requests: expected a number, 0 or more, found "-3"',
      "traffic:5: the line: expected two values, a time and requests, found 3",
      'traffic:6: the requests: expected a number, 0 or more, found "x"',
      'traffic:8: the time: expected a later one than in the line before, found "4"',
    ]);
  });

  it("with the same mistake in every line is told of in ten, and how many more there are", () => {
    const told = recorded(Array.from({ length: 500 }, (_, i) => `${i},many`).join("\n")) as string[];

    expect(told).toHaveLength(11);
    expect(told.at(-1)).toBe("traffic: the rest: expected no mistakes, found 490 more like these");
  });

  it.each([
    ["", "the recording: expected at least two times with requests, found 0"],
    ["0,5\n", "the recording: expected at least two times with requests, found 1"],
    ["0,0\n1,0\n", "the recording: expected requests, found none at any time"],
    [
      "0,1\n1,1\n2.5,1\n",
      "the recording: expected times in steps of 60 s, found 90 s before 1970-01-01T00:02:30.000Z",
    ],
    [
      "2026-01-01T00:00:00Z,1\n2026-01-05T00:00:00Z,1\n",
      "the recording: expected times a second to a day apart, found 345600 s",
    ],
    [
      "2026-01-01T00:00:00Z,1\n2026-01-01T00:00:01Z,1\n2026-02-01T00:00:00Z,1\n",
      "the recording: expected at most 100000 entries, found 2678401",
    ],
  ])("that is no recording is told of: %j", (text, message) => {
    expect(recorded(text)).toEqual([`traffic: ${message}`]);
  });
});

describe("what the AWS command line prints", () => {
  const data = (...results: object[]) => JSON.stringify({ MetricDataResults: results, Messages: [] });

  it("of get-metric-data is the newest first, and may come in pages", () => {
    const one = {
      Id: "m1",
      Label: "Invocations",
      StatusCode: "PartialData",
      Timestamps: ["2026-01-05T08:02:00+00:00", "2026-01-05T08:01:00+00:00"],
      Values: [30, 20],
    };
    const two = { ...one, StatusCode: "Complete", Timestamps: ["2026-01-05T08:00:00+00:00"], Values: [10] };

    expect(recorded(data(one, two))).toEqual({ everySeconds: 60, requests: [10, 20, 30] });
  });

  it("of get-metric-statistics has no order", () => {
    const Datapoints = [
      { Timestamp: "2026-01-05T09:05:00+01:00", Sum: 20, Unit: "Count" },
      { Timestamp: "2026-01-05T08:15:00Z", Sum: 40, Unit: "Count" },
      { Timestamp: "2026-01-05T08:00:00Z", Sum: 10, Unit: "Count" },
    ];

    expect(recorded(JSON.stringify({ Label: "Invocations", Datapoints }))).toEqual({
      everySeconds: 300,
      requests: [10, 20, 0, 40],
    });
  });

  it.each([
    [data(), "MetricDataResults: expected one metric, the Sum of Invocations, found none"],
    [
      data({ Id: "a", Timestamps: [], Values: [] }, { Id: "b", Timestamps: [], Values: [] }),
      "MetricDataResults: expected one metric, the Sum of Invocations, found 2 (a, b)",
    ],
    [
      '{"Datapoints":[{"Timestamp":"2026-01-05T08:00:00Z","Average":1,"Unit":"None"}]}',
      "Datapoints: expected the Sum of Invocations (--statistics Sum), found Average",
    ],
    [
      data({ Id: "a", Timestamps: ["2026-01-05T08:00:00Z", "2026-01-05T08:01:00Z"], Values: [1] }),
      "MetricDataResults[0].Values[1]: expected a number, 0 or more, found nothing",
    ],
    [
      '{"Datapoints":[{"Timestamp":"today","Sum":1}]}',
      'Datapoints[0].Timestamp: expected a time such as 2026-01-05T08:00:00Z, found "today"',
    ],
    [
      '{"Metrics":[]}',
      "the whole document: expected what get-metric-data prints (MetricDataResults) or get-metric-statistics (Datapoints), found a map of keys",
    ],
  ])("that is none of both, or of another metric, is told of: %s", (text, message) => {
    expect(recorded(text)).toEqual([`traffic: ${message}`]);
  });

  it("that is no JSON is told of with its line", () => {
    expect(recorded('{"MetricDataResults": [}')).toEqual([expect.stringMatching(/^traffic:1: /)]);
  });
});

describe("a world with a file of traffic", () => {
  const folder = mkdtempSync(join(tmpdir(), "traffic-"));
  const world = (text: string) => {
    const path = join(folder, "mine.yml");
    writeFileSync(path, `description: Mine.\n${text}\n`);
    return loadWorld(path);
  };
  writeFileSync(join(folder, "week.csv"), "0,600\n5,6000\n");
  const rateOf = (spec: ReturnType<typeof loadWorld>) =>
    rate(settled(spec, accountOf(plan)).traffic, { startMs, peakRequestsPerSecond: 60 });

  it("finds it beside itself, and has its requests as they were, from the start on and again", () => {
    const at = rateOf(world("traffic: { file: week.csv }"));
    const minutes = [-1, 0, 4, 5, 9, 10];

    expect(minutes.map((minute) => at(startMs + minute * minuteMs))).toEqual([20, 2, 2, 20, 20, 2]);
  });

  it("scales them where it says so, and changes them as it changes any traffic", () => {
    const at = rateOf(
      world("traffic: { file: week.csv, peakPercent: 50, changes: [{ atMinute: 5, factor: 2 }] }"),
    );

    expect([0, 5].map((minute) => at(startMs + minute * minuteMs))).toEqual([3, 60]);
  });

  it("says what is wrong with the file by its name, and with a file that is not there", () => {
    writeFileSync(join(folder, "bad.csv"), "0,1\n1,?\n");
    const mistakes = (text: string) => {
      try {
        world(text);
      } catch (error) {
        if (error instanceof BadWorld) return error.mistakes;
        throw error;
      }
      return [];
    };

    expect(mistakes("traffic: { file: bad.csv }")).toEqual([
      `${join(folder, "bad.csv")}:2: the requests: expected a number, 0 or more, found "?"`,
    ]);
    expect(mistakes("traffic: { file: none.csv }")).toEqual([
      `${join(folder, "none.csv")}: expected a file with the traffic, found what cannot be read (ENOENT)`,
    ]);
  });
});

test("traffic written out in the world is taken as it is", () => {
  const spec = parseWorld(
    "test.yml",
    "description: x\ntraffic: { recording: { everySeconds: 10, requests: [50, 100] } }\n",
  );
  const at = rate(settled(spec, accountOf(plan)).traffic, { startMs, peakRequestsPerSecond: 60 });

  expect([0, 10, 20].map((seconds) => at(startMs + seconds * 1000))).toEqual([5, 10, 5]);
});
