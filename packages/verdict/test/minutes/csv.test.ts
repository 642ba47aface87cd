/** Comma-separated text is read cell by cell, and each knows where it is. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { rowsOf } from "../../src/minutes/csv.ts";

const textsOf = (text: string) => rowsOf(text).map((row) => row.map((cell) => cell.text));

test("rows end with any line break, and lines without text are none", () => {
  expect(textsOf("\ufeffa,b\r\n1, 2 \n\n , \r3,4")).toEqual([
    ["a", "b"],
    ["1", "2"],
    ["3", "4"],
  ]);
});

test("a cell knows its line and column, after quotes with line breaks in them too", () => {
  const [, second] = rowsOf('a,b\n"one\ntwo",x\n');
  const [third] = rowsOf('"one\ntwo",x').slice(-1);

  expect(second?.map(({ line, column }) => [line, column])).toEqual([
    [2, 1],
    [3, 6],
  ]);
  expect(third?.at(-1)).toEqual({ text: "x", line: 2, column: 6 });
});

test.each([
  ['a,b\n1,"2', "line 2, column 3"],
  ['a,b\n1,2"3', "line 2, column 3"],
  ['"a"b,c', "line 1, column 1"],
])("a quote that is not closed, or stands in the middle, is told: %j", (text, where) => {
  expect(() => rowsOf(text)).toThrow(`${where}: this cell: expected quotes around all of it`);
});

test("what is written in quotes is read as it was", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", "x y") });
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { maxLength: 6 }), (rows) => {
      const written = rows
        .map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","))
        .join("\n");
      const read = rows
        .map((row) => row.map((text) => text.trim()))
        .filter((row) => row.some((text) => text !== ""));
      expect(textsOf(written)).toEqual(read);
    }),
  );
});
