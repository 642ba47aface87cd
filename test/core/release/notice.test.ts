/** What people are told of a release: a golden message for each end, and what no message may hold. */
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { outcomes } from "../../../src/core/release/closing.ts";
import type { ReleaseNews } from "../../../src/core/release/news.ts";
import { noticeOf, toldStates } from "../../../src/core/release/notice.ts";
import { chatNotification, mailSubject, mailText } from "../../../src/core/release/notice-texts.ts";
import { holds } from "../../property.ts";

const release = {
  stack: "slipway-prod",
  releaseId: "chat-assistant-v7-production",
  subject: "endpoint/chat-assistant",
  model: "chat-assistant",
  version: 7,
  milestone: "production",
};
const pool = {
  stack: "slipway-prod",
  releaseId: "chat-assistant-2026w48-training",
  subject: "pool/chat-assistant/training",
  model: "chat-assistant",
  milestone: "training",
};
const mailOf = (news: ReleaseNews): string => {
  const notice = noticeOf(news);
  return notice === undefined ? "" : mailText(notice);
};

/** Title, why, and what to do, as a mail has them. */
const golden: Readonly<Record<string, readonly [ReleaseNews, string]>> = {
  begun: [
    { ...release, state: "opened", trigger: "registry" },
    `chat-assistant v7 to production has begun.

It was started by registry.

What to do next:
- Follow it:
    slipway watch chat-assistant-v7-production --stage prod
`,
  ],
  promoted: [
    { ...release, state: "closed", outcome: "promoted", reason: "all 4 stages passed" },
    `chat-assistant v7 to production is promoted.

all 4 stages passed.

What to do next:
- See what was judged, and what it cost:
    slipway report chat-assistant-v7-production --stage prod
- See what going back would take:
    slipway revert chat-assistant --dry-run --stage prod
`,
  ],
  "rolled back by evidence": [
    {
      ...release,
      state: "closed",
      outcome: "rolled-back",
      reason: "errors: candidate fails 5.1× as often as stable, 171 of 5,345 against 34 of 5,397",
      harm: ["errors"],
    },
    `chat-assistant v7 to production was rolled back.

errors: candidate fails 5.1× as often as stable, 171 of 5,345 against 34 of 5,397.

What to do next:
- See what was judged, and what it cost:
    slipway report chat-assistant-v7-production --stage prod
- Once the version is approved anew in the registry, try it again:
    slipway emit PLAN --version 7 --again --stage prod
`,
  ],
  "rolled back by an order": [
    { ...release, state: "closed", outcome: "rolled-back", reason: "roll-back ordered by ann" },
    `chat-assistant v7 to production was rolled back.

roll-back ordered by ann.

What to do next:
- See what was judged, and what it cost:
    slipway report chat-assistant-v7-production --stage prod
- Try it again:
    slipway emit PLAN --version 7 --again --stage prod
`,
  ],
  "refused by gates": [
    {
      ...release,
      state: "closed",
      outcome: "refused",
      reason: "gate vulnerabilities: expected at most 0 critical; found 3; to do: rebuild the image",
    },
    `chat-assistant v7 to production was refused, and nothing was changed.

gate vulnerabilities: expected at most 0 critical; found 3; to do: rebuild the image.

What to do next:
- Put right what the reason names, and see that nothing else is amiss:
    slipway doctor --stage prod
- Try it again:
    slipway emit PLAN --version 7 --again --stage prod
`,
  ],
  "refused by limits": [
    {
      ...release,
      state: "closed",
      outcome: "refused",
      reason:
        'endpoint.instanceType: expected ml.c5.*, by the limits of infra (ask #infra), found "ml.g5.xlarge"',
    },
    `chat-assistant v7 to production was refused, and nothing was changed.

endpoint.instanceType: expected ml.c5.*, by the limits of infra (ask #infra), found "ml.g5.xlarge".

What to do next:
- Put right what the reason names, and see that nothing else is amiss:
    slipway doctor --stage prod
- Try it again:
    slipway emit PLAN --version 7 --again --stage prod
`,
  ],
  "waiting for capacity": [
    {
      ...release,
      state: "waiting-for-quota",
      reason: "the release needs 24 ml.g5.xlarge at its peak, the account's quota is 12",
      until: "2026-11-23T11:00:00.000Z",
    },
    `chat-assistant v7 to production waits for capacity.

the release needs 24 ml.g5.xlarge at its peak, the account's quota is 12. Until 2026-11-23T11:00:00.000Z.

What to do next:
- See what is short, and how to ask AWS for more:
    slipway calendar --stage prod
- Or give it up:
    slipway stop chat-assistant-v7-production --stage prod
`,
  ],
  "let past": [
    {
      ...{ ...release, state: "glass-broken" },
      reason:
        "chat-assistant-v7-production is let past vulnerabilities until 2026-01-05T18:00:00.000Z by ann and bob: an outage; seen",
    },
    `chat-assistant v7 to production is let past gates or freezes by two people.

chat-assistant-v7-production is let past vulnerabilities until 2026-01-05T18:00:00.000Z by ann and bob: an outage; seen.

What to do next:
- See what is let past:
    slipway status --stage prod
- End it before its time:
    slipway approve chat-assistant-v7-production --break-glass WHY --reject --stage prod
`,
  ],
  "asking to be let past": [
    { ...release, state: "glass-asked", reason: "ann asks to let it past freezes: an outage" },
    `Somebody asks to let chat-assistant v7 to production past gates or freezes.

ann asks to let it past freezes: an outage.

What to do next:
- See what is asked, and agree as a second person:
    slipway approve chat-assistant-v7-production --break-glass WHY --stage prod
- Or end it:
    slipway approve chat-assistant-v7-production --break-glass WHY --reject --stage prod
`,
  ],
  "held by gates": [
    {
      ...release,
      state: "held-by-gates",
      stage: 1,
      reason: "gate approval: no longer Approved",
      until: null,
    },
    `chat-assistant v7 to production is held by its gates.

gate approval: no longer Approved.

What to do next:
- See what each gate found, and what to do:
    slipway report chat-assistant-v7-production --stage prod
- Have it go back instead:
    slipway rollback chat-assistant-v7-production --stage prod
`,
  ],
  "asking a person": [
    { ...release, state: "asked", stage: 2, reason: "errors: neither harm nor safety is shown" },
    `chat-assistant v7 to production asks a person.

errors: neither harm nor safety is shown.

What to do next:
- See what is asked, and go on:
    slipway approve chat-assistant-v7-production --rollout-stage 2 --stage prod
- Or go back:
    slipway approve chat-assistant-v7-production --rollout-stage 2 --stage prod --reject
`,
  ],
  "on capacity that ends": [
    {
      ...release,
      state: "reservation",
      outcome: "ending",
      reason: "endpoint/chat-assistant is on training plan launch-week, which ends at 2026-11-24T11:00Z",
    },
    `The reserved capacity of chat-assistant v7 to production ends soon.

endpoint/chat-assistant is on training plan launch-week, which ends at 2026-11-24T11:00Z.

What to do next:
- See what serves on it, and until when:
    slipway status --stage prod
- See what could be bought in its place:
    slipway offerings PLAN --milestone production --stage prod
- See what going back would take:
    slipway revert chat-assistant --dry-run --stage prod
`,
  ],
  "waiting for its review": [
    {
      ...release,
      version: undefined,
      state: "review-awaited",
      reason: "not confirmed by capacity (cleo; #ml-capacity); waits until 2026-11-23T12:30:00.000Z",
      sides: ["capacity"],
    },
    `chat-assistant, production waits for its review.

not confirmed by capacity (cleo; #ml-capacity); waits until 2026-11-23T12:30:00.000Z.

What to do next:
- See what each side confirms, and who has:
    slipway plan review chat-assistant --stage prod
- Confirm it for yours:
    slipway plan confirm chat-assistant --milestone production --stage prod
`,
  ],
  "begun without its review": [
    {
      ...release,
      state: "unreviewed",
      reason: "not confirmed by model (ann; #chat-models)",
      sides: ["model"],
    },
    `chat-assistant v7 to production has begun without its whole review.

not confirmed by model (ann; #chat-models).

What to do next:
- See what each side confirms, and who has:
    slipway plan review chat-assistant --stage prod
- Confirm it for yours:
    slipway plan confirm chat-assistant --milestone production --stage prod
`,
  ],
  "asking a side": [
    {
      ...release,
      state: "asked",
      stage: 2,
      reason:
        "waiting for 1 more after ann, for capacity (cleo; #ml-capacity): neither harm nor safety is shown",
      sides: ["capacity"],
    },
    `chat-assistant v7 to production asks the side of capacity.

waiting for 1 more after ann, for capacity (cleo; #ml-capacity): neither harm nor safety is shown.

What to do next:
- See what is asked, and go on:
    slipway approve chat-assistant-v7-production --rollout-stage 2 --stage prod
- Or go back:
    slipway approve chat-assistant-v7-production --rollout-stage 2 --stage prod --reject
`,
  ],
  "going back": [
    { ...release, state: "rolling-back", reason: "latency: above 1,500 ms in 3 of 5 minutes" },
    `chat-assistant v7 to production goes back.

latency: above 1,500 ms in 3 of 5 minutes.

What to do next:
- Follow it:
    slipway watch chat-assistant-v7-production --stage prod
`,
  ],
  stopped: [
    { ...release, state: "closed", outcome: "stopped", reason: "stopped by ann" },
    `chat-assistant v7 to production was stopped, and all is as before.

stopped by ann.

What to do next:
- See what was judged, and what it cost:
    slipway report chat-assistant-v7-production --stage prod
- Try it again:
    slipway emit PLAN --version 7 --again --stage prod
`,
  ],
  superseded: [
    { ...release, state: "closed", outcome: "superseded", reason: "v8 came" },
    `chat-assistant v7 to production has given way to another release.

v8 came.

What to do next:
- See which one:
    slipway status --stage prod
`,
  ],
  failed: [
    { ...release, state: "closed", outcome: "failed", reason: "somebody else changed the endpoint" },
    `chat-assistant v7 to production failed.

somebody else changed the endpoint.

What to do next:
- See what was judged, and what it cost:
    slipway report chat-assistant-v7-production --stage prod
- See whether anything is left to put back:
    slipway status --stage prod
`,
  ],
  "failed with a remainder": [
    {
      ...release,
      state: "remainder",
      outcome: "failed",
      reason: "not everything could be put back: scaling",
    },
    `chat-assistant v7 to production failed, and not everything could be put back.

not everything could be put back: scaling.

What to do next:
- See what is left, and who refuses it:
    slipway status --stage prod
- Let it stay as it is:
    slipway free endpoint/chat-assistant --reason WHY --stage prod
`,
  ],
  "on another type": [
    { ...release, state: "another-instance-type", reason: "not ml.g5.xlarge, of which there are none" },
    `chat-assistant v7 to production goes on with another instance type.

not ml.g5.xlarge, of which there are none.

What to do next:
- Follow it:
    slipway watch chat-assistant-v7-production --stage prod
`,
  ],
  "a pool that is there": [
    { ...pool, state: "closed", outcome: "done", reason: "2 ml.g5.12xlarge for training" },
    `chat-assistant, training has its capacity.

2 ml.g5.12xlarge for training.

What to do next:
- Give it back before its time:
    slipway rollback chat-assistant-2026w48-training --stage prod
`,
  ],
  "a pool that is lost": [
    { ...pool, state: "capacity-lost", reason: "no capacity" },
    `chat-assistant, training has lost its capacity.

no capacity.

What to do next:
- See what is held:
    slipway status --stage prod
`,
  ],
  "a pool that is late": [
    { ...pool, state: "late", reason: "the training job has not succeeded", until: "2026-11-24T09:00:00Z" },
    `chat-assistant, training is late, and holds its capacity for longer.

the training job has not succeeded. Until 2026-11-24T09:00:00Z.

What to do next:
- See which dates were moved:
    slipway calendar --stage prod
`,
  ],
  "worse, days later": [
    { ...release, state: "quality", outcome: "harm", reason: "answers: worse" },
    `chat-assistant v7 to production has turned out worse than what served before.

answers: worse.

What to do next:
- See what going back would take:
    slipway revert chat-assistant --dry-run --stage prod
`,
  ],
  "asking to buy": [
    {
      ...{ releaseId: "slipway-prod-chat-assistant-training-uclkg90n", stack: "slipway-prod" },
      ...{ subject: "pool/chat-assistant/training", model: "chat-assistant", milestone: "training" },
      ...{ state: "purchase-asked", until: "2026-11-24T09:00:00.000Z" },
      reason: "training of chat-assistant: ann asks to buy 2 ml.p4d.24xlarge",
    },
    `Somebody asks to buy a training plan for chat-assistant, training.

training of chat-assistant: ann asks to buy 2 ml.p4d.24xlarge. Until 2026-11-24T09:00:00.000Z.

What to do next:
- See what is asked for, and agree to it as an owner of capacity:
    slipway reserve chat-assistant --milestone training --agree --reason WHY --stage prod
- Or end it:
    slipway reserve chat-assistant --milestone training --reject --reason WHY --stage prod
`,
  ],
  "a purchase": [
    {
      ...{ releaseId: "slipway-prod-chat-assistant-training-uclkg90n", stack: "slipway-prod" },
      ...{ subject: "pool/chat-assistant/training", model: "chat-assistant", milestone: "training" },
      ...{ state: "purchased", reason: "2 ml.p4d.24xlarge for 226.13 USD up front" },
    },
    `A training plan is bought for chat-assistant, training.

2 ml.p4d.24xlarge for 226.13 USD up front.

What to do next:
- See how it stands, and how a plan names it:
    slipway reserve chat-assistant --milestone training --stage prod
`,
  ],
  "a spike not taken": [
    { ...release, state: "spike", outcome: "not-taken", reason: "late answers" },
    `chat-assistant v7 to production did not take the spike that was rehearsed.

late answers.

What to do next:
- See what it was sent:
    slipway history chat-assistant --stage prod
`,
  ],
};

