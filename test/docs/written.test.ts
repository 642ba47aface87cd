/** The parts of pages that are written out of the code are what the code writes. */
import { describe, expect, it, test } from "vitest";
import { cell, withParts } from "../../scripts/docs/parts.ts";
import { expectFresh } from "./fresh.ts";

test.each(["docs/PLANS.md", "docs/JSON.md", "schemas"] as const)(
  "what is written of %s is as it is there",
  (writer) => expectFresh(writer),
);

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
