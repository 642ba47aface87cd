/** What comes of a person's order, or answer, wherever the release stands. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sidesOf } from "../../../src/core/plan/team.ts";
import type { Approval, ApprovalRule } from "../../../src/core/release/approving.ts";
import { type AnswerQuestion, nextForAnswer, nextForOrder } from "../../../src/core/release/ordering.ts";
import type { Person } from "../../../src/core/release/person.ts";
import type { ShownQuestion, Standing } from "../../../src/core/release/standing.ts";
import { holds } from "../../property.ts";

const standings = fc.constantFrom<Standing>(
  { is: "closed", outcome: "promoted" },
  { is: "waiting", running: true },
  { is: "waiting", running: false },
  { is: "forward", state: "Bake" },
  { is: "walking-back", state: "RollBack" },
  { is: "walking-back", state: "RollBack", mayGoOn: true },
  { is: "promoted" },
  { is: "left" },
);
const kinds = fc.constantFrom("stop" as const, "roll-back" as const);
const execution = "arn:aws:states:eu-central-1:1:execution:release:chat-v7";

test("what is being put back, promoted or closed is left alone; only what goes forward is stopped with its work", () => {
  holds(
    fc.property(standings, kinds, fc.boolean(), (standing, kind, hasRemainder) => {
      const given = { releaseId: "chat-v7", kind, by: "ada" };
      const action = nextForOrder({ given, standing, execution, hasRemainder });
      const acts = action.do === "stop" || action.do === "stop-waiting" || action.do === "roll-back";
      if (["closed", "promoted", "walking-back"].includes(standing.is)) expect(acts).toBe(false);
      expect(action.do === "bar").toBe(standing.is === "walking-back" && standing.mayGoOn === true);
      expect(action.do === "stop").toBe(standing.is === "forward");
      expect(action.do === "stop-waiting").toBe(standing.is === "waiting" && standing.running);
      expect(action.do === "roll-back").toBe(standing.is === "left" && kind === "roll-back");
      if (action.do === "stop") expect(action.rollsBack).toBe(kind === "roll-back");
    }),
  );
});

test("what a closed release holds on a lease is given back by a roll-back, and a stop says so", () => {
  const standing = { is: "closed", outcome: "done", heldUntil: "2026-11-23T12:00:00Z" } as const;
  const ordered = (kind: "stop" | "roll-back") =>
    nextForOrder({ given: { releaseId: "chat", kind, by: "ada" }, standing, execution, hasRemainder: false });

  expect(ordered("roll-back")).toEqual({ do: "give-back" });
  expect(ordered("stop")).toEqual({
    do: "refuse",
    why: 'RELEASE: expected one that is under way, found "chat", which ended as done; its capacity is held until 2026-11-23T12:00:00Z, "slipway rollback chat" gives it back',
  });
});

describe("an order to stop a release", () => {
  const said = (standing: Standing, hasRemainder = false) =>
    nextForOrder({
      given: { releaseId: "chat-v7", kind: "stop", by: "ada" },
      standing,
      execution,
      hasRemainder,
    });

  test.each([
    [{ is: "closed", outcome: "done" }, 'is under way, found "chat-v7", which ended as done'],
    [
      { is: "promoted" },
      'can walk back, found "chat-v7", which is promoted and puts away what it needs no more',
    ],
  ] as const)("that cannot be carried out says why: %j", (standing, why) => {
    expect(said(standing)).toEqual({ do: "refuse", why: `RELEASE: expected one that ${why}` });
  });

  test("whose execution is over says who undoes what it left, and where something could not be put back", () => {
    expect(said({ is: "left" })).toEqual({
      do: "nothing",
      said: "chat-v7 is stopped already; the sweep undoes what it left",
    });
    expect(said({ is: "left" }, true)).toMatchObject({
      said: expect.stringContaining("keeps its lock for what could not be put back"),
    });
  });
});

const answers = fc.constantFrom("proceed" as const, "roll-back" as const);
const ofNames = fc.constantFrom("ann", "bob", "cleo");
const personNamed = (name: string): Person => ({
  arn: `arn:aws:iam::1:user/${name}`,
  person: name,
  isNamed: true,
});
const role: Person = {
  arn: "arn:aws:sts::1:assumed-role/deploy/x",
  person: "arn:aws:sts::1:assumed-role/deploy",
  isNamed: false,
};

const [shiftedAt, until] = ["2026-11-23T08:00:00.000Z", "2026-11-23T10:00:00.000Z"];
const untilMs = Date.parse(until);
const digest = "0".repeat(64);
const asking = (stage: number, rule: Partial<ApprovalRule> = {}): ShownQuestion => ({
  ...{ stage, shiftedAt, until, reason: "inconclusive", packageArn: "arn:…:model-package/chat/7" },
  rule: { people: 1, notAuthor: false, sides: [], ...rule },
  seen: digest,
});
const answered = (stage: number, answer: "proceed" | "roll-back", by: Person): Approval => ({
  ...{ releaseId: "chat-v7", stage, shiftedAt, answer, by, at: "2026-11-23T09:00:00.000Z" },
  seen: digest,
});
const forward: Standing = { is: "forward", state: "BakeOn" };
const answerBy = (
  by: Person,
  more: Partial<AnswerQuestion> & { answer?: "proceed" | "roll-back"; seen?: string } = {},
) =>
  nextForAnswer({
    ...{ standing: forward, question: asking(1), before: [], author: undefined, nowMs: untilMs - 1 },
    ...more,
    given: { releaseId: "chat-v7", stage: undefined, answer: more.answer ?? "proceed", by, seen: more.seen },
  });

test("only what is asked is answered, once by each person, and not once somebody has said no", () => {
  const stages = fc.integer({ min: 0, max: 3 });
  const earlier = fc.array(fc.record({ stage: stages, answer: answers, by: ofNames }), { maxLength: 4 });
  const meant = fc.option(stages, { nil: undefined });
  holds(
    fc.property(
      standings,
      fc.option(stages),
      earlier,
      fc.tuple(answers, meant, ofNames, fc.integer({ min: -2, max: 2 })),
      (standing, asks, before, [answer, stage, name, lateMs]) => {
        const by = personNamed(name);
        const action = nextForAnswer({
          given: { releaseId: "chat-v7", answer, stage, by },
          standing,
          question: asks === null ? undefined : asking(asks),
          before: before.map((one) => answered(one.stage, one.answer, personNamed(one.by))),
          author: undefined,
          nowMs: untilMs + lateMs,
        });
        const isAsked =
          standing.is === "forward" &&
          asks !== null &&
          (stage === undefined || stage === asks) &&
          lateMs <= 0;
        const own = before.filter((one) => one.stage === asks);
        const isSame = own.some((one) => one.by === name && one.answer === answer);
        const isRefused = own.some((one) => one.answer === "roll-back");
        expect(action.do === "nothing").toBe(isAsked && isSame);
        expect(action.do === "record").toBe(isAsked && !isSame && !isRefused);
        if (action.do === "record")
          expect(action.approval).toMatchObject({ stage: asks, answer, by, shiftedAt });
      },
    ),
  );
});

test("an answer to a stage that was entered before is none to the same stage entered again", () => {
  const before = [{ ...answered(1, "proceed", personNamed("ann")), shiftedAt: "2026-11-23T07:00:00.000Z" }];

  expect(answerBy(personNamed("ann"), { before })).toMatchObject({ do: "record" });
});

describe("who may say yes", () => {
  const [ann, bob] = [personNamed("ann"), personNamed("bob")];
  const refused = (action: ReturnType<typeof answerBy>) => (action.do === "refuse" ? action.why : action.do);

  test("is anybody where one person suffices, and nobody in particular where it takes two", () => {
    expect(refused(answerBy(role))).toBe("record");
    expect(refused(answerBy(role, { question: asking(1, { people: 2 }) }))).toBe(
      `chat-v7, stage 1: expected somebody whom AWS knows by name, found ${role.arn}, which several share (docs/OPERATIONS.md, "Who it was")`,
    );
  });

  test("is not who made the version, nor anybody while that is not known; all may say no", () => {
    const question = asking(1, { notAuthor: true });
    expect(refused(answerBy(ann, { question, author: bob }))).toBe("record");
    expect(refused(answerBy(ann, { question, author: ann }))).toBe(
      "chat-v7, stage 1: expected somebody else than who made the version, found ann (arn:aws:iam::1:user/ann)",
    );
    expect(refused(answerBy(ann, { question }))).toMatch(/which the registry does not say/);
    expect(refused(answerBy(role, { question, author: bob }))).toMatch(/whom AWS knows by name/);
    for (const by of [ann, role])
      expect(refused(answerBy(by, { question, author: ann, answer: "roll-back" }))).toBe("record");
  });

  test("is an owner of a side that is asked, whose side is kept with the answer; all may say no", () => {
    const team = {
      model: { owners: ["ann"], contact: "#chat-models" },
      capacity: { owners: ["cleo", "Dan"], contact: "ops@example.com" },
    };
    const of = (...named: ("model" | "capacity")[]) => ({
      question: asking(1, { people: 2, sides: sidesOf(team, named) }),
    });
    expect(answerBy(ann, of("model", "capacity"))).toMatchObject({ approval: { side: "model" } });
    expect(answerBy(personNamed("dan"), of("capacity"))).toMatchObject({ approval: { side: "capacity" } });
    expect(refused(answerBy(bob, of("model", "capacity")))).toBe(
      "chat-v7, stage 1: expected an owner of a side that is asked, model (ann; #chat-models) and capacity (cleo or dan; ops@example.com), found bob",
    );
    expect(refused(answerBy(ann, of("capacity")))).toMatch(/asked, capacity .*, found ann$/);
    expect(refused(answerBy(role, of("capacity")))).toMatch(/whom AWS knows by name/);
    expect(answerBy(bob, { ...of("model"), answer: "roll-back" })).toMatchObject({
      approval: expect.not.objectContaining({ side: expect.anything() }),
    });
    const own = { question: asking(1, { notAuthor: true, sides: sidesOf(team, ["model"]) }), author: ann };
    expect(refused(answerBy(ann, own))).toMatch(/somebody else than who made the version/);
  });

  test("is nobody who was shown something else", () => {
    const seen = digest;
    expect(refused(answerBy(ann, { seen }))).toBe("record");
    expect(refused(answerBy(ann, { seen, question: { ...asking(1), seen: "1".repeat(64) } }))).toBe(
      "chat-v7, stage 1: what is asked has changed since it was shown; look at it again",
    );
  });
});
