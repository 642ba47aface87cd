/** The commands by name: what each takes, what its help says, and where it is. Each is loaded when it is called. */
import type { Command, Option } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { rehearsalCommands } from "./rehearsal-commands.ts";
import { traffic } from "./rehearsal-options.ts";

const by: Option = { value: "NAME", help: "who gives the order (default: whose credentials are used)" };

const releaseIds =
  "A release is named by its model, version and milestone, such as chat-assistant-v7-production; run again, it ends in -r2. Its events on the bus and its execution's output carry the name.";

export const commands: readonly Command[] = [
  ...rehearsalCommands,
  {
    name: "plan",
    summary: "check a plan and show what it means: sizes, quota, cost, time",
    text: [
      "Checks a plan and shows what it means for the load that it is to be ready for: the size of each stage, the quota and the money that each type of release takes, the milestones, how soon each stage finds a bad candidate, and what a careful reader would warn of. Touches nothing. Without a PLAN it takes the sample.",
      "With --stage it looks up how long instances took in the releases of that deployment, for the lead times of the milestones.",
    ],
    examples: ["slipway plan my-plan.yml", "slipway plan - < my-plan.yml"],
    positionals: ["PLAN"],
    options: {
      world: {
        value: "NAME|FILE",
        help: "whose mean traffic and error rate the candidate is judged at (default: healthy)",
      },
      json: { help: "print one JSON document and nothing else" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./plan.ts")).plan(line, terminal),
  },
  {
    name: "plan apply",
    summary: "put a plan in force",
    text: [
      "Checks a plan and puts it into Slipway's table, in the account and region of a deployment, then schedules its milestones. Releases that are under way keep the plan that they began with.",
      "Says of each step whether it is so. What a plan lost goes last; a date that is over is told and not scheduled. Running it again finishes what could not be done.",
    ],
    examples: ["slipway plan apply my-plan.yml"],
    positionals: ["PLAN"],
    demanding: true,
    options: {
      "dry-run": { help: "say what would change, and change nothing" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./plan-in-force.ts")).planApply(line, terminal),
  },
  {
    name: "plan show",
    summary: "show the plan in force, since when, and its schedules",
    text: ["Touches nothing."],
    examples: ["slipway plan show chat-assistant --stage prod"],
    positionals: ["MODEL"],
    demanding: true,
    options: {
      json: { help: "print one JSON document and nothing else" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./plan-in-force.ts")).planShow(line, terminal),
  },
  {
    name: "plan remove",
    summary: "take a model's plan out of force",
    text: [
      "Removes the schedules of a model's milestones, then its plan: nothing starts a release of it any more. Releases that are under way keep the plan that they began with. Running it again finishes what could not be done.",
    ],
    examples: ["slipway plan remove chat-assistant --stage prod --dry-run"],
    positionals: ["MODEL"],
    demanding: true,
    options: {
      "dry-run": { help: "say what would change, and change nothing" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./plan-in-force.ts")).planRemove(line, terminal),
  },
  {
    name: "status",
    summary: "who holds which endpoint, who waits, and what could not be put back",
    text: [
      "Lists every lock that is held or waited for: the release that holds it and whether it is at work, what it could not put back and who refused that, and how often the sweep has tried; then the pools that are held, and until when. Touches nothing.",
    ],
    examples: ["slipway status", "slipway status --json"],
    positionals: [],
    options: { json: { help: "print one JSON document and nothing else" }, ...bindingOptions },
    run: async (line, terminal) => (await import("./locks.ts")).status(line, terminal),
  },
  {
    name: "history",
    summary: "how past releases ended, how long they took, and how long their instances did",
    text: [
      "Lists the releases of a deployment that are over, newest last: when each was opened, how it ended and how long it took, how late it was for its milestone's date, and how long its instances took. Touches nothing.",
      "With --summary a line for each model: how many releases a month, from the opening to the promotion, the share that was rolled back, and from its way back's begin to its end.",
    ],
    examples: ["slipway history --stage prod", "slipway history chat-assistant --summary --days 365"],
    positionals: ["MODEL"],
    options: {
      days: { value: "N", help: "how far back (default: 90)" },
      summary: { help: "a line for each model" },
      json: { help: "print one JSON document and nothing else" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./history.ts")).history(line, terminal),
  },
  {
    name: "forecast",
    summary: "what load the coming days are to be expected to bring, and what a plan has to have for it",
    text: [
      "From a recording of the endpoint's requests, one whole day of it or some weeks: the shape of the day, its level, the weekday, and how wrong such a forecast was of the days before. Says for each coming day when its peak is to be expected and how high, what it stays below on most such days, and how many instances of the plan's endpoint that takes; then whether the plan is ready for it. What is planned, such as a campaign, it does not know.",
    ],
    examples: [
      "slipway forecast plans/chat-assistant.yml --traffic invocations.json",
      "slipway forecast plans/chat-assistant.yml --traffic requests.csv --days 14 --percent 99",
    ],
    positionals: ["PLAN"],
    options: {
      traffic,
      days: { value: "N", help: "how far ahead (default: 7, at most 28)" },
      percent: { value: "N", help: "on how many of such days the peak is to stay below (default: 95)" },
      json: { help: "print one JSON document and nothing else" },
    },
    run: async (line, terminal) => (await import("./forecast.ts")).forecast(line, terminal),
  },
  {
    name: "calendar",
    summary: "when the milestones of all plans come, what each takes, and what is in each other's way",
    text: [
      "Lists the milestones that have a date or a cron, of all plans in force in a deployment: when each is due, from when until when something is raised for it, what that is and what it costs. Then what does not go together: two releases on one endpoint, more instances at one time than a quota allows, more than a plan's budget of a month, a freeze. A model whose versions come when they are approved is expected by the cadence of its releases so far. Touches nothing in the account.",
      "With a PLAN its file takes the place of that model's plan in force: see it before it is applied. Without a --stage it is looked at alone.",
    ],
    examples: [
      "slipway calendar --stage prod",
      "slipway calendar plans/chat-assistant.yml --stage prod --days 30",
      "slipway calendar --stage prod --ics releases.ics",
    ],
    positionals: ["PLAN"],
    options: {
      days: { value: "N", help: "how far ahead (default: 90)" },
      ics: {
        value: "FILE",
        help: "write the calendar for people's calendars (iCalendar); what the file said before is gone on with",
      },
      json: { help: "print one JSON document and nothing else" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./calendar.ts")).calendar(line, terminal),
  },
  {
    name: "free",
    summary: "give a lock back although something is left to put back",
    text: [
      "Where a release could not put everything back, its lock is kept until the sweep can. This gives it back as things are, says what stays, and writes down who said so: the release is closed as failed, and the sweep tries no more. A lock under which somebody is at work is not given back.",
    ],
    examples: ['slipway free endpoint/chat-assistant --reason "scale-in set right by hand"'],
    positionals: ["SUBJECT"],
    demanding: true,
    options: { reason: { value: "TEXT", help: "why it may stay as it is" }, by, ...bindingOptions },
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
    options: { by, ...bindingOptions },
    run: async (line, terminal) => (await import("./orders.ts")).giveOrder("stop", line, terminal),
  },
  {
    name: "rollback",
    summary: "roll a release under way back at once",
    text: [
      "Records the order, stops the execution, and starts the same state machine at its compensation.",
      releaseIds,
    ],
    examples: ["slipway rollback chat-assistant-v7-production --by ann"],
    positionals: ["RELEASE"],
    demanding: true,
    options: { by, ...bindingOptions },
    run: async (line, terminal) => (await import("./orders.ts")).giveOrder("roll-back", line, terminal),
  },
  {
    name: "approve",
    summary: "answer for an inconclusive stage: go on, or roll back",
    text: [
      "For plans whose rollout.onInconclusive asks a person. The first answer stands; no answer by the deadline rolls back.",
      releaseIds,
    ],
    examples: [
      "slipway approve chat-assistant-v7-production --rollout-stage 1",
      "slipway approve chat-assistant-v7-production --rollout-stage 1 --reject",
    ],
    positionals: ["RELEASE"],
    demanding: true,
    options: {
      "rollout-stage": {
        value: "N",
        help: "the stage that is meant, counted from 0 (default: the one that asks)",
      },
      reject: { help: "roll back instead of going on" },
      by,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./orders.ts")).approve(line, terminal),
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
      by,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./freeze.ts")).freeze(line, terminal),
  },
];
