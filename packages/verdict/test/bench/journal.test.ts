/** What a bench has measured is not measured again, and a line that was cut off is. */
import { appendFileSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openJournal } from "../../bench/journal.ts";

test("a journal gives back what was kept, numbers that JSON does not have among it, by the task", () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  const result = { minutes: Number.POSITIVE_INFINITY, rate: 0.1 };
  openJournal(folder).keep({ cell: "a", effort: 1 }, result);

  const again = openJournal(folder);

  expect(again.known({ cell: "a", effort: 1 })).toEqual(result);
  expect(again.known({ cell: "a", effort: 2 })).toBeUndefined();
});

test("a line that was cut off is measured again, and harms none after it", () => {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  openJournal(folder).keep({ cell: "a" }, 1);
  const [name = ""] = readdirSync(folder);
  appendFileSync(join(folder, name), "0123456789abcdef AAAA");
  openJournal(folder).keep({ cell: "b" }, 2);

  const again = openJournal(folder);

  expect([again.known({ cell: "a" }), again.known({ cell: "b" })]).toEqual([1, 2]);
});
