/** The shares of traffic that a candidate had, by what was told of its release. */
import { expect, test } from "vitest";
import { type NewsEntry, newsIn, sharesIn } from "../../../src/core/release/shares.ts";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 9, minute)).toISOString();
const told = (minute: number, state: string, more: Partial<NewsEntry> = {}): NewsEntry => ({
  kind: "news",
  at: at(minute),
  state,
  ...more,
});
const shifted = (minute: number, stage: number, trafficPercent: number) =>
  told(minute, "shifted", { stage, trafficPercent });
const ends = (...journal: NewsEntry[]) =>
  sharesIn(journal).map(({ index, trafficPercent, from, until, result }) => [
    index,
    trafficPercent,
    from,
    until,
    result,
  ]);

test("each lasts until the next, and the last until the promotion", () => {
  expect(
    ends(told(0, "opened"), shifted(10, 0, 5), told(20, "judged"), shifted(21, 1, 50), told(40, "promoted")),
  ).toEqual([
    [0, 5, at(10), at(21), "passed"],
    [1, 50, at(21), at(40), "passed"],
  ]);
});

test("one that is walked back from was stopped, and so was one whose release closed", () => {
  expect(ends(shifted(10, 0, 5), told(15, "rolling-back"), told(30, "closed"))).toEqual([
    [0, 5, at(10), at(15), "stopped"],
  ]);
  expect(ends(shifted(10, 0, 5), told(30, "closed"))).toEqual([[0, 5, at(10), at(30), "stopped"]]);
});

test("within a stage less traffic eases it, and as much again restores it", () => {
  expect(ends(shifted(10, 1, 25), shifted(14, 1, 5), shifted(20, 1, 25), told(30, "promoted"))).toEqual([
    [1, 25, at(10), at(14), "eased"],
    [1, 5, at(14), at(20), "restored"],
    [1, 25, at(20), at(30), "passed"],
  ]);
});

test("one that is not over has no end, and what is told twice began once", () => {
  expect(ends(shifted(10, 0, 5), shifted(11, 0, 5))).toEqual([[0, 5, at(10), undefined, undefined]]);
});

test("what tells of no share is none, and other entries of a journal tell nothing", () => {
  expect(ends(told(10, "shifted"), told(11, "shifted", { stage: 0 }))).toEqual([]);
  expect(newsIn([{ kind: "fleets", at: at(1), fleets: {} }, told(2, "opened")])).toEqual([told(2, "opened")]);
});
