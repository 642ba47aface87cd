/** The commands by name: what each takes, what its help says, and where it is. Each is loaded when it is called. */
import { worldNames } from "../rehearsal/worlds/load.ts";
import type { Command } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { evidenceCommands } from "./evidence-commands.ts";
import { modelKinds } from "./init/model-kinds.ts";
import { json, traffic } from "./options.ts";
import { orderCommands } from "./order-commands.ts";
import { pipelineCommands } from "./pipeline-commands.ts";
import { planCommands } from "./plan-commands.ts";
import { rehearsalCommands } from "./rehearsal-commands.ts";
import { releaseCommands } from "./release-commands.ts";

export const commands: readonly Command[] = [
  {
    name: "init",
    summary: "write a plan to begin with, by a few questions or by options",
    text: [
      "Writes a commented plan for a model: KPIs, bakes and requirements as they are sensible for its kind, bakes as long as the load asks for, and a budget by what a release is estimated at. It rehearses to promoted as it is; every number in it is yours to change.",
      "At a terminal it asks what is not given. Where nobody sits, what is missing is told, each in a line, and nothing is written. A file that is there is not overwritten; - writes to standard output.",
      "With --from-endpoint it looks up in the account of a deployment what the endpoint runs on, how many instances it has, and what its auto scaling takes one for. Of a type whose price Slipway does not know it asks for that, too.",
    ],
    examples: [
      "slipway init",
      "slipway init --kind chat-llm --model chat-assistant --from-endpoint chat-assistant --load 60 --stage prod",
      "slipway init --kind ranker --model feed --instance-type ml.c5.2xlarge --instances 6 --requests-per-second-per-instance 60 --load 220",
    ],
    positionals: [],
    options: {
      kind: {
        value: "KIND",
        help: `what kind of model: ${modelKinds().join(", ")}`,
        choices: modelKinds,
      },
      model: { value: "NAME", help: "its model package group in the registry" },
      endpoint: { value: "NAME", help: "the endpoint that it serves on (default: named as the model)" },
      "from-endpoint": {
        value: "NAME",
        help: "look up an endpoint that is there: its type, its instances, its auto scaling",
      },
      "instance-type": { value: "TYPE", help: "what the endpoint runs on, such as ml.g5.xlarge" },
      instances: { value: "N", help: "how many it has between releases" },
      "requests-per-second-per-instance": {
        value: "N",
        help: "what one serves at full load, by a load test",
      },
      load: { value: "N", help: "the load to be ready for, requests per second" },
      price: {
        value: "USD",
        help: "what an instance-hour costs, where Slipway does not know or it is otherwise; unknown to spend on it all the same",
      },
      owner: { value: "TEXT", help: "who is asked about the plan: a comment in it" },
      output: { value: "FILE", help: "what to write (default: MODEL.yml)" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./init.ts")).init(line, terminal),
  },
  ...rehearsalCommands,
  ...planCommands,
  {
    name: "propose",
    summary: "what a plan would better say, by what its releases have taught",
    text: [
      "Holds a plan against what the releases of its model have taught, and what CloudWatch knows of its endpoint's load, and prints a difference of its file: what an instance serves, the load to be ready for, the instances that follow from both, how long the model loads. With each change what it rests on, what it does to the money of a month and to the risk that more is asked for than the fleet serves in time; then how releases of the plan go with it in all worlds. Comments and layout of the file stay. Touches nothing.",
      "Less is proposed only where it saves more than a tenth and the risk of too little in 28 days stays below 1 %, more where that risk is above 5 %. What nobody has tested under load is taken as the plan says. With --decline it prints the difference by which the plan declines it: nothing is proposed then until twice as much is known.",
    ],
    examples: [
      "slipway propose plans/chat-assistant.yml --stage prod",
      "slipway propose plans/chat-assistant.yml --markdown > proposal.md",
      'slipway propose plans/chat-assistant.yml --decline --reason "a campaign in May" | git apply',
    ],
    positionals: ["PLAN"],
    demanding: true,
    options: {
      markdown: { help: "for a pull request" },
      json,
      decline: { help: "the difference by which the plan says no" },
      reason: { value: "TEXT", help: "why, with --decline" },
      world: {
        value: "NAME|FILE",
        help: "rehearse it in one world alone (default: in all)",
        choices: worldNames,
      },
      quiet: { help: "no progress" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./propose.ts")).propose(line, terminal),
  },
  {
    name: "doctor",
    summary: "what of account, stack, rights and metrics is missing, before the night",
    text: [
      "Looks at everything that a release needs to begin: whose credentials these are, the stack and its alarms, the plan in force and its schedules, the endpoint and its kind, an approved version, auto scaling, quota and budget, metrics and alarms, freezes, and who holds the endpoint. Changes nothing.",
      "With a PLAN its file is held against what is in force, too; without one every plan in force is looked at. ✔ as it has to be, ✖ amiss, with what to do, – not to be seen. Exits with 0 where nothing is amiss, and with 1 where something is, or may not be looked at.",
    ],
    examples: ["slipway doctor --stage prod", "slipway doctor plans/chat-assistant.yml --stage prod --json"],
    positionals: ["PLAN"],
    options: { json, ...bindingOptions },
    run: async (line, terminal) => (await import("./doctor.ts")).doctor(line, terminal),
  },
  {
    name: "patch-status",
    summary: "which models serve from images that are behind their plans' limits",
    text: [
      "Looks at the image of each fleet that serves for a plan in force, as the gates vulnerabilities and image-age would at its release: when it was pushed, what its last scan has found, and how old that scan is, by the plan's gates.limits, or the usual ones where it has none. Each is judged by itself; no waiver excuses it. Touches nothing.",
      "Exits with 0 where all are within their limits, and with 1 where one is behind, or is not known to keep to them.",
    ],
    examples: ["slipway patch-status --stage prod", "slipway patch-status --stage prod --json"],
    positionals: [],
    options: { json, ...bindingOptions },
    run: async (line, terminal) => (await import("./patch-status.ts")).patchStatus(line, terminal),
  },
  {
    name: "forecast",
    summary: "what load the coming days are to be expected to bring, and what a plan has to have for it",
    text: [
      "From what CloudWatch has kept of the endpoint's requests, up to 63 days of all variants that served it, or with --traffic from a recording of yours: the shape of the day, its level, the weekday, and how wrong such a forecast was of the days before. Says for each coming day when its peak is to be expected and how high, what it stays below on most such days, and how many instances of the plan's endpoint that takes; then whether the plan is ready for it. Last, by what has come of today, or of the day on which the recording ends, what the next half hour brings and what the endpoint is to have for that until more could be there. Campaigns and other releases it knows as far as the plan says them (requirements.events).",
      "With a MODEL the plan is the one in force in the deployment; with --traffic it is a file, and no account is asked. Touches nothing. Which variants served is known by the releases of the deployment; of others CloudWatch tells for two weeks after their end. What was not reported is not known, and no lull.",
    ],
    examples: [
      "slipway forecast chat-assistant --stage prod",
      "slipway forecast plans/chat-assistant.yml --traffic invocations.json",
      "slipway forecast plans/chat-assistant.yml --traffic requests.csv --days 14 --percent 99",
    ],
    positionals: ["MODEL|PLAN"],
    options: {
      traffic,
      days: { value: "N", help: "how far ahead (default: 7, at most 28)" },
      percent: { value: "N", help: "on how many of such days the peak is to stay below (default: 95)" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./forecast.ts")).forecast(line, terminal),
  },
  {
    name: "calendar",
    summary: "when the milestones of all plans come, what each takes, and what is in each other's way",
    text: [
      "Lists the milestones that have a date or a cron, of all plans in force in a deployment: when each is due, from when until when something is raised for it, what that is and what it costs. Then what does not go together: two releases on one endpoint, more instances at one time than a quota allows, more than a plan's budget of a month, a freeze, a training plan that ends too soon; and when the training plans end that plans name, or endpoints serve on. A model whose versions come when they are approved is expected by the cadence of its releases so far. Touches nothing in the account.",
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
  {
    name: "digest",
    summary: "what comes, who must confirm what, what is held and what it costs",
    text: [
      "Prints what both sides of all teams are told each week (docs/OPERATIONS.md, \"Notices\"), as of now: the milestones of all plans in force, who has not confirmed one that has a review, and by which command they do; what is in each other's way; capacity that is held or under way, with what it has cost and will; the month against the plans' budgets. What may not be looked at is named, and the rest is told. Touches nothing, and tells nobody else.",
    ],
    examples: ["slipway digest --stage prod", "slipway digest --stage prod --days 30 --json"],
    positionals: [],
    options: {
      days: { value: "N", help: "how far ahead (default: 14, at most 90)" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./digest.ts")).digest(line, terminal),
  },
  ...releaseCommands,
  ...evidenceCommands,
  ...pipelineCommands,
  ...orderCommands,
  {
    name: "completion",
    summary: "print a script by which a shell completes commands, options and worlds",
    text: [
      'Prints the script for bash, zsh or fish, made of the same table as this help; print it anew with another version of slipway. It touches nothing: put it where your shell looks (fpath, for zsh), or run it as that starts: eval "$(slipway completion bash)".',
    ],
    examples: [
      "slipway completion bash >> ~/.bashrc",
      "slipway completion zsh > ~/.zfunc/_slipway",
      "slipway completion fish > ~/.config/fish/completions/slipway.fish",
    ],
    positionals: ["SHELL"],
    demanding: true,
    choices: () => ["bash", "zsh", "fish"],
    options: {},
    run: async (line, terminal) => (await import("./completion.ts")).completion(line, terminal, commands),
  },
];
