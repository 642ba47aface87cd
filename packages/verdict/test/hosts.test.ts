/** No single host decides: evidence that one of the candidate's instances has alone holds the stage, and is named. */
import { describe, expect, test } from "vitest";
import {
  judge,
  type Observation,
  observe,
  remembered,
  startStage,
  startVerdict,
  type VerdictState,
} from "../src/index.ts";
import { calm, errors, minuteAt, START, settingsOf } from "./releases.ts";

const settings = settingsOf([{ ...errors, hostSpread: 0 }]);
const HOSTS = 8;

/** A minute of eight hosts of 60 requests each: so many of each fail, and as many of stable's as 1 % of 4,320. */
function minute(nth: number, bad: (host: number) => number): Observation {
  const hosts = Object.fromEntries(
    Array.from({ length: HOSTS }, (_, host) => [`i-${host}`, { requests: 60, bad: bad(host) }]),
  );
  const all = Object.values(hosts).reduce((sum, host) => sum + host.bad, 0);
  return {
    kpi: "errors",
    at: minuteAt(nth),
    seconds: 60,
    hosts,
    candidate: { requests: 60 * HOSTS, bad: all },
    stable: { requests: 4320, bad: 43 },
  };
}

/** Looks once a minute; the verdicts of all looks. */
function watch(minutes: number, bad: (host: number, nth: number) => number) {
  let state: VerdictState = startStage(startVerdict(settings, calm(settings)), settings, {
    stage: 0,
    at: START,
    trafficShare: 0.1,
    candidateInstances: HOSTS,
    stableInstances: HOSTS,
  });
  return Array.from({ length: minutes }, (_, nth) => {
    const look = judge(state, settings, {
      at: minuteAt(nth + 1),
      stageEndsAt: minuteAt(15),
      observations: [minute(nth, (host) => bad(host, nth))],
    });
    state = look.state;
    return look.verdict;
  });
}

describe("a candidate of eight hosts", () => {
  test("that fails on all of them is rolled back within minutes", () => {
    const verdicts = watch(10, (host, nth) => ((host + nth) % 2 === 0 ? 2 : 1));

    expect(verdicts.findIndex(({ verdict }) => verdict === "fail")).toBeGreaterThan(0);
  });

  test("of which one fails is held, the host is named, and after half an hour it is rolled back", () => {
    const verdicts = watch(60, (host, nth) => (host === 3 ? 30 : (host + nth) % 2));
    const first = verdicts.findIndex(({ held }) => held);
    const fails = verdicts.findIndex(({ verdict }) => verdict === "fail");

    expect(verdicts[first]).toMatchObject({ verdict: "undecided", kpis: ["errors"], host: "i-3" });
    expect(verdicts[first]?.sentence).toMatch(
      /; without instance i-3 nothing would be shown; it has 30 minutes in all to be well again$/,
    );
    expect(fails).toBe(first + 30);
    expect(verdicts[fails]?.host).toBeUndefined();
    expect(verdicts[fails]?.sentence).toMatch(
      /; without instance i-3 nothing would be shown, for 30 minutes \(host\)$/,
    );
  });

  test("of which all fail is no lone host's, though the evidence does not yet stand without the worst", () => {
    const verdicts = watch(30, (host, nth) => (host === 3 ? 2 : (host + nth) % 3 === 0 ? 2 : 1));
    const held = verdicts.filter((verdict) => verdict.held);

    expect(held.length).toBeGreaterThan(0);
    expect(held.map(({ host }) => host)).toEqual(held.map(() => undefined));
    expect(verdicts.at(-1)).toMatchObject({ verdict: "fail", held: false });
  });

  test("goes on once the host is well again", () => {
    const verdicts = watch(40, (host, nth) => (host === 3 && nth < 3 ? 30 : (host + nth) % 2));

    expect(verdicts.some(({ held }) => held)).toBe(true);
    expect(verdicts.some(({ verdict }) => verdict === "fail")).toBe(false);
    expect(verdicts.at(-1)?.held).toBe(false);
  });

  test("whose hosts are replaced all the time keeps a bounded state, and still knows of the bad one that left", () => {
    const mark = {
      stage: 0,
      at: START,
      trafficShare: 0.1,
      candidateInstances: HOSTS,
      stableInstances: HOSTS,
    };
    let state: VerdictState = startStage(startVerdict(settings, calm(settings)), settings, mark);
    const sizes: number[] = [];
    const look = { at: minuteAt(1), stageEndsAt: minuteAt(600), observations: [] };
    for (let nth = 0; nth < 300; nth++) {
      const { hosts = {}, ...whole } = minute(nth, (host) => (nth < 3 && host === 3 ? 30 : (host + nth) % 2));
      const renamed = Object.entries(hosts).map(([id, own]) => [`${id}-${Math.floor(nth / 3)}`, own]);
      state = observe(state, settings, [{ ...whole, hosts: Object.fromEntries(renamed) }]);
      sizes.push(JSON.stringify(remembered(state)).length);
    }
    const { errors: kpi } = state.kpis;

    expect(kpi?.kind === "count" ? Object.keys(kpi.without) : []).toHaveLength(64);
    expect(kpi?.kind === "count" ? Object.keys(kpi.without) : []).toContain("i-3-0");
    expect(Math.max(...sizes)).toBeLessThan(32_768);
    expect(judge(state, settings, look).verdict).not.toMatchObject({ verdict: "fail" });
  });

  test("two hosts that fail are the candidate's fault", () => {
    const verdicts = watch(10, (host, nth) => (host < 2 ? 30 : (host + nth) % 2));

    expect(verdicts.some(({ verdict }) => verdict === "fail")).toBe(true);
  });
});
