/** An audit's changes as lines: by release and by who had asked, with the members that became others, and nothing wider than the page. */
import { expect, test } from "vitest";
import type { Audited } from "../../src/core/audit/audit.ts";
import type { AuditLine } from "../../src/core/audit/line.ts";
import { changesText } from "../../src/report/audited-changes.ts";
import { paintOf } from "../../src/report/text/paint.ts";

const at = "2026-01-05T08:00:00.000Z";
const line = (number: number, rest: Partial<AuditLine> = {}): AuditLine => ({
  number,
  what: "made",
  since: at,
  at,
  resource: { kind: "weights", name: "chat" },
  before: { v6: 95, v7: 5 },
  after: { v6: 75, v7: 25 },
  release: { id: "chat-v7", trigger: "registry" },
  ...rest,
});
const ann = "arn:aws:iam::123456789012:user/ann";
const told = (changes: readonly AuditLine[], width = 98) =>
  changesText({ changes, people: { "person-a": ann }, erased: { "person-c": at } } as unknown as Audited, {
    width,
    paint: paintOf(false),
  });

test("changes of one release that somebody asked for are together, and say which members became others", () => {
  const scaling = { kind: "scaling", name: "endpoint/chat/variant/v6" } as const;
  const held = { min: 4, max: 16, suspended: { in: true, out: false } };

  expect(
    told([
      line(9),
      line(10, { resource: scaling, before: { ...held, suspended: { in: false, out: false } }, after: held }),
      line(11, { order: { kind: "roll-back", at, by: "person-a" }, what: "put-back", after: null }),
      line(12, { order: { kind: "roll-back", at, by: "person-b" } }),
      line(13, { order: { kind: "roll-back", at, by: "person-c" } }),
    ]),
  ).toEqual([
    "chat-v7, started by registry",
    " 9  2026-01-05 08:00:00  made      weights chat",
    "    v6: 95 → 75; v7: 5 → 25",
    "10  2026-01-05 08:00:00  made      scaling endpoint/chat/variant/v6",
    "    suspended.in: false → true",
    "",
    `chat-v7, started by registry; ordered: roll-back by ${ann}`,
    "11  2026-01-05 08:00:00  put-back  weights chat",
    '    {"v6":95,"v7":5} → none',
    "",
    "chat-v7, started by registry; ordered: roll-back by person-b (not in the directory)",
    "12  2026-01-05 08:00:00  made      weights chat",
    "    v6: 95 → 75; v7: 5 → 25",
    "",
    "chat-v7, started by registry; ordered: roll-back by person-c (erased on 2026-01-05)",
    "13  2026-01-05 08:00:00  made      weights chat",
    "    v6: 95 → 75; v7: 5 → 25",
  ]);
});

test("what was set between releases, was only counted, or is too long for a line, is told as such", () => {
  const { release: _, ...free } = line(1, {
    what: "adjusted",
    because: "load",
    model: "chat",
    by: "person-c",
  });
  const { resource: __, before: ___, after: ____, release: _____, ...bare } = line(3, { what: "untold" });

  expect(told([free, line(2, { cut: ["after"] }), { ...bare, count: 4 }])).toEqual([
    "between releases, by load; ordered: take it back by person-c (erased on 2026-01-05)",
    "1  2026-01-05 08:00:00  adjusted  weights chat",
    "   v6: 95 → 75; v7: 5 → 25",
    "",
    "chat-v7, started by registry",
    "2  2026-01-05 08:00:00  made      weights chat",
    "   from what to what is in the pack",
    "",
    "between releases",
    "3  2026-01-05 08:00:00  untold    4 changes",
    "   no more was kept",
  ]);
});

test.each([40, 60, 80])("nothing is wider than %i columns", (width) => {
  const name = `slipway-prod-chat-v7-production-${"x".repeat(40)}`;
  const all = told([line(1, { resource: { kind: "endpoint-config", name } }), line(2)], width);

  // A name has no place to be folded at.
  expect(all.filter((text) => text.length > width && !text.includes(name))).toEqual([]);
  expect(all.join("\n")).toContain(name);
});
