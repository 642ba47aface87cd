/** Pieces of Markdown: what is shown as code can be copied as it is. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { code } from "../../src/report/markdown.ts";
import { holds } from "../property.ts";

/** As GFM reads a code span in a table's cell: a bar is unescaped, and a space at both ends is taken away. */
function read(span: string): string {
  const fence = /^`+/.exec(span)?.[0] ?? "";
  const inner = span.slice(fence.length, -fence.length);
  // No run in it is as long as the fence, or that would end it.
  expect([...inner.matchAll(/`+/g)].map(([run]) => run.length)).not.toContain(fence.length);
  const bars = inner.replaceAll("\\|", "|");
  return /^ .*[^ ].* $/s.test(bars) ? bars.slice(1, -1) : bars;
}

it.each([
  ["aws sagemaker describe-endpoint", "`aws sagemaker describe-endpoint`"],
  ["--query 'Contents[?Size > `0`].Key'", "``--query 'Contents[?Size > `0`].Key'``"],
  ["echo `date`", "`` echo `date` ``"],
  ["```", "```` ``` ````"],
  ["a | b", "`a \\| b`"],
])("%s is shown as it is", (text, shown) => {
  expect(code(text)).toBe(shown);
  expect(read(shown)).toBe(text);
});

it("is read back as it was, whatever it has in it", () => {
  const text = fc.string({ unit: fc.constantFrom("`", " ", "a", "|"), minLength: 1, maxLength: 12 });
  holds(
    fc.property(text, (any) => {
      expect(read(code(any))).toBe(any);
    }),
  );
});
