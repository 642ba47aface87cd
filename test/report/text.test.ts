/** Laying text out in a terminal: widths, lines, tables, small pictures and figures. */
import { describe, expect, it, test } from "vitest";
import { clock, count, counted, duration, percent, usd } from "../../src/report/text/figures.ts";
import { bar, sparkline } from "../../src/report/text/graphs.ts";
import { cut, flow, fold, padEnd, pairs, table, widthOf, wrap } from "../../src/report/text/layout.ts";
import { paintOf } from "../../src/report/text/paint.ts";

const paint = paintOf(true);

test("colours take no room, and none are there where none are wanted", () => {
  expect(widthOf(paint.red("✖ no"))).toBe(4);
  expect(padEnd(paint.bold("ab"), 4)).toBe(`${paint.bold("ab")}  `);
  expect(paintOf(false).red("no")).toBe("no");
});

test("text is broken at spaces, but never before a percent sign or within an item", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("a share of 70 % now", 13)).toEqual(["a share of", "70 % now"]);
  expect(wrap("immovable word", 4)).toEqual(["immovable", "word"]);
  expect(flow(["GetItem 12", "PutItem 3", "Query 1"], ", ", 22)).toEqual([
    "GetItem 12, PutItem 3,",
    "Query 1",
  ]);
  expect(cut("chat-assistant", 5)).toBe("chat…");
});

test("a line is folded below where its text begins, after a mark and a column", () => {
  expect(fold("as it is", 20)).toEqual(["as it is"]);
  expect(fold("✖ one two three four", 12)).toEqual(["✖ one two", "  three four"]);
  expect(fold(`${paint.red("✖")} one two three`, 10)).toEqual([`${paint.red("✖")} one two`, "  three"]);
  expect(fold("~ plan  one two three four", 18)).toEqual(["~ plan  one two", "        three four"]);
  expect(fold("  one two three", 10)).toEqual(["  one two", "  three"]);
  expect(fold("a-name-that-is-long  one two", 22)).toEqual(["a-name-that-is-long", "  one two"]);
});

test("names have their texts beside them, or below where they leave too little room", () => {
  const rows = [
    ["--load N", "what comes"],
    ["-h", "help"],
  ] as const;

  expect(pairs(rows, 30)).toEqual(["  --load N  what comes", "  -h        help"]);
  expect(pairs(rows, 20)).toEqual(["  --load N", "      what comes", "  -h", "      help"]);
});

describe("a table", () => {
  const columns = [{ head: "stage", align: "right" }, { head: "until" }, { head: "fleet" }] as const;
  const rows = [
    ["5 %", "0:31", "8 ready"],
    ["100 %", "1:24", "16 ready"],
  ];

  it("lines its columns up", () => {
    expect(table(columns, rows, { width: 80 })).toEqual([
      "stage  until  fleet",
      "  5 %  0:31   8 ready",
      "100 %  1:24   16 ready",
    ]);
  });

  it("tells its rows one by one where room is short, and leaves nothing out", () => {
    expect(table(columns, rows, { width: 24 })).toEqual([
      "stage  until  fleet",
      "  5 %  0:31   8 ready",
      "100 %  1:24   16 ready",
    ]);
    expect(table(columns, rows, { width: 20 })).toEqual([
      "stage 5 %, until",
      "  0:31, fleet 8",
      "  ready",
      "stage 100 %, until",
      "  1:24, fleet 16",
      "  ready",
    ]);
  });
});

describe("a line of bars", () => {
  it("goes from nothing to a full block, and shows whatever is above zero", () => {
    expect(sparkline([0, 0.01, 50, 100], { width: 10, most: 100 })).toBe(" ▁▄█");
  });

  it("draws more values than columns by their highest, so that no peak is lost", () => {
    expect(sparkline([0, 0, 0, 9, 0, 0], { width: 3 })).toBe(" █ ");
  });

  it("is flat where there is nothing", () => {
    expect(sparkline([0, 0], { width: 5 })).toBe("  ");
  });
});

test("a bar is as wide as it is asked to be, however full", () => {
  for (const share of [-1, 0, 0.18, 0.5, 0.999, 1, 7]) {
    const { filled, rest } = bar(share, 12);
    expect([...filled, ...rest]).toHaveLength(12);
  }
  expect(bar(0.5, 4)).toEqual({ filled: "██", rest: "░░" });
});

test("figures have a unit and no more digits than they carry", () => {
  expect(count(104775)).toBe("104,775");
  expect([counted(1, "request"), counted(2, "request")]).toEqual(["1 request", "2 requests"]);
  expect(usd(21.694)).toBe("$21.69");
  expect([0, 0.4561, 12.34, 99.6, 100].map(percent)).toEqual(["0 %", "0.46 %", "12 %", "100 %", "100 %"]);
  expect([0, 3599.9, 5689.8].map(clock)).toEqual(["0:00:00", "0:59:59", "1:34:49"]);
  expect([0.348, 42, 1080, 3600, 5690, 200_000].map(duration)).toEqual([
    "0.3 s",
    "42 s",
    "18 min",
    "1 h",
    "1 h 35 min",
    "2 d 7 h",
  ]);
});
