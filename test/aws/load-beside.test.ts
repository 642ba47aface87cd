/** What serves, beside a round: harm is seen before the late are answered, and none is seen where none is. */
import { expect, test } from "vitest";
import { Agenda, inVirtualTime } from "../../bench/load/virtual-time.ts";
import { sentBeside } from "../../src/aws/load-beside.ts";
import type { BesideSeen } from "../../src/core/load/beside.ts";
import { countingLatencies } from "../../src/core/load/latencies.ts";
import type { Probe } from "../../src/core/release/serving-platform.ts";
import { plan } from "../core/example.ts";

/** Three a second, for a minute. Answers are due within 1.5 s. */
const seconds = 60;
const before = { requests: 100, bad: 0, latencies: [] };
/** Whose answers took half a second, or a little less or more. */
const usual = tallied(100, (nth) => 450 + nth);

function tallied(requests: number, takesMs: (nth: number) => number): BesideSeen {
  const latencies = countingLatencies();
  for (let nth = 0; nth < requests; nth++) latencies.add(takesMs(nth));
  return { requests, bad: 0, latencies: latencies.all() };
}

/** When harm is seen, seconds, of requests that each take so long by when they are sent; and what all came to. */
function seen(
  takesMs: (second: number) => number,
  {
    wayMs = 0,
    name = "ramp",
    known = before,
  }: { wayMs?: number; name?: "settle" | "ramp"; known?: BesideSeen } = {},
) {
  const agenda = new Agenda();
  const send = () =>
    new Promise<Probe>((told) => {
      const milliseconds = takesMs(agenda.now() / 1000);
      agenda.at(agenda.now() + milliseconds, () => told({ answered: true, milliseconds }));
    });
  return inVirtualTime(agenda, async (pacing) => {
    const beside = sentBeside(
      { send, before: known },
      { plan, name, seconds, seed: "beside", wayMs, pacing },
    );
    let harmedAt: number | undefined;
    for (let second = 1; second <= seconds && harmedAt === undefined; second++) {
      await pacing.until(second * 1000);
      if (beside.isOver()) harmedAt = second;
    }
    return { harmedAt, ...(await beside.end()) };
  });
}

test("answers in time are no harm", async () => {
  const { harmedAt, isHarmed, requests, bad } = await seen(() => 1_400);

  expect([harmedAt, isHarmed, bad]).toEqual([undefined, false, 0]);
  expect(requests).toBeGreaterThan(130);
});

test("those that wait for longer than is allowed are late before they are answered", async () => {
  const { harmedAt = 0, isHarmed, bad } = await seen((second) => (second < 40 ? 500 : 14_000));

  expect(isHarmed).toBe(true);
  expect(harmedAt).toBeGreaterThan(41);
  expect(harmedAt).toBeLessThanOrEqual(44);
  expect(bad).toBeGreaterThanOrEqual(3);
});

test("a few that turn a little late are harm within seconds, however many were in time before", async () => {
  const { harmedAt = 0 } = await seen((second) => (second < 40 ? 500 : 1_600));

  expect(harmedAt).toBeGreaterThan(41);
  expect(harmedAt).toBeLessThanOrEqual(44);
});

test("after the way there and back, which is no lateness of theirs", async () => {
  expect(await seen(() => 1_800, { wayMs: 400 })).toMatchObject({
    harmedAt: undefined,
    isHarmed: false,
    bad: 0,
  });
  expect((await seen(() => 1_800, { wayMs: 200 })).harmedAt).toBeLessThan(6);
});

/** A queue that grows from then on by so much a second. */
const growingFrom = (second: number, by: number) => (at: number) => 500 + Math.max(0, at - second) * by;

test("a queue that grows ends the round before the first of its requests is late", async () => {
  const { harmedAt = 0, ...rest } = await seen(growingFrom(40, 150), { known: usual });

  expect(rest).toMatchObject({ isSlower: true, isHarmed: false, bad: 0 });
  expect(harmedAt).toBeGreaterThan(42);
  expect(harmedAt).toBeLessThanOrEqual(46);
});

test("where nobody knows how long what serves takes, its first late requests end it", async () => {
  expect(await seen(growingFrom(40, 150))).toMatchObject({ isSlower: false, isHarmed: true });
});

test("what turns late at once is harm, and no mere slowness", async () => {
  const turned = await seen((second) => (second < 40 ? 500 : 2_500), { known: usual });

  expect(turned).toMatchObject({ isHarmed: true, isSlower: true });
});

test("while the candidate settles it is got to know, but for what was left waiting", async () => {
  const { latencies, ...rest } = await seen((second) => (second < 5 ? 1_300 : 1_000), {
    known: usual,
    name: "settle",
  });

  expect(rest).toMatchObject({ harmedAt: undefined, isSlower: false });
  expect(latencies).toHaveLength(1);
});
