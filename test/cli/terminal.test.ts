/** How wide, how coloured and how lively the command writes, by its terminal and the variables that are usual. */
import { expect, test } from "vitest";
import { streamOn } from "../../src/cli/terminal.ts";

const terminal = { isTTY: true, columns: 80, rows: 24, hasColors: () => true, write: () => true };
const file = { ...terminal, isTTY: false, columns: 0, hasColors: () => false } as unknown as typeof terminal;

const coloured = (stream: ReturnType<typeof streamOn>) => stream.paint.red("x") !== "x";

test("a terminal is drawn over and coloured; a file is neither", () => {
  expect(streamOn(terminal, {})).toMatchObject({ live: true, columns: 80, rows: 24 });
  expect(coloured(streamOn(terminal, {}))).toBe(true);
  expect(streamOn(file, {})).toMatchObject({ live: false, columns: 96 });
  expect(coloured(streamOn(file, {}))).toBe(false);
});

test("TERM=dumb draws nothing over", () => {
  expect(streamOn(terminal, { TERM: "dumb" }).live).toBe(false);
});

test.each([
  ["1", true],
  ["", true],
  ["3", true],
  ["0", false],
  ["false", false],
])("FORCE_COLOR=%s decides", (FORCE_COLOR, expected) => {
  for (const device of [terminal, file]) expect(coloured(streamOn(device, { FORCE_COLOR }))).toBe(expected);
});

test.each([
  ["60", 60],
  ["1", 40],
  ["500", 110],
  ["abc", 96],
  ["0", 96],
  ["-3", 96],
])("COLUMNS=%s stands in where no terminal says how wide it is", (COLUMNS, columns) => {
  expect(streamOn(file, { COLUMNS }).columns).toBe(columns);
  expect(streamOn(terminal, { COLUMNS }).columns).toBe(80);
});
