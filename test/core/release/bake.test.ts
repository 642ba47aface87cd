/** From a verdict to a decision: what never advances, what never rolls back, and when patience ends. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { VerdictName } from "#verdict";
import type { Plan } from "../../../src/core/plan/plan.ts";
import { type Baking, bakeEndsAt, decide, unlessSpent, wentOff } from "../../../src/core/release/bake.ts";
import { heldAfter, neverHeld } from "../../../src/core/release/held-time.ts";
import { metricLagSeconds } from "../../../src/core/wait.ts";
import { holds } from "../../property.ts";
import { quarters as plan, planWith as sampleWith } from "../example.ts";

const planWith = ({ rollout }: { rollout: Partial<Plan["rollout"]> }) =>
  sampleWith({ rollout: { ...plan.rollout, ...rollout } });
/** With all traffic in its last stage. */
const whole = planWith({
  rollout: { stages: [...plan.rollout.stages.slice(0, 3), { trafficPercent: 100, bakeMinutes: 15 }] },
});
const shiftedAtSeconds = 1_780_000_000;
const endsAt = bakeEndsAt({ plan, stage: 0, shiftedAtSeconds, heldFor: neverHeld });

/** So many intervals, of the candidate and of both, a thousand requests in each unless told otherwise. */
function seenIn(
  intervals: number,
  of: { readonly both?: number; readonly requests?: number; readonly stables?: number } = {},
): Baking["seen"] {
  const { both = intervals, requests = 1000 * intervals } = of;
  return {
    candidate: { intervals, requests },
    both: { intervals: both, requests: of.stables ?? 1000 * both },
  };
}

function decided(
  verdict: VerdictName,
  {
    pastMinutes = 0,
    held = false,
    host,
    ...rest
  }: { pastMinutes?: number; held?: boolean; host?: string } & Partial<Baking> = {},
) {
  const sentence = "errors as before";
  const nowSeconds = endsAt + pastMinutes * 60;
  return decide({
    plan,
    stage: 0,
    shiftedAtSeconds,
    nowSeconds,
    heldFor: neverHeld,
    unseenSeconds: 60,
    publishedUntil: nowSeconds,
    seen: seenIn(15),
    verdict: { verdict, held, sentence, ...(host === undefined ? {} : { host }) },
    ...rest,
  });
}

const onInconclusive = (policy: Plan["rollout"]["onInconclusive"]) =>
  planWith({ rollout: { onInconclusive: policy } });

describe("a bake", () => {
  test("ends its minutes after the shift, and waits for the last minute's data", () => {
    expect(endsAt - shiftedAtSeconds).toBe(15 * 60 + metricLagSeconds);
  });

  test("that is not over continues, even with a pass", () => {
    expect(decided("pass", { pastMinutes: -1 }).decision).toBe("continue");
  });

  test("is cut short by a failure", () => {
    expect(decided("fail", { pastMinutes: -14 })).toEqual({
      decision: "roll-back",
      reason: "errors as before",
    });
  });

  test("that is over and passed advances, and promotes after a last stage with all traffic", () => {
    expect(decided("pass").decision).toBe("advance");
    expect(decided("pass", { stage: 3, plan: whole }).decision).toBe("promote");
  });

  test("of a last stage that leaves a part to stable advances: the candidate takes that part next", () => {
    expect(decided("pass", { stage: 3 }).decision).toBe("advance");
  });
});

describe("without data", () => {
  test("the stage waits as long as the plan says, and then rolls back", () => {
    expect(decided("no-data", { pastMinutes: 19.9 }).decision).toBe("continue");
    expect(decided("no-data", { pastMinutes: 20 })).toEqual({
      decision: "roll-back",
      reason: "no data by the deadline: errors as before",
    });
  });
});

