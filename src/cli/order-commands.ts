/** The commands by which a person orders something of a deployment: what each takes, and what its help says. */
import { milestoneKinds } from "../core/plan/plan.ts";
import { passable } from "../core/release/break-glass.ts";
import type { Command } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";

const releaseIds =
  "A release is named by its model, version and milestone, such as chat-assistant-v7-production; run again, it ends in -r2. Its events on the bus and its execution's output carry the name.";

export const orderCommands: readonly Command[] = [
  {
    name: "free",
    summary: "give a lock back although something is left to put back",
    text: [
      "Where a release could not put everything back, its lock is kept until the sweep can. This gives it back as things are, says what stays, and writes down who said so: the release is closed as failed, and the sweep tries no more. A lock under which somebody is at work is not given back.",
    ],
    examples: ['slipway free endpoint/chat-assistant --reason "scale-in set right by hand"'],
    positionals: ["SUBJECT"],
    demanding: true,
    options: { reason: { value: "TEXT", help: "why it may stay as it is" }, ...bindingOptions },
    run: async (line, terminal) => (await import("./locks.ts")).free(line, terminal),
  },
  {
    name: "stop",
    summary: "stop a release under way; the sweep undoes what it left",
    text: [
      "Records the order, then stops the execution (StopExecution). No step of it runs any more; the sweep, which its end starts, puts everything back.",
      releaseIds,
    ],
    examples: ["slipway stop chat-assistant-v7-production"],
    positionals: ["RELEASE"],
    demanding: true,
    options: bindingOptions,
    run: async (line, terminal) => (await import("./orders.ts")).giveOrder("stop", line, terminal),
  },
  {
    name: "rollback",
    summary: "roll a release under way back at once",
    text: [
      "Records the order, stops the execution, and starts the same state machine at its compensation. Of a release that has closed and holds a training pool it gives that back before its time.",
      releaseIds,
    ],
    examples: ["slipway rollback chat-assistant-v7-production"],
    positionals: ["RELEASE"],
    demanding: true,
    options: bindingOptions,
    run: async (line, terminal) => (await import("./orders.ts")).giveOrder("roll-back", line, terminal),
  },
  {
    name: "approve",
    summary: "answer for an inconclusive stage: go on, or roll back",
    text: [
      "For plans whose rollout.onInconclusive asks people. Shows what is asked, and answers it as whoever the credentials are of: AWS says who that is, nobody else. One no is enough; too few yeses by the deadline roll back.",
      "With --break-glass: lets a release past gates that do not pass and freezes, by the word of two people until a time. One asks with --pass and --until; another, who has not made the version, agrees without these; --reject ends it. It holds for tries to come as well. Quota, budget, way back and verdict nobody lets a release past; an alarm rings, and evidence says who.",
      releaseIds,
    ],
    examples: [
      "slipway approve chat-assistant-v7-production --rollout-stage 1",
      "slipway approve chat-assistant-v7-production --rollout-stage 1 --reject",
      'slipway approve chat-assistant-v7-production --break-glass "fixes the outage" --pass vulnerabilities,freezes --until 2026-12-24T08:00:00Z',
      'slipway approve chat-assistant-v7-production --break-glass "seen, patched in v8"',
    ],
    positionals: ["RELEASE"],
    demanding: true,
    options: {
      "rollout-stage": {
        value: "N",
        help: "the stage that is meant, counted from 0 (default: the one that asks)",
      },
      reject: { help: "roll back instead of going on; with --break-glass: end it" },
      "break-glass": {
        value: "REASON",
        help: "let it past gates and freezes, and why: one asks, another agrees",
      },
      pass: {
        value: "NAMES",
        help: "gates, and freezes, to be let past, with commas between",
        choices: () => passable,
      },
      until: { value: "TIME", help: "when it ends, within 72 hours" },
      ...bindingOptions,
    },
    run: async (line, terminal) =>
      line.values["break-glass"] === undefined
        ? (await import("./orders.ts")).approve(line, terminal)
        : (await import("./break-glass.ts")).breakGlass(line, terminal),
  },
  {
    name: "reserve",
    summary: "have a training plan bought for a milestone, by the word of two people",
    text: [
      "Asks that one of SageMaker's offerings (slipway offerings) be bought for a milestone of the plan in force, with --offering, --max-usd and --reason; another person, an owner of the side of capacity by the plan's team, is shown that, agrees with --agree, and then it is bought. --reject ends it; with none of these it shows what is asked for, or what was bought last. Nothing else buys any: no release, and no date.",
      "It is looked for again before it is bought: one that is gone, costs another fee or has other dates is not, nor is one above --max-usd, the plan's budget.usdPerMonth or the limits in force. What is bought is paid up front and cannot be given back. If it cannot be seen what came of it, agree again: it is looked for by its name, and never bought twice.",
    ],
    examples: [
      'slipway reserve chat-assistant --milestone training --offering tpo-1-29935410 --max-usd 9000 --reason "the launch"',
      'slipway reserve chat-assistant --milestone training --agree --reason "budgeted"',
      "slipway reserve chat-assistant --milestone training",
    ],
    positionals: ["MODEL"],
    demanding: true,
    options: {
      milestone: { value: "KIND", help: "for which of the plan's", choices: () => milestoneKinds },
      offering: { value: "ID", help: "ask for this one" },
      "max-usd": { value: "N", help: "the most that may be paid for it, US dollars" },
      hours: { value: "N", help: "the --hours by which it was found, where these were given" },
      until: { value: "TIME", help: "until when it is to be agreed to, within 72 hours (default: 24 hours)" },
      agree: { help: "agree to what is asked for, and have it bought" },
      reject: { help: "end what is asked for" },
      reason: { value: "TEXT", help: "why, in a few words" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./reserve.ts")).reserve(line, terminal),
  },
  {
    name: "revert",
    summary: "take a model back to a version that has served before",
    text: [
      "Starts a release of the version that was promoted before the one that serves, by the history, or of another one: its whole fleet beside what serves, proven warm, then half of the traffic and all of it, judged in short bakes. Says before what it takes. What it cannot do, a release cannot: its plan, quota and budget hold, and the version has to be approved still.",
    ],
    examples: ["slipway revert chat-assistant --dry-run", "slipway revert chat-assistant --to 5"],
    positionals: ["MODEL"],
    demanding: true,
    options: {
      to: { value: "VERSION", help: "which version (default: the one that was promoted before)" },
      reason: { value: "TEXT", help: "why: kept with the release" },
      "dry-run": { help: "say what it takes, and start nothing" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./revert.ts")).revert(line, terminal),
  },
  {
    name: "freeze",
    summary: "keep new stages from starting, at one endpoint or all",
    text: [
      "A release that is half-way holds where it is or walks back, as its plan says (freezes.halfWay). Without an ENDPOINT all are frozen.",
    ],
    examples: [
      'slipway freeze chat-assistant --reason "peak" --until 2026-12-27T08:00:00Z',
      "slipway freeze chat-assistant --lift",
    ],
    positionals: ["ENDPOINT"],
    options: {
      reason: { value: "TEXT", help: "why, in a few words" },
      until: { value: "TIME", help: "when it ends by itself (default: when it is lifted)" },
      lift: { help: "lift the freeze" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./freeze.ts")).freeze(line, terminal),
  },
  {
    name: "undo",
    summary: "take back the last change of an endpoint's minimum that was made by itself",
    text: [
      "For plans with proposals.adjust: automatic. Writes the order down as whoever the credentials are of; what was there before the last change is set again by the next look, within five minutes, or once a release that holds the endpoint is over. The same is not tried again by itself until what is known has doubled, or the plan is applied again.",
    ],
    examples: ['slipway undo chat-assistant --reason "a campaign starts on Friday"'],
    positionals: ["ENDPOINT"],
    demanding: true,
    options: { reason: { value: "TEXT", help: "why, in a few words" }, ...bindingOptions },
    run: async (line, terminal) => (await import("./undo.ts")).undo(line, terminal),
  },
];
