/** How a release is reopened: its lock is taken from its own dead execution alone, and only once that can do nothing more. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { undoMark } from "../../../src/core/release/change.ts";
import type { LockItem } from "../../../src/core/release/lock.ts";
import type { ReleaseRecord } from "../../../src/core/release/record.ts";
import {
  deadHolder,
  nextReopening,
  onceTaken,
  queuedBehind,
  reopenedAs,
} from "../../../src/core/release/reopening.ts";
import { holds } from "../../property.ts";

const by = { releaseId: "chat-v7", subject: "endpoint/chat", execution: "arn:compensate" };
const since = "2026-11-23T08:00:00.000Z";
const held = (releaseId: string, execution: string): LockItem => ({
  fence: 3,
  holder: { releaseId, execution, since },
});
const locks = fc.oneof(
  fc.constant<LockItem>({ fence: 3 }),
  fc
    .record({
      releaseId: fc.constantFrom("chat-v7", "chat-v8"),
      execution: fc.constantFrom("arn:compensate", "arn:release", "arn:other"),
    })
    .map(({ releaseId, execution }) => held(releaseId, execution)),
);

test("a lock is taken over from an execution of the same release that is over, with no Lambda at work, and from no other", () => {
  const left = fc.option(fc.integer({ min: 0, max: 90 }), { nil: undefined });
  holds(
    fc.property(locks, left, fc.boolean(), (lock, workLeftSeconds, isLeft) => {
      const action = nextReopening({ lock, by, workLeftSeconds, isLeft });
      const { holder } = lock;
      if (action.do === "take-over") {
        expect(holder).toMatchObject({ releaseId: by.releaseId, execution: action.from });
        expect(action.from).not.toBe(by.execution);
        expect([isLeft, workLeftSeconds ?? 0]).toEqual([true, 0]);
      }
      // Whatever else there is, it is asked for as anybody asks for a lock, or waited for.
      if (deadHolder(lock, by) === undefined) expect(action).toEqual({ do: "take" });
      else expect(action.do).not.toBe("take");
    }),
  );
});

test("a Lambda that may be at work yet is waited for, as long as it may be", () => {
  const lock = held("chat-v7", "arn:release");

  expect(nextReopening({ lock, by, workLeftSeconds: 40, isLeft: true })).toEqual({
    do: "wait",
    seconds: 40,
    reason:
      "endpoint/chat is held by chat-v7 (execution arn:release), whose last Lambda may be at work for 40 seconds yet",
  });
});

test("an execution that runs is queued behind: it may yet bring its release to its own end", () => {
  const lock = held("chat-v7", "arn:release");

  expect(nextReopening({ lock, by, workLeftSeconds: undefined, isLeft: false })).toEqual({ do: "queue" });
  expect(queuedBehind(by, { holder: lock.holder, waiting: [] }, 0)).toEqual({
    route: "queued",
    reason: "endpoint/chat is held by chat-v7 (execution arn:release)",
    waitSeconds: 30,
    place: { subject: "endpoint/chat", releaseId: "chat-v7" },
  });
});

describe("once the lock is held", () => {
  const compensation = { kind: "compensate", releaseId: "chat-v7", why: "its execution died" } as const;
  const leaseEnd = { kind: "scale-down", releaseId: "chat-v7" } as const;
  const changes = [{ id: "join" }] as unknown as NonNullable<ReleaseRecord["changes"]>;
  const recorded = (status: ReleaseRecord["status"]) =>
    ({
      release: { id: "chat-v7", subject: "pool/chat/training" },
      status,
      changes,
    }) as unknown as ReleaseRecord;

  const nowMs = Date.parse("2026-11-23T12:00:00Z");
  const taken = (
    asked: Parameters<typeof onceTaken>[0],
    record: ReleaseRecord,
    more: Partial<Parameters<typeof onceTaken>[2]> = {},
  ) => onceTaken(asked, record, { nowMs, ...more });

  test("the compensation of a release that has closed gives it back", () => {
    expect(taken(compensation, recorded("closed"))).toEqual({
      do: "give-back",
      reason: "chat-v7 is closed already; its lock is given back",
    });
  });

  test("the end of a lease puts the closed release's ledger back under it", () => {
    expect(taken(leaseEnd, recorded("closed"))).toEqual({
      do: "go-on",
      route: "scale-down",
      restores: changes,
    });
  });

  test.each(["open", "remainder"] as const)(
    "a release that is %s goes on by the lock's own ledger",
    (status) => {
      for (const asked of [compensation, leaseEnd])
        expect(taken(asked, recorded(status))).toEqual({
          do: "go-on",
          route: asked.kind,
          restores: undefined,
        });
    },
  );

  const keep = { kind: "keep", releaseId: "chat-v7" } as const;
  const schedule = { kind: "schedule", name: "lease" };
  const applied = [{ id: "lease-end", resource: schedule, state: "applied" }] as unknown as NonNullable<
    ReleaseRecord["changes"]
  >;

  test("capacity of a closed release is seen to by its own ledger; that of one that is not is its own to see to", () => {
    expect(taken(keep, recorded("closed"))).toEqual({ do: "go-on", route: "keep", restores: changes });
    expect(taken(keep, recorded("open"))).toEqual({
      do: "give-back",
      reason: "chat-v7 is not closed: its capacity is its own to see to",
    });
  });

  test("what a dead execution has begun since the close is gone on with, not forgotten", () => {
    for (const asked of [keep, leaseEnd])
      expect(taken(asked, recorded("closed"), { left: applied })).toEqual({
        do: "go-on",
        route: asked.kind,
        restores: undefined,
      });
    expect(taken(compensation, recorded("closed"), { left: applied })).toMatchObject({
      route: "keep",
      restores: undefined,
    });
  });

  test("a release on an endpoint that has closed has nothing left to see to", () => {
    const record = recorded("closed");
    const production = { ...record, release: { ...record.release, subject: "endpoint/chat" } };
    expect(taken(compensation, production, { left: applied })).toMatchObject({ do: "give-back" });
  });

  test.each(["undone", "drifted"])(
    "what one had begun to give back is given back: a change is %s",
    (state) => {
      const begun = [...applied, { id: "primer", resource: schedule, state }] as unknown as typeof applied;
      expect(taken(compensation, recorded("closed"), { left: begun })).toMatchObject({
        route: "scale-down",
        restores: undefined,
      });
    },
  );

  test("what one may have put back, and nobody has said so, is given back", () => {
    const resource = { kind: "training-job", name: "primer-of-chat" } as const;
    const left = [...applied, { id: "primer", resource, state: "applied" }] as unknown as typeof applied;
    const mark = { at: "2026-11-23T11:00:00Z", since: "2026-11-23T11:00:00Z" };
    const begun = { [undoMark(resource)]: mark };
    expect(taken(compensation, recorded("closed"), { left, begun })).toMatchObject({
      route: "scale-down",
      restores: undefined,
    });
    expect(taken(compensation, recorded("closed"), { left, begun: { primer: mark } })).toMatchObject({
      route: "keep",
    });
  });

  describe("the end of a lease whose work has not succeeded", () => {
    const ends = (...ids: string[]) =>
      ids.map((id) => ({
        id,
        state: "applied",
        after: { at: id === "lease-end" ? "2026-11-23T12:00:00" : "2026-11-23T14:00:00", input: "{}" },
      })) as unknown as NonNullable<ReleaseRecord["changes"]>;
    const closedWith = (...ids: string[]) => ({ ...recorded("closed"), changes: ends(...ids) });
    const completion = {
      completedBy: { trainingJob: "chat-*" },
      late: { extendMinutes: 120, laterDates: "keep" as const },
    };

    test("is put off once, by as much as its plan says", () => {
      expect(taken(leaseEnd, closedWith("lease-end"), { completion })).toMatchObject({
        route: "keep",
        extendMinutes: 120,
      });
      const extended = taken(leaseEnd, closedWith("lease-end", "lease-extension"), { completion });
      expect(extended).toMatchObject({ route: "scale-down" });
      expect(extended).not.toHaveProperty("extendMinutes");
    });

    test("is its end where the plan says nothing, where somebody ends it, and where the sweep comes too late", () => {
      const completedBy = { completedBy: completion.completedBy };
      for (const [asked, more] of [
        [leaseEnd, { completion: completedBy }],
        [{ ...leaseEnd, why: "training job chat-7 is Completed" }, { completion }],
        [leaseEnd, { completion, nowMs: nowMs + 115 * 60_000 + 1 }],
      ] as const)
        expect(taken(asked, closedWith("lease-end"), more)).toMatchObject({ route: "scale-down" });
    });

    test("is said, whichever way it goes", () => {
      const release = { id: "chat-v7", subject: by.subject, execution: by.execution, fence: 4 };
      const as = { release, plan: undefined, promoted: false, completion };
      const why = "the lease of chat-v7 is over, and training job chat-* has not succeeded";
      expect(reopenedAs(leaseEnd, recorded("closed"), { ...as, route: "scale-down" }).reason).toBe(why);
      expect(
        reopenedAs(leaseEnd, recorded("closed"), { ...as, route: "keep", extendMinutes: 120 }),
      ).toMatchObject({ reason: `${why}: it is held for 120 minutes more`, extendMinutes: 120 });
    });
  });

  test("it says why, and how far it had come", () => {
    const release = { id: "chat-v7", subject: by.subject, execution: by.execution, fence: 4 };
    const as = { release, plan: undefined, promoted: true };

    expect(reopenedAs(compensation, recorded("open"), { ...as, route: "compensate" })).toMatchObject({
      route: "compensate",
      reason: "its execution died",
      promoted: true,
      release,
    });
    expect(reopenedAs(leaseEnd, recorded("closed"), { ...as, route: "scale-down" })).toMatchObject({
      route: "scale-down",
      reason: "the lease of chat-v7 is over",
    });
    const completed = { ...leaseEnd, why: "training job a is Completed" };
    expect(reopenedAs(completed, recorded("closed"), { ...as, route: "scale-down" }).reason).toBe(
      completed.why,
    );
  });
});