describe("a mail", () => {
  it.each(Object.entries(golden))("of a release that is %s", (_, [news, text]) => {
    expect(mailOf(news)).toBe(`${text}\nRelease ${news.releaseId} of slipway-prod\n`);
  });

  it("is there for every end and every state that people are told of", () => {
    const told = Object.values(golden).map(([news]) => news);

    expect(new Set(told.map(({ state }) => state))).toEqual(new Set(toldStates));
    expect(new Set(told.flatMap(({ state, outcome }) => (state === "closed" ? [outcome] : [])))).toEqual(
      new Set(outcomes.filter((outcome) => outcome !== "ignored")),
    );
  });
});

test("nobody is told of stages that go on, of what is ignored, or of quality that was kept", () => {
  for (const state of ["shifted", "judged", "promoted", "constructor"])
    expect(noticeOf({ ...release, state })).toBeUndefined();
  expect(noticeOf({ ...release, state: "closed", outcome: "ignored" })).toBeUndefined();
  expect(noticeOf({ ...release, state: "closed", outcome: "another" })).toBeUndefined();
  expect(noticeOf({ ...release, state: "quality", outcome: "kept" })).toBeUndefined();
  expect(noticeOf({ ...release, state: "spike", outcome: "taken" })).toBeUndefined();
});

