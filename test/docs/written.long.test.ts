/** What of the documents takes rehearsals, or hundreds of simulated releases, to write is what the code writes. */
import { test } from "vitest";
import { expectFresh } from "./fresh.ts";

test.each(["README.md", "docs/JUDGING.md", "pictures"] as const)(
  "what is written of %s is as it is there",
  (writer) => expectFresh(writer),
);