describe("an inconclusive stage", () => {
  test("goes on where the plan says proceed", () => {
    expect(decided("inconclusive").decision).toBe("advance");
    expect(decided("inconclusive", { stage: 3, plan: whole }).decision).toBe("promote");
  });

  test("rolls back where the plan says so", () => {
    const own = onInconclusive({ action: "roll-back" });

    expect(decided("inconclusive", { plan: own })).toEqual({
      decision: "roll-back",
      reason: "inconclusive: errors as before",
    });
  });

  test("bakes on where the plan extends, and then does what the plan says", () => {
    const then = (end: "proceed" | "roll-back") =>
      onInconclusive({ action: "extend", upToMinutes: 30, then: end });

    expect(decided("inconclusive", { plan: then("proceed"), pastMinutes: 29 }).decision).toBe("continue");
    expect(decided("inconclusive", { plan: then("proceed"), pastMinutes: 30 }).decision).toBe("advance");
    expect(decided("inconclusive", { plan: then("roll-back"), pastMinutes: 30 }).decision).toBe("roll-back");
  });
});

describe("a stage on hold, because stable breaks the ceiling too", () => {
  test("neither advances nor rolls back", () => {
    expect(decided("pass", { held: true, pastMinutes: 600 }).decision).toBe("continue");
    expect(decided("inconclusive", { held: true, pastMinutes: 600 }).decision).toBe("continue");
  });

  test("ends by its deadline after a day", () => {
    const heldFor = { stageSeconds: 0, releaseSeconds: 24 * 3600 };

    expect(decided("pass", { held: true, heldFor })).toMatchObject({
      decision: "roll-back",
      reason: "the release's deadline passed on hold: errors as before",
    });
    const shorter = { stageSeconds: 0, releaseSeconds: 24 * 3600 - 1 };
    expect(decided("pass", { held: true, heldFor: shorter }).decision).toBe("continue");
  });
});

describe("the time a stage is held", () => {
  const before = { held: { stageSeconds: 60, releaseSeconds: 300 }, stage: 1, lookedAt: 1000 };

  test("extends its bake, and counts towards the release's deadline", () => {
    const heldFor = heldAfter(before, { stage: 1, shiftedAtSeconds: 0, nowSeconds: 1060, isHeld: true });

    expect(heldFor).toEqual({ stageSeconds: 120, releaseSeconds: 360 });
    expect(bakeEndsAt({ plan, stage: 0, shiftedAtSeconds, heldFor })).toBe(endsAt + 120);
  });

  test("begins anew with the next stage", () => {
    const heldFor = heldAfter(before, { stage: 2, shiftedAtSeconds: 1030, nowSeconds: 1060, isHeld: true });

    expect(heldFor).toEqual({ stageSeconds: 0, releaseSeconds: 300 });
  });

  test("begins anew where the stage's share was changed after the last look", () => {
    const look = { stage: 1, shiftedAtSeconds: 1001, nowSeconds: 1060, isHeld: true };

    expect(heldAfter(before, look)).toEqual({ stageSeconds: 0, releaseSeconds: 300 });
    expect(heldAfter(before, { ...look, shiftedAtSeconds: 1000 }).stageSeconds).toBe(120);
  });
});

describe("a stage in which one instance fails alone", () => {
  const alone = { held: true, host: "i-3", pastMinutes: -10, stage: 2 };

  test("steps back once, and is given up where that happens again", () => {
    expect(decided("undecided", alone)).toEqual({
      decision: "step-back",
      reason: "less of the traffic for one instance: errors as before",
    });
    expect(decided("undecided", { ...alone, easing: "eased" })).toEqual({
      decision: "continue",
      reason: "errors as before",
    });
    expect(decided("undecided", { ...alone, easing: "restored" })).toEqual({
      decision: "roll-back",
      reason: "an instance failed alone again once the share was given again (host): errors as before",
    });
  });

  test("stays where it is as the first, which has no share to step back to", () => {
    expect(decided("undecided", { ...alone, stage: 0 }).decision).toBe("continue");
  });

  test("is given its share again once that instance is well, and never goes on before", () => {
    for (const verdict of ["undecided", "pass", "inconclusive"] as const)
      for (const pastMinutes of [-10, 5])
        expect(decided(verdict, { stage: 2, easing: "eased", pastMinutes })).toEqual({
          decision: "restore",
          reason: "the instance that failed is well again: errors as before",
        });
    expect(decided("pass", { stage: 2, easing: "restored" }).decision).toBe("advance");
  });

  test("is given it by what was seen at the lesser share alone: nothing of before speaks for it", () => {
    const eased = { stage: 2, easing: "eased", unseenSeconds: 75 } as const;
    const after = (seconds: number) =>
      decided("pass", { ...eased, nowSeconds: shiftedAtSeconds + seconds }).decision;

    // A minute that began before the shift tells nothing of the share that it brought.
    expect([82, 134, 135].map(after)).toEqual(["continue", "continue", "restore"]);
  });

  test("is not given it unseen, nor while it is held for something else", () => {
    const eased = { stage: 2, easing: "eased" } as const;

    expect(decided("pass", { ...eased, held: true }).decision).toBe("continue");
    expect(decided("no-data", eased).decision).toBe("continue");
    expect(decided("pass", { ...eased, unseenSeconds: 600 }).decision).toBe("continue");
    expect(decided("pass", { ...eased, unseenSeconds: 600, pastMinutes: 20 }).decision).toBe("roll-back");
  });
});

