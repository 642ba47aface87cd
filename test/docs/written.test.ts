/** The parts of pages that are written out of the code are what the code writes. */
import { describe, expect, it, test } from "vitest";
import { type Writer, writers, writtenBy } from "../../scripts/docs/main.ts";
import { cell, withParts } from "../../scripts/docs/parts.ts";

test.each(Object.keys(writers) as Writer[])("what is written of %s is as it is there", async (writer) => {
  for (const { path, found, expected } of await writtenBy(writer))
    expect(found === expected, `${path} is stale: run \`npm run docs\``).toBe(true);
});

describe("a page with parts", () => {
  const page = "# A\n<!-- written: one -->\nold\n<!-- end -->\nkept\n<!-- written: two -->\n<!-- end -->\n";

  it("has each of them anew, and the rest as it was", () => {
    expect(withParts(page, { one: "new\n", two: "$& other" })).toBe(
      "# A\n<!-- written: one -->\n\nnew\n\n<!-- end -->\nkept\n<!-- written: two -->\n\n$& other\n\n<!-- end -->\n",
    );
  });

  it("refuses a part that nobody writes, and a text without a place", () => {
    expect(() => withParts(page, { one: "" })).toThrow("nothing writes the part two");
    expect(() => withParts(page, { one: "", two: "", three: "" })).toThrow("no page has a place for three");
  });

  it("has cells that neither bars nor lines end", () => {
    expect(cell("a|b\nc")).toBe("a\\|b c");
  });
});
