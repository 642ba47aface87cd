/** The commands by which plans, and the limits of all plans, are checked and put in force: what each takes, and what its help says. */
import { milestoneKinds } from "../core/plan/plan.ts";
import { worldNames } from "../rehearsal/worlds/load.ts";
import type { Command, Option } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { findingOptions } from "./finding-options.ts";
import { json } from "./options.ts";

const forDate: Option = {
  value: "DATE",
  help: "the one of this day or time by the plan's clocks, or with an offset (default: the next)",
};

export const planCommands: readonly Command[] = [
  {
    name: "plan",
    summary: "check a plan and show what it means: sizes, quota, cost, time",
    text: [
      "Checks a plan and shows what it means for the load that it is to be ready for: the size of each stage, the quota and the money that each type of release takes, the milestones, how soon each stage finds a bad candidate, and what a careful reader would warn of. Touches nothing. Without a PLAN it takes the sample.",
      "With --stage it looks up how long instances took in the releases of that deployment, for the lead times of the milestones, what its account's quotas leave beside a release, and what the plan would be in the way of in the next 90 days, as plan apply and calendar tell it.",
      "What is beyond the limits of the infrastructure's owner is a mistake of the plan, with whom to ask: those of --limits, those in force with --stage, or without either those of a limits.yml in the working directory or above.",
    ],
    examples: [
      "slipway plan my-plan.yml",
      "slipway plan - < my-plan.yml",
      "slipway plan my-plan.yml --junit plan.xml --sarif plan.sarif --annotations github",
    ],
    positionals: ["PLAN"],
    options: {
      world: {
        value: "NAME|FILE",
        help: "whose mean traffic and error rate the candidate is judged at (default: healthy)",
        choices: worldNames,
      },
      limits: {
        value: "FILE",
        help: "hold it against these limits (default: those in force with --stage, else the nearest limits.yml)",
      },
      json,
      ...findingOptions,
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
    name: "offerings",
    summary: "which reserved capacity could be bought for a milestone, when it is there, and what it costs",
    text: [
      "Searches SageMaker's offerings of training plans for what a milestone of a plan raises at its next date: instances of its training pool or cluster, or, of production, of both fleets as the candidate is promoted. Says from when until when each is there, what is paid for it up front, and whether it lasts for all of the milestone. Touches nothing, and buys nothing: that takes the word of two people (slipway reserve).",
      "A plan that names what was bought runs its candidates on it (releaseTypes, inference.reserved).",
    ],
    examples: [
      "slipway offerings plans/chat-assistant.yml --stage prod",
      "slipway offerings plans/chat-assistant.yml --milestone production --hours 168 --stage prod",
    ],
    positionals: ["PLAN"],
    demanding: true,
    options: {
      milestone: {
        value: "KIND",
        help: "which (default: the first that raises training capacity, else production)",
        choices: () => milestoneKinds,
      },
      hours: { value: "N", help: "for how long (default: as long as the milestone needs it)" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./offerings.ts")).offerings(line, terminal),
  },
  {
    name: "plan show",
    summary: "show the plan in force, since when, and its schedules",
    text: ["Touches nothing."],
    examples: ["slipway plan show chat-assistant --stage prod"],
    positionals: ["MODEL"],
    demanding: true,
    options: {
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./plan-in-force.ts")).planShow(line, terminal),
  },
  {
    name: "plan review",
    summary: "show what each side of the team confirms of a milestone before its date, and who has",
    text: [
      "For milestones with a review in the plan in force. Shows the next date of each, or the one of --for-date: what the side of the model and that of capacity answer for, who of them has confirmed it, until when it is to be, and what it does where a side has not. Touches nothing.",
    ],
    examples: [
      "slipway plan review chat-assistant --stage prod",
      "slipway plan review chat-assistant --milestone production --for-date 2026-12-07",
    ],
    positionals: ["MODEL"],
    demanding: true,
    options: {
      milestone: { value: "KIND", help: "this one alone (default: all)", choices: () => milestoneKinds },
      "for-date": forDate,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./plan-review.ts")).planReview(line, terminal),
  },
  {
    name: "plan confirm",
    summary: "confirm a milestone before its date, for your side of the team",
    text: [
      "Shows what is confirmed, and confirms the milestone's next date, or the one of --for-date, as whoever the credentials are of: AWS says who that is, and the plan which side they own. It holds for the plan and the limits as they are: once one of them changes, it is to be confirmed anew.",
    ],
    examples: ["slipway plan confirm chat-assistant --milestone production --stage prod"],
    positionals: ["MODEL"],
    demanding: true,
    options: {
      milestone: {
        value: "KIND",
        help: "which one (default: the only one with a review)",
        choices: () => milestoneKinds,
      },
      "for-date": forDate,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./plan-review.ts")).planConfirm(line, terminal),
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
    name: "limits apply",
    summary: "put limits of all plans in force: types, regions, ceilings, freezes",
    text: [
      "Checks a file of limits (plans/limits.yml is one to begin with), says what differs from those in force and which plans in force are beyond them, and puts them into Slipway's table as the next version. Releases are held to them as they open: what is beyond is refused by name, with whom to ask. A release under way goes on, and its way back is never looked at.",
    ],
    examples: [
      "slipway limits apply limits.yml --dry-run --stage prod",
      "slipway limits apply limits.yml --stage prod",
    ],
    positionals: ["FILE"],
    demanding: true,
    options: {
      "dry-run": { help: "say what would change, and change nothing" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./limits.ts")).limitsApply(line, terminal),
  },
  {
    name: "limits freezes",
    summary: "take a team's calendar as freezes of all plans",
    text: [
      'Reads a calendar as people\'s calendars export one (iCalendar), and prints its events whose summary or categories have the word freeze, or another, as the freezes of a file of limits: each occurrence a window, in UTC. With --into it puts them into that file instead: its other freezes and its comments stay, what an earlier reading of a calendar by the same name put there is taken out. Touches no account; "slipway limits apply" puts the file in force, and says before what differs.',
      "A time is that of the zone which the event names. A whole day, and a time without a zone, is that of the calendar, or of --zone.",
    ],
    examples: [
      "slipway limits freezes team.ics",
      "slipway limits freezes team.ics --matching holiday --zone Europe/Amsterdam --into limits.yml",
    ],
    positionals: ["CALENDAR"],
    demanding: true,
    options: {
      matching: { value: "TEXT", help: "which events, by their summary or a category (default: freeze)" },
      days: { value: "N", help: "how far ahead (default: 366)" },
      zone: { value: "ZONE", help: "the time zone of times without one (default: the calendar's, or UTC)" },
      into: { value: "FILE", help: "the file of limits to put them into" },
    },
    run: async (line, terminal) => (await import("./limits-freezes.ts")).limitsFreezes(line, terminal),
  },
  {
    name: "limits show",
    summary: "show the limits in force, and who applied them when",
    text: ["Touches nothing."],
    examples: ["slipway limits show --stage prod"],
    positionals: [],
    options: bindingOptions,
    run: async (line, terminal) => (await import("./limits.ts")).limitsShow(line, terminal),
  },
];