describe("a stage whose candidate is no longer seen", () => {
  test("is one that was not seen for more than seven minutes", () => {
    expect(decided("pass", { unseenSeconds: 420 }).decision).toBe("advance");
    expect(decided("pass", { unseenSeconds: 421 }).decision).toBe("continue");
  });

  test("is not judged by what was seen before, and rolls back at the deadline", () => {
    const unseenSeconds = 600;

    expect(decided("inconclusive", { unseenSeconds }).decision).toBe("continue");
    expect(decided("pass", { unseenSeconds }).decision).toBe("continue");
    expect(decided("pass", { unseenSeconds, pastMinutes: 20 })).toEqual({
      decision: "roll-back",
      reason: "no data by the deadline: nothing seen of the candidate for 10 minutes: errors as before",
    });
  });
});

describe("a bake whose last minutes are not published", () => {
  const end = shiftedAtSeconds + 15 * 60;
  const lastWhole = Math.floor(end / 60) * 60;

  test("is not over, whatever the minutes before have shown", () => {
    for (const verdict of ["pass", "inconclusive"] as const) {
      expect(decided(verdict, { pastMinutes: 4, publishedUntil: lastWhole - 60 })).toEqual({
        decision: "continue",
        reason: "the bake's last minutes are not published yet: errors as before",
      });
      expect(decided(verdict, { pastMinutes: 4, publishedUntil: lastWhole }).decision).toBe("advance");
    }
    const asks = onInconclusive({ action: "ask", waitMinutes: 30 });
    const answered = { plan: asks, answer: "proceed", publishedUntil: lastWhole - 60 } as const;
    expect(decided("inconclusive", answered).decision).toBe("continue");
  });

  test("ends as much later as it was held", () => {
    const heldFor = { stageSeconds: 600, releaseSeconds: 600 };
    const held = { heldFor, pastMinutes: 10, seen: seenIn(25) };
    const at = (publishedUntil: number) => decided("pass", { ...held, publishedUntil }).decision;

    expect(at(lastWhole)).toBe("continue");
    expect(at(lastWhole + 600)).toBe("advance");
  });

  test("rolls back on a failure all the same, and is without data once nothing came for long", () => {
    const publishedUntil = lastWhole - 60;

    expect(decided("fail", { publishedUntil }).decision).toBe("roll-back");
    expect(decided("pass", { publishedUntil, unseenSeconds: 1300, pastMinutes: 20 }).reason).toMatch(
      /^no data by the deadline: /,
    );
  });
});

describe("a bake of which little was seen of stable", () => {
  const seen = (both: number, rest: Partial<Baking> & { pastMinutes?: number } = {}) =>
    decided("inconclusive", { seen: seenIn(15, { both }), ...rest });

  test("lasts until a fifth of it was seen of both: where each misses half of its minutes it is a little more", () => {
    expect(seen(2)).toEqual({
      decision: "continue",
      reason: "candidate and stable were seen in 2 of the bake's 15 minutes: errors as before",
    });
    expect(seen(3).decision).toBe("advance");
    expect(seen(2, { pastMinutes: 20 }).decision).toBe("roll-back");
  });

  test("is none with all traffic on the candidate, nor where stable gets too few requests to be seen in most", () => {
    expect(seen(0, { stage: 3, plan: whole }).decision).toBe("promote");
    // One request of stable's in five minutes.
    expect(seen(0, { seen: seenIn(15, { both: 2, stables: 2 }) }).decision).toBe("advance");
    expect(seen(0, { seen: seenIn(15, { both: 2, stables: 2000 }) }).decision).toBe("continue");
  });
});

