/** `slipway limits freezes`: a team's calendar read into a file of limits, again and again, beside what people wrote there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checkText } from "../../src/core/input/checked-file.ts";
import { CapacityLimits } from "../../src/core/plan/capacity-limits.ts";
import { folderWith } from "./served-account.ts";
import { say } from "./spoken.ts";

const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
const stamp = (ahead: number) => day(ahead).replaceAll("-", "");
const calendar = (...events: readonly (readonly [uid: string, ahead: number, summary: string])[]): string =>
  [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"],
    ...events.flatMap(([uid, ahead, summary]) => [
      ...["BEGIN:VEVENT", `UID:${uid}`, `DTSTART;VALUE=DATE:${stamp(ahead)}`],
      ...[`DTEND;VALUE=DATE:${stamp(ahead + 1)}`, `SUMMARY:${summary}`, "END:VEVENT"],
    ]),
    ...["END:VCALENDAR", ""],
  ].join("\r\n");

const limits = `# ours
owner: infrastructure
contact: "#infra"
freezes:
  # agreed by all
  - { from: "2026-12-23T18:00:00+01:00", to: "2027-01-02T08:00:00+01:00", reason: nobody is there } # by hand
`;

function files(text: string, own = limits) {
  const folder = folderWith({ "team.ics": text, "limits.yml": own });
  return { ics: join(folder, "team.ics"), into: join(folder, "limits.yml") };
}
const reasonsIn = (path: string): string[] => {
  const parsed = checkText(CapacityLimits, readFileSync(path, "utf8"), path);
  return parsed.ok ? parsed.value.freezes.map(({ reason }) => reason) : [];
};

test("without --into it is printed as a file of limits has it, and nothing is written", async () => {
  const { ics, into } = files(calendar(["a", 5, 'Change freeze: "peak"'], ["b", 6, "Lunch"]));

  const { code, out, err } = await say("limits", "freezes", ics);

  expect(code).toBe(0);
  expect(out).toBe(
    `freezes:\n  - { from: "${day(5)}T00:00:00Z", to: "${day(6)}T00:00:00Z", reason: "Change freeze: \\"peak\\"" }\n`,
  );
  expect(err).toContain("1 freeze in the next 366 days");
  expect(readFileSync(into, "utf8")).toBe(limits);
});

test("with --into they take the place of those of before, and what people wrote stays", async () => {
  const { ics, into } = files(calendar(["a", 5, "freeze one"], ["b", 9, "freeze two"]));
  expect((await say("limits", "freezes", ics, "--into", into)).code).toBe(0);
  expect(reasonsIn(into)).toEqual(["nobody is there", "freeze one", "freeze two"]);
  const once = readFileSync(into, "utf8");
  expect(once).toContain("# ours");
  expect(once).toContain("# agreed by all");
  expect(once).toContain("# by hand");
  expect(once).toContain(
    `{ from: "${day(5)}T00:00:00Z", to: "${day(6)}T00:00:00Z", reason: "freeze one" } # of team.ics: a\n`,
  );

  await say("limits", "freezes", ics, "--into", into);
  expect(readFileSync(into, "utf8")).toBe(once);

  const later = files(calendar(["b", 9, "freeze two, moved"]), once);
  await say("limits", "freezes", later.ics, "--into", later.into);
  expect(reasonsIn(later.into)).toEqual(["nobody is there", "freeze two, moved"]);
});

test("another calendar's stay as well", async () => {
  const { ics, into } = files(calendar(["a", 5, "freeze of one"]));
  await say("limits", "freezes", ics, "--into", into);
  const other = join(folderWith({ "other.ics": calendar(["a", 7, "freeze of another"]) }), "other.ics");
  await say("limits", "freezes", other, "--into", into);
  expect(reasonsIn(into)).toEqual(["nobody is there", "freeze of one", "freeze of another"]);

  await say("limits", "freezes", ics, "--into", into);
  expect(reasonsIn(into).toSorted()).toEqual(["freeze of another", "freeze of one", "nobody is there"]);
});

test("a file that would limit nothing any more stays as it is", async () => {
  const own = `owner: infra\ncontact: us\nfreezes:\n  - { from: "${day(5)}T00:00:00Z", to: "${day(6)}T00:00:00Z", reason: r } # of team.ics: a\n`;
  const { ics, into } = files(calendar(), own);

  const { code, err } = await say("limits", "freezes", ics, "--into", into);

  expect(code).toBe(64);
  expect(err).toContain("something under allowed, ceilings or freezes");
  expect(readFileSync(into, "utf8")).toBe(own);
});

test("a file that has none gets some, and a calendar that has none leaves none of its own", async () => {
  const own = "owner: infra\ncontact: us\nceilings: { instancesPerEndpoint: 40 }\n";
  const { ics, into } = files(calendar(["a", 5, "freeze"]), own);
  await say("limits", "freezes", ics, "--into", into);
  expect(reasonsIn(into)).toEqual(["freeze"]);

  const none = files(calendar(), readFileSync(into, "utf8"));
  await say("limits", "freezes", none.ics, "--into", none.into);
  expect(readFileSync(none.into, "utf8")).not.toContain("freezes");
});

test.each([
  [
    "a calendar that is none",
    "no calendar",
    [],
    /team\.ics: expected a calendar \(iCalendar\), found what does not read/,
  ],
  ["a zone that is none", calendar(), ["--zone", "Mars"], /--zone: expected a time zone .*, found "Mars"/],
  [
    "more than a file of limits may have",
    calendar(...Array.from({ length: 101 }, (_, nth) => [`e${nth}`, nth + 1, "freeze"] as const)),
    [],
    /freezes: expected at most 100/,
  ],
])("%s is told, and nothing is written", async (_, text, more, message) => {
  const { ics, into } = files(text);

  const { code, err } = await say("limits", "freezes", ics, "--into", into, ...more);

  expect(code).toBe(64);
  expect(err.replaceAll(/\s+/g, " ")).toMatch(message);
  expect(readFileSync(into, "utf8")).toBe(limits);
});
