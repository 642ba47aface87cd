/** `slipway forecast`: from a recording to what a plan has to have. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folderWith } from "./served-account.ts";
import { say } from "./spoken.ts";

const plan = "plans/chat-assistant.yml";

/** So many days by ten minutes, at most `peak` requests per second at noon; weekends are half. */
function recording(days: number, peak: number): string {
  const startMs = Date.parse("2026-11-02T00:00:00Z");
  const lines = Array.from({ length: 144 * days }, (_, nth) => {
    const day = Math.floor(nth / 144);
    const part =
      Math.exp(-(((nth % 144) - 72) ** 2) / 800) * (day % 7 >= 5 ? 0.5 : 1) * (1 + 0.05 * Math.sin(7 * day));
    return `${new Date(startMs + nth * 600_000).toISOString()},${Math.round(600 * peak * part)}`;
  });
  return join(folderWith({ "requests.csv": `time,requests\n${lines.join("\n")}\n` }), "requests.csv");
}

describe("the forecast of a recording", () => {
  test("says by the day when the peak comes, how high, and what that takes", async () => {
    const { out, code } = await say("forecast", plan, "--traffic", recording(28, 40));

    expect(code).toBe(0);
    const rows = [...out.matchAll(/^(2026-\d\d-\d\d) +12:00 +(\d+) +(\d+) +(\d+) ml.g5.xlarge$/gm)];
    expect(rows.map(([, day]) => day)).toEqual(
      Array.from({ length: 7 }, (_, nth) =>
        new Date(Date.UTC(2026, 10, 30 + nth)).toISOString().slice(0, 10),
      ),
    );
    for (const [nth, [, , expected, most, instances]] of rows.entries()) {
      const peak = nth >= 5 ? 20 : 40;
      expect(Math.abs(Number(expected) / peak - 1)).toBeLessThan(0.15);
      expect(Number(most)).toBeGreaterThanOrEqual(Number(expected));
      expect(Math.abs(Number(instances) - Number(most) / 8.4)).toBeLessThanOrEqual(1.1);
    }
    expect(out).toMatch(
      /^The plan is ready for 60 requests per second: more than the highest of these, \d\d\.$/m,
    );
    expect(out).toContain("By 28 whole days and how wrong such forecasts were of 20 of them.");
  });

  test("says where a plan is not ready for it", async () => {
    const { out } = await say("forecast", plan, "--traffic", recording(14, 90), "--days", "2");
    expect(out.replace(/\n/g, " ")).toMatch(
      /the highest of these is \d+: requirements.peakRequestsPerSecond is too small for it\./,
    );
  });

  test("counts what the plan knows to come, and takes what such has brought before for no usual day", async () => {
    const withEvents = (events: string) => {
      const text = readFileSync(plan, "utf8").replace(
        "utilisationPercent: 70",
        `utilisationPercent: 70\n  events:${events}`,
      );
      return join(folderWith({ "events.yml": text }), "events.yml");
    };
    const sale = (from: string, to: string) =>
      `\n    - { name: sale, from: "${from}", to: "${to}", timesPercent: 200 }`;
    const traffic = recording(28, 40);
    const daysBy = async (path: string): Promise<{ expectedPeak: number }[]> =>
      JSON.parse((await say("forecast", path, "--traffic", traffic, "--json")).out).days;
    const peaksBy = async (path: string) => (await daysBy(path)).map(({ expectedPeak }) => expectedPeak);
    const [usual, more] = [
      await peaksBy(plan),
      await peaksBy(withEvents(sale("2026-12-01T00:00:00Z", "2026-12-02T00:00:00Z"))),
    ];
    expect(more.map((peak, nth) => Math.round((100 * peak) / (usual[nth] ?? 1)))).toEqual([
      100, 200, 100, 100, 100, 100, 100,
    ]);

    // On the last day before them twice as much came as on any other of its weekday.
    const doubled = readFileSync(traffic, "utf8").replaceAll(
      /^(2026-11-29T.*),(\d+)$/gm,
      (_, time, requests) => `${time},${2 * Number(requests)}`,
    );
    const file = join(folderWith({ "sale.csv": doubled }), "sale.csv");
    const nextBy = async (path: string) =>
      JSON.parse((await say("forecast", path, "--traffic", file, "--json")).out).days[0].expectedPeak;
    const known = withEvents(sale("2026-11-29T00:00:00Z", "2026-11-30T00:00:00Z"));
    expect(await nextBy(plan)).toBeGreaterThan(1.5 * (usual[0] ?? 0));
    expect(Math.abs((await nextBy(known)) / (usual[0] ?? 0) - 1)).toBeLessThan(0.1);
    expect((await say("forecast", known, "--traffic", file)).out.replace(/\s+/g, " ")).toContain(
      "of what is planned the plan's events are counted, as they are meant and no further: sale from 2026-11-29T00:00:00Z to 2026-11-30T00:00:00Z, 200 % of the usual.",
    );
  });

  test("counts what a plan has so as to lose a zone", async () => {
    const spared = readFileSync(plan, "utf8").replace(
      "utilisationPercent: 70",
      "utilisationPercent: 70\n  zoneSpare: { ofZones: 2 }",
    );
    const file = join(folderWith({ "spared.yml": spared }), "spared.yml");
    const traffic = recording(14, 40);
    const instancesBy = async (path: string) =>
      JSON.parse((await say("forecast", path, "--traffic", traffic, "--json")).out).days[0].instances;
    expect(await instancesBy(file)).toBe(2 * (await instancesBy(plan)));
  });

  test("is wider the surer it is to be", async () => {
    const file = recording(28, 40);
    const peakAt = async (percent: string) =>
      JSON.parse((await say("forecast", plan, "--traffic", file, "--percent", percent, "--json")).out).days[0]
        .peak;
    expect(await peakAt("99")).toBeGreaterThan(await peakAt("60"));
  });

  test("of one day says how little that is", async () => {
    const { out } = await say("forecast", plan, "--traffic", recording(1, 40), "--days", "1");
    expect(out).toContain(
      "Known are 1 whole day: how far a day may be off is mostly believed, and not learnt.",
    );
  });

  test("says what the endpoint is to have now, by what has come of the day that is not over", async () => {
    // Until noon of a day on which twice as much comes as on any before.
    const lines = Array.from({ length: 144 * 14 + 72 }, (_, nth) => {
      const part = Math.exp(-(((nth % 144) - 100) ** 2) / 4000) * (nth < 144 * 14 ? 1 : 2);
      return `${new Date(Date.UTC(2026, 10, 2) + nth * 600_000).toISOString()},${Math.round(600 * 30 * part)}`;
    });
    const file = join(
      folderWith({ "until-noon.csv": `time,requests\n${lines.join("\n")}\n` }),
      "until-noon.csv",
    );
    const { soon } = JSON.parse((await say("forecast", plan, "--traffic", file, "--json")).out);
    const highest = 60 * Math.exp(-((74 - 100) ** 2) / 4000);

    expect(soon).toMatchObject({ fromMinute: 720, minutes: 30, percent: 98 });
    expect(Math.abs(soon.peak / highest - 1)).toBeLessThan(0.05);
    expect(soon.instances).toBe(Math.ceil(soon.peak / 8.4));
    const { release } = soon;
    expect(release).toMatchObject({ minutes: 100, percent: 75 });
    expect(Math.abs(release.peak / (60 * Math.exp(-((81 - 100) ** 2) / 4000)) - 1)).toBeLessThan(0.1);
    const page = (await say("forecast", plan, "--traffic", file)).out.replace(/\n/g, " ");
    expect(page).toContain(
      `A release begun then meets at most ${Math.round(release.peak)} in its 100 minutes on 75 % of such times: what requirements.peakRequestsPerSecond is to be for it.`,
    );
    expect(page).toContain(
      `From 12:00 for 30 minutes at most ${Math.round(soon.peak)} on 98 % of such times, as that day goes on: ${soon.instances} ml.g5.xlarge.`,
    );
  });

  test("of minutes without a date counts days from there", async () => {
    const lines = Array.from({ length: 2 * 1440 }, (_, minute) => `${minute},${100 + (minute % 7)}`);
    const file = join(folderWith({ "minutes.csv": lines.join("\n") }), "minutes.csv");
    expect((await say("forecast", plan, "--traffic", file, "--days", "2")).out).toMatch(/^day 2 +/m);
  });
});

test.each([
  [["--traffic", "missing.csv"], 64, /missing.csv: expected a file with the traffic/],
  [[], 64, /--stage: expected the stage that was deployed, such as prod, found nothing/],
  [["--traffic", plan], 64, /chat-assistant.yml:2: the line: expected two values/],
  [["--traffic", recording(0.5, 40)], 64, /expected one whole day in UTC at least, found less/],
  [["--traffic", recording(2, 40), "--percent", "100"], 64, /--percent: expected a number from 50 to 99/],
])("what is no recording is told: %j", async (more, code, message) => {
  const said = await say("forecast", plan, ...more);
  expect([said.code, said.err]).toEqual([code, expect.stringMatching(message)]);
});