describe("a bake of which little was seen", () => {
  const seen =
    (intervals: number, requests = 1000 * intervals, own = plan) =>
    (pastMinutes: number) =>
      decided("inconclusive", { pastMinutes, plan: own, seen: seenIn(intervals, { requests }) });

  test("lasts until half of it was, and is then acted on", () => {
    expect(seen(7)(0)).toEqual({
      decision: "continue",
      reason: "the candidate was seen in 7 of the bake's 15 minutes: errors as before",
    });
    expect(seen(8)(0).decision).toBe("advance");
  });

  test("has no data when that does not come by the deadline, whatever was shown by the little", () => {
    expect(seen(7)(19.9).decision).toBe("continue");
    expect(seen(7)(20)).toEqual({
      decision: "roll-back",
      reason:
        "no data by the deadline: the candidate was seen in 7 of the bake's 15 minutes: errors as before",
    });
  });

  test("has to be seen for half of what it was held as well", () => {
    const heldFor = { stageSeconds: 3600, releaseSeconds: 3600 };
    const seenFor = (intervals: number) =>
      decided("inconclusive", { heldFor, pastMinutes: 60, seen: seenIn(intervals) });

    const unseen = seenFor(37);
    expect(unseen.reason).toMatch(/^the candidate was seen in 37 of the bake's 75 minutes: /);
    const seenEnough = seenFor(38);
    expect(seenEnough.decision).toBe("advance");
  });

  test("counts in intervals, and tells in minutes", () => {
    const own = planWith({ rollout: { intervalSeconds: 10 } });

    expect(seen(44, 4400, own)(0).reason).toMatch(/^the candidate was seen in 7 of the bake's 15 minutes/);
    expect(seen(45, 4500, own)(0).decision).toBe("advance");
  });

  test("is none where requests are so few that most intervals have none", () => {
    const own = planWith({ rollout: { intervalSeconds: 10 } });

    // One request in five intervals: 18 of 90 have one, most of them no other.
    expect(seen(16, 18, own)(0).decision).toBe("advance");
    // Ten in each that was seen: the others were lost.
    expect(seen(16, 160, own)(0).decision).toBe("continue");
    expect(seen(0, 0, own)(0).decision).toBe("continue");
  });
});

describe("a stage about which a person is asked", () => {
  const asking = onInconclusive({ action: "ask", waitMinutes: 30 });
  const ann = { arn: "arn:aws:iam::1:user/ann", person: "ann", isNamed: true };
  const said = (answer: "proceed" | "roll-back" | undefined) => ({
    answer,
    by: [ann],
    lacks: answer === undefined ? 1 : 0,
    missing: [],
  });

  test("waits for the answer, follows it, and rolls back when nobody answers", () => {
    expect(decided("inconclusive", { plan: asking, pastMinutes: 29 }).decision).toBe("continue");
    expect(decided("inconclusive", { plan: asking, answered: said("proceed") }).decision).toBe("advance");
    expect(decided("inconclusive", { plan: asking, answered: said("roll-back") }).decision).toBe("roll-back");
    expect(decided("inconclusive", { plan: asking, pastMinutes: 30 }).decision).toBe("roll-back");
  });

  test("says who has answered, and how many it takes still", () => {
    const told = (answer: "proceed" | "roll-back" | undefined, pastMinutes = 1) => {
      const { decision, reason } = decided("inconclusive", {
        plan: asking,
        pastMinutes,
        answered: said(answer),
      });
      return `${decision}, ${reason.slice(0, reason.indexOf(":"))}`;
    };
    expect(told("proceed")).toBe("advance, approved by ann");
    expect(told("roll-back")).toBe("roll-back, rejected by ann");
    expect(told(undefined)).toBe("continue, waiting for 1 more after ann");
    expect(told(undefined, 30)).toBe("roll-back, ann said yes, and 1 more did not");
  });

  test("says which sides have not answered, who may, and where they are reached", () => {
    const capacity = { side: "capacity" as const, owners: ["cleo", "dan"], contact: "ops@example.com" };
    const told = (by: readonly (typeof ann)[], pastMinutes: number) =>
      decided("inconclusive", {
        plan: asking,
        pastMinutes,
        answered: { answer: undefined, by, lacks: 1, missing: [capacity] },
      }).reason;
    expect(told([], 1)).toMatch(/^waiting for an answer, for capacity \(cleo or dan; ops@example\.com\): /);
    expect(told([ann], 1)).toMatch(/^waiting for 1 more after ann, for capacity \(cleo or dan; /);
    expect(told([ann], 30)).toMatch(/^ann said yes, and 1 more did not, for capacity \(cleo or dan; /);
  });

  test("is not advanced by an answer when it turns out to be bad", () => {
    expect(decided("fail", { plan: asking, answered: said("proceed") }).decision).toBe("roll-back");
    expect(decided("no-data", { plan: asking, answered: said("proceed") }).decision).toBe("continue");
  });
});

const names: VerdictName[] = ["pass", "fail", "inconclusive", "no-data", "undecided"];
const baking = fc
  .record({
    verdict: fc.constantFrom(...names),
    held: fc.boolean(),
    pastMinutes: fc.integer({ min: -1200, max: 180_000 }).map((seconds) => seconds / 60),
    stage: fc.integer({ min: 0, max: 3 }),
    policy: fc.constantFrom<Plan["rollout"]["onInconclusive"]>(
      { action: "proceed" },
      { action: "roll-back" },
      { action: "extend", upToMinutes: 30, then: "proceed" },
      { action: "extend", upToMinutes: 30, then: "roll-back" },
    ),
  })
  .map(({ policy, ...rest }) => ({
    ...rest,
    plan: planWith({ rollout: { ...whole.rollout, onInconclusive: policy } }),
  }));
const forward = (decision: string) => decision === "advance" || decision === "promote";

describe("at any moment and under any policy", () => {
  test("no data, no decision yet, a hold and a failure never advance a stage", () => {
    holds(
      fc.property(baking, ({ verdict, ...rest }) => {
        fc.pre(rest.held || ["no-data", "undecided", "fail"].includes(verdict));

        expect(forward(decided(verdict, rest).decision)).toBe(false);
      }),
    );
  });

  test("nothing advances before the bake is over", () => {
    holds(
      fc.property(baking, ({ verdict, ...rest }) => {
        fc.pre(rest.pastMinutes < 0);

        expect(["continue", "roll-back"]).toContain(decided(verdict, rest).decision);
      }),
    );
  });

  test("only the last stage promotes, and only earlier ones advance", () => {
    holds(
      fc.property(baking, ({ verdict, ...rest }) => {
        const { decision } = decided(verdict, rest);

        if (forward(decision)) expect(decision).toBe(rest.stage === 3 ? "promote" : "advance");
      }),
    );
  });

  test("every verdict but one still open has been acted on a day after the bake, unless it is held", () => {
    holds(
      fc.property(baking, ({ verdict, ...rest }) => {
        fc.pre(verdict !== "undecided" && !rest.held);

        expect(decided(verdict, { ...rest, pastMinutes: 24 * 60 }).decision).not.toBe("continue");
      }),
    );
  });
});

describe("what is decided beside the verdict", () => {
  test("an alarm of the plan's rolls back while it is on, by its name", () => {
    const alarm = (name: string, state: string) => ({ name, state });

    expect(wentOff([])).toBeUndefined();
    expect(wentOff([alarm("pager", "OK"), alarm("disk", "INSUFFICIENT_DATA")])).toBeUndefined();
    expect(wentOff([alarm("pager", "ALARM"), alarm("disk", "OK"), alarm("queue", "ALARM")])).toEqual({
      decision: "roll-back",
      reason: "pager, queue went off (an alarm's threshold, with no error guarantee)",
    });
  });

  test("a decision that cannot be paid for is a way back, with what is lacking first", () => {
    const decided = { decision: "promote", reason: "well" } as const;

    expect(unlessSpent(decided, { promote: "$5 more than there is" })).toEqual({
      decision: "roll-back",
      reason: "$5 more than there is; well",
    });
    expect(unlessSpent(decided, { continue: "$5 more than there is", promote: undefined })).toBe(decided);
  });
});
