/** Which evidence a settling write claims: one for what was made, one for what was put back, none for what nobody changed. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { canonical } from "../../../src/core/evidence/canonical.ts";
import {
  claiming,
  marksOver,
  mostClaimedBytes,
  packsOf,
  type Settling,
  untoldClaim,
} from "../../../src/core/evidence/claims.ts";
import { nextEntries } from "../../../src/core/evidence/next-entry.ts";
import { type ChangePack, Pack } from "../../../src/core/evidence/pack.ts";
import { restingOf } from "../../../src/core/evidence/resting.ts";
import { type Change, undoMark } from "../../../src/core/release/change.ts";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const at = "2026-01-05T08:00:00.000Z";
const later = "2026-01-05T08:10:00.000Z";
const release = { id: "v7", subject: "endpoint/chat", execution: "run", fence: 2 };
const resting = restingOf(release, {}, "forward");
const weights = { kind: "weights", name: "chat" } as const;
const change = (id: string, rest: Partial<Change> = {}): Change => ({
  id,
  seq: 1,
  resource: weights,
  before: { v6: 1 },
  after: { v6: 50 },
  state: "intended",
  at,
  ...rest,
});
const going = { since: at, at: later };
const claimed = (settling: Partial<Settling>) =>
  packsOf({ changes: [], to: "applied", begun: {}, ...settling }, resting, sha256);

describe("a change that was intended", () => {
  test("is claimed once as made, with what its calls made of what", () => {
    const [pack, ...others] = claimed({ changes: [change("shift-1")], begun: { "shift-1": going } });

    expect(others).toEqual([]);
    expect(pack).toMatchObject({ what: "made", changes: ["shift-1"], since: at, at: later });
    expect(pack).toMatchObject({
      before: { is: { v6: 1 } },
      after: { is: { v6: 50 } },
      subject: "endpoint/chat",
    });
  });

  test.each<[string, Partial<Settling>]>([
    ["no call may have gone out", { changes: [change("a")] }],
    ["it is applied already", { changes: [change("a", { state: "applied" })], begun: { a: going } }],
    ["it was found as it should be", { changes: [change("a", { after: { v6: 1 } })], begun: { a: going } }],
    [
      "it was refused, and nothing shows it",
      {
        to: "undone",
        changes: [change("a", { refusal: { by: "no", since: at, is: null, should: null } })],
        begun: { a: going },
      },
    ],
    ["AWS has undone it by itself", { to: "undone", changes: [change("a", { state: "applied" })] }],
  ])("is not claimed where %s", (_, settling) => {
    expect(claimed(settling)).toEqual([]);
  });

  test.each(["undone", "drifted", "forgotten"] as const)(
    "is claimed as begun where it ends as %s, and nobody can say whether it was made",
    (to) => {
      expect(claimed({ to, changes: [change("a")], begun: { a: going } })).toMatchObject([
        { what: "begun", changes: ["a"] },
      ]);
    },
  );
});

describe("a resource that is put back", () => {
  const shifts = [
    change("shift-1", { state: "applied" }),
    change("shift-2", { seq: 2, before: { v6: 50 }, after: { v6: 75 } }),
  ];
  const undone = { [undoMark(weights)]: going };

  test("is claimed once for all its changes, from what stood last to what stood first", () => {
    expect(claimed({ to: "undone", changes: shifts, begun: undone })).toMatchObject([
      {
        what: "put-back",
        changes: ["shift-1", "shift-2"],
        before: { is: { v6: 75 } },
        after: { is: { v6: 1 } },
      },
    ]);
  });

  test("says which of them nobody had said were made", () => {
    const [pack] = claimed({ to: "undone", changes: shifts, begun: { ...undone, "shift-2": going } });

    expect(pack?.unsaid).toEqual(["shift-2"]);
  });

  test("says what was found and put back where that is not what the ledger has", () => {
    const mark = { ...going, from: { is: { v6: 60 } }, to: { is: null } };

    const [pack] = claimed({ to: "undone", changes: shifts, begun: { [undoMark(weights)]: mark } });

    expect(pack).toMatchObject({ before: { is: { v6: 60 } }, after: { is: null } });
  });

  test("is claimed as begun where somebody else has changed it meanwhile", () => {
    expect(claimed({ to: "drifted", changes: shifts, begun: undone })).toMatchObject([{ what: "begun" }]);
  });

  test("has its marks over, and no other's", () => {
    const begun = { ...undone, "shift-2": going, other: going };

    expect(marksOver({ changes: shifts, begun })).toEqual([undoMark(weights), "shift-2"]);
  });
});

test("of a long state a claim has the digest and the length", () => {
  const after = { text: "x".repeat(5_000) };

  const [pack] = claimed({ changes: [change("a", { after })], begun: { a: going } });

  const text = JSON.stringify(after);
  expect(pack?.after).toEqual({ sha256: sha256(text), bytes: text.length });
});

describe("what was refused once", () => {
  const refusal = { by: "no", since: at, is: null, should: null };
  const refused = change("raise", { refusal });

  test("and is as it should be all the same, is made where a call of ours was seen to take effect, else begun", () => {
    const settling = { changes: [refused], begun: { raise: going } };

    expect(claimed({ ...settling, isOurs: true })).toMatchObject([{ what: "made" }]);
    expect(claimed(settling)).toMatchObject([{ what: "begun" }]);
  });

  test("as it was being put back, is put back where a call of ours was seen to take effect, else begun", () => {
    const applied = change("raise", { refusal, state: "applied" });
    const settling = { changes: [applied], to: "undone", begun: { [undoMark(weights)]: going } } as const;

    expect(claimed({ ...settling, isOurs: true })).toMatchObject([{ what: "put-back" }]);
    expect(claimed(settling)).toMatchObject([{ what: "begun" }]);
  });

  test("long after its first call, which may have been made, is told as begun though nothing shows", () => {
    const minutesLater = (minutes: number) => new Date(Date.parse(at) + minutes * 60_000).toISOString();
    const refusedAfter = (minutes: number) =>
      claimed({
        to: "forgotten",
        changes: [change("raise", { refusal: { ...refusal, since: minutesLater(minutes) } })],
        begun: { raise: { since: at, at: minutesLater(minutes) } },
      });

    expect(refusedAfter(1)).toEqual([]);
    expect(refusedAfter(240)).toMatchObject([{ what: "begun", changes: ["raise"], since: at }]);
  });

  test("of several calls, is told as begun though nothing shows: some may have been made", () => {
    const scaling = { kind: "scaling", name: "endpoint/chat/variant/v7" } as const;
    const adopted = change("adopt", { resource: scaling, refusal });

    expect(claimed({ to: "undone", changes: [adopted], begun: { adopt: going } })).toMatchObject([
      { what: "begun", changes: ["adopt"] },
    ]);
  });
});

test("a count that is as it should be is made where a call of ours was seen to take effect: auto scaling moves it, too", () => {
  const raise = change("raise", { resource: { kind: "count", name: "chat/v7" }, before: 4, after: 6 });
  const settling = { changes: [raise], begun: { raise: going } };

  expect(claimed({ ...settling, isOurs: true })).toMatchObject([{ what: "made" }]);
  expect(claimed(settling)).toMatchObject([{ what: "begun" }]);
});

test("what is put back and may have been made unsaid is told from its first call on", () => {
  const [pack] = claimed({
    changes: [change("adopt")],
    to: "undone",
    begun: { adopt: { since: at, at }, [undoMark(weights)]: { since: later, at: later } },
  });

  expect(pack).toMatchObject({ what: "put-back", unsaid: ["adopt"], since: at, at: later });
});

test("variables of a container may be secrets: such a state is told by its digest", () => {
  const model = { kind: "model", name: "chat-v7" } as const;
  const of = (Environment: Record<string, string>) => ({ PrimaryContainer: { Image: "i", Environment } });
  const made = (after: Change["after"]) =>
    claimed({
      changes: [change("model", { resource: model, before: null, after })],
      begun: { model: going },
    });

  const [pack] = made(of({ TOKEN: "hush" }));
  const [other] = made(of({}));

  expect(JSON.stringify(pack)).not.toContain("hush");
  expect(pack?.after).toEqual({ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: expect.any(Number) });
  expect(other?.after).toEqual({ is: of({}) });
});

test("a claim says what a release's document says of it, and leaves out who says they asked", () => {
  const asked = { ...release, model: "chat", version: 7, claimed: { by: "ann", commit: "abc" }, version2: 1 };

  const { release: told } = restingOf(asked, {}, "forward");

  expect(told).toEqual({
    id: "v7",
    execution: "run",
    fence: 2,
    model: "chat",
    version: 7,
    claimed: { commit: "abc" },
  });
});

describe("what a claim rests on", () => {
  const seen = "0".repeat(64);
  const yes = { stage: 1, answer: "proceed", at, seen, by: "person-a" } as const;
  const no = { ...yes, answer: "roll-back", by: "person-b" } as const;
  const gates = { since: at, answers: { vpc: "pass" }, sha256: seen } as const;
  const rests = (lock: Parameters<typeof restingOf>[1], leads: "forward" | "back") =>
    restingOf(release, lock, leads);

  test("is what gates and people said where it leads forward, and who said no where it leads back", () => {
    const grounds = { gates, answers: [yes, no] };

    expect(rests({ grounds }, "forward").grounds).toEqual({ gates, answers: [yes] });
    expect(rests({ grounds }, "back").grounds).toEqual({ answers: [no] });
    expect(rests({ grounds: { gates } }, "back")).not.toHaveProperty("grounds");
    expect(rests({}, "forward")).not.toHaveProperty("grounds");
  });

  test("is whose order it was: a person's by their pseudonym, a newer release's by its id", () => {
    const ordered = { kind: "stop", by: "arn:aws:iam::123456789012:user/ann", at } as const;

    expect(rests({ order: { ...ordered, pseudonym: "person-a" } }, "back").order).toEqual({
      kind: "stop",
      at,
      by: "person-a",
    });
    expect(rests({ order: ordered }, "back").order).toEqual({ kind: "stop", at });
    expect(rests({ order: { kind: "supersede", by: "v8", at } }, "back").order).toEqual({
      kind: "supersede",
      at,
      release: "v8",
    });
  });

  test("is in each pack, which names nobody", () => {
    const grounds = { gates, answers: [yes] };
    const packs = packsOf(
      { changes: [change("a")], to: "applied", begun: { a: going } },
      rests({ grounds, order: { kind: "stop", by: "arn:aws:iam::123456789012:user/ann", at } }, "forward"),
      sha256,
    );

    expect(packs).toMatchObject([{ grounds }]);
    expect(Pack.parse(JSON.parse(canonical(packs[0] as never)))).toEqual(packs[0]);
    expect(JSON.stringify(packs)).not.toContain("ann");
  });
});

describe("numbers", () => {
  const packs = claimed({
    changes: [change("a"), change("b", { resource: { kind: "count", name: "chat" } })],
    begun: { a: going, b: going },
  });

  test("follow on the last one that was taken", () => {
    const claim = claiming({ next: 5, claimed: { "4": "{}" } }, packs);

    expect(claim?.next).toBe(7);
    expect(Object.keys(claim?.claimed ?? {})).toEqual(["5", "6"]);
    expect(claiming({ next: 5, claimed: {} }, [])).toBeUndefined();
  });

  test("are not taken where there is no room, nor after that: what is left out is counted", () => {
    const full = { next: 5, claimed: { "4": "x".repeat(mostClaimedBytes) } };

    const first = claiming(full, packs);
    const second = claiming({ next: 5, claimed: {}, untold: first?.untold as never }, packs.slice(1));

    expect(first).toEqual({ next: 5, claimed: {}, untold: { count: 2, since: at, until: later } });
    expect(second?.untold).toEqual({ count: 3, since: at, until: later });
  });

  test("are taken for what was counted as soon as nothing else waits", () => {
    const untold = { count: 3, since: at, until: later };

    const claim = untoldClaim("endpoint/chat", { next: 5, claimed: {}, untold });

    expect(untoldClaim("endpoint/chat", { next: 5, claimed: { "4": "{}" }, untold })).toBeUndefined();
    expect(claim?.next).toBe(6);
    expect(nextEntries({ next: 6, claimed: claim?.claimed ?? {}, head: head(4) }).entries).toMatchObject([
      { sequence: 5, pack: { what: "untold", count: 3, subject: "endpoint/chat" } },
    ]);
  });

  const head = (sequence: number) => ({ sequence, hash: sha256(""), at, envelope: "" });
  const texts = (...numbers: number[]) =>
    Object.fromEntries(numbers.map((n) => [String(n), JSON.stringify(packs[0] as ChangePack)]));

  test("are stored in their order, ten after nine", () => {
    const { entries, lacks } = nextEntries({ next: 12, claimed: texts(10, 9, 11), head: head(8) });

    expect(lacks).toBeUndefined();
    expect(entries.map(({ sequence }) => sequence)).toEqual([9, 10, 11]);
  });

  test("are stored up to a gap, or to what cannot be read, which is named", () => {
    expect(nextEntries({ next: 5, claimed: texts(1, 3) })).toMatchObject({
      entries: [{ sequence: 1 }],
      lacks: "expected a claim of number 2, found 3",
    });
    expect(nextEntries({ next: 5, claimed: { ...texts(3), "4": "{" }, head: head(2) })).toMatchObject({
      entries: [{ sequence: 3 }],
      lacks: "the claim of number 4 is not one that this code reads",
    });
  });
});