test("a chat is told in the schema of custom notifications, in the release's thread", () => {
  const notice = noticeOf({
    ...release,
    state: "closed",
    outcome: "promoted",
    reason: "all 4 stages passed",
  });

  expect(notice && chatNotification(notice, "event-1")).toEqual({
    version: "1.0",
    source: "custom",
    id: "event-1",
    content: {
      textType: "client-markdown",
      title: "chat-assistant v7 to production is promoted",
      description: "all 4 stages passed.",
      nextSteps: [
        "See what was judged, and what it cost: `slipway report chat-assistant-v7-production --stage prod`",
        "See what going back would take: `slipway revert chat-assistant --dry-run --stage prod`",
      ],
      keywords: ["chat-assistant", "production"],
    },
    metadata: {
      threadId: "chat-assistant-v7-production",
      summary: "chat-assistant v7 to production is promoted",
      eventType: "release-promoted",
      relatedResources: ["endpoint/chat-assistant"],
      additionalContext: { stack: "slipway-prod", release: "chat-assistant-v7-production" },
    },
  });
});

test("whatever a reason holds, a chat has at most 300 characters of it and mentions nobody", () => {
  const reasons = fc.oneof(
    fc.string({ unit: "binary", maxLength: 1000 }),
    fc.constantFrom("<!channel> look", "@here `x`", "<https://evil|click>", "a\u202eb\nc", "x".repeat(999)),
  );
  const states = fc.constantFrom(...toldStates);
  const ends = fc.constantFrom(...outcomes, "harm", "not-taken");

  holds(
    fc.property(reasons, states, ends, (reason, state, outcome) => {
      const notice = noticeOf({ ...release, state, outcome, reason });
      if (notice === undefined) return;
      const { title, description = "", nextSteps } = chatNotification(notice, "id").content;
      const shown = [title, description, ...nextSteps].join("");
      expect([...notice.why].length > 300 ? description.includes("…") : true).toBe(true);
      expect(shown).not.toMatch(/[<>@]/);
      expect(description).not.toContain("`");
      expect(`${shown}${mailText(notice).replaceAll("\n", "")}`).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
      expect(mailSubject(notice)).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    }),
  );
});

test("a subject of letters that mail has none for is one all the same", () => {
  expect(mailSubject({ title: "  ↩ über" })).toBe("? ?ber");
  expect(mailSubject({ title: "" })).toBe("A release");
  expect(mailSubject({ title: "x".repeat(200) })).toHaveLength(99);
});
