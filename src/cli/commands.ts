/** The commands by name: what each takes, what its help says, and where it is. Each is loaded when it is called. */
import type { Command, Option } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { orderCommands } from "./order-commands.ts";
import { rehearsalCommands } from "./rehearsal-commands.ts";
import { traffic } from "./rehearsal-options.ts";

const json: Option = { help: "print one JSON document and nothing else" };

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
      json,
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
      json,
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
      "With --reverts also to which version each model could go back now, how long that would take and what it would cost, or what it cannot be had for.",
    ],
    examples: ["slipway status", "slipway status --reverts", "slipway status --json"],
    positionals: [],
    options: {
      reverts: { help: "also whether each model could go back now" },
      json,
      ...bindingOptions,
    },
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
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./history.ts")).history(line, terminal),
  },
  {
    name: "forecast",
    summary: "what load the coming days are to be expected to bring, and what a plan has to have for it",
    text: [
      "From a recording of the endpoint's requests, one whole day of it or some weeks: the shape of the day, its level, the weekday, and how wrong such a forecast was of the days before. Says for each coming day when its peak is to be expected and how high, what it stays below on most such days, and how many instances of the plan's endpoint that takes; then whether the plan is ready for it. Last, by what has come of the day on which the recording ends, what the next half hour brings and what the endpoint is to have for that until more could be there. What is planned, such as a campaign, it does not know.",
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
      json,
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
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./calendar.ts")).calendar(line, terminal),
  },
  ...orderCommands,
];
