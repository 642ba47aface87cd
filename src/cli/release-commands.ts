/** The commands that show releases of a deployment, over and under way: what each takes, and what its help says. */
import type { Command } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { gatesFile, json, otlpFile, reportFile } from "./options.ts";

export const releaseCommands: readonly Command[] = [
  {
    name: "loadtest",
    summary: "test an endpoint's fleet under load, as a release tests its candidate",
    text: [
      "Sends requests by the plan's loadTest from where it runs to a variant that has no traffic, on a staging endpoint for example: gets it warm, raises the rate to the planned peak and on to full load, then looks for the highest rate within the requirements. Says enough or not enough, what an instance serves, and how many instances the load takes. A fleet of fewer instances than the peak takes is tested by its part of it.",
      "It refuses what has traffic, is under release or not at rest; its limits are those of the plan's loadTest. What the way from here takes is in its latencies. Changes nothing; auto scaling may, by what is sent, which ends it. Exit codes: 0 enough, 2 not enough, 1 where nothing can be said.",
    ],
    examples: [
      "slipway loadtest my-plan.yml --endpoint chat-assistant-staging --stage dev",
      "slipway loadtest my-plan.yml --endpoint chat-assistant-staging --variant AllTraffic --json",
    ],
    positionals: ["PLAN"],
    demanding: true,
    options: {
      endpoint: { value: "NAME", help: "which endpoint (default: the plan's)" },
      variant: { value: "NAME", help: "which of its variants (default: the only one)" },
      seed: { value: "N", help: "of the moments and bodies of its requests (default: 1)" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./load-test.ts")).loadTest(line, terminal),
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
      "With --annotations JSON that marks the releases on dashboards of your own: for cloudwatch what a metric widget has as `annotations`, for grafana a list of bodies for POST /api/annotations.",
    ],
    examples: [
      "slipway history --stage prod",
      "slipway history chat-assistant --summary --days 365",
      "slipway history chat-assistant --annotations cloudwatch --days 14",
    ],
    positionals: ["MODEL"],
    options: {
      days: { value: "N", help: "how far back (default: 90)" },
      summary: { help: "a line for each model" },
      annotations: { value: "cloudwatch|grafana", help: "releases as marks for dashboards, as JSON" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./history.ts")).history(line, terminal),
  },
  {
    name: "costs",
    summary: "what the releases of a month cost, against their estimates and the budget",
    text: [
      "Shows for each plan, and in all, what the releases cost that were opened in a month, in UTC: how they ended, what they were planned at, what they have raised on top of the steady fleet by Slipway's own bill, and what capacity that is held now will have cost, against the plan's budget of the month (budget.usdPerMonth). With --plan each of its releases has a row. Touches nothing.",
      "--cost-explorer also asks what the account was billed under the tags slipway:plan and slipway:release, unblended and amortised, which costs $0.01 a request: one as a rule, ten at most. Figures are up to a day late, and estimates until the month is closed. Tags show what carries them, the jobs that prime warm pools: an endpoint's instances are billed under the endpoint's own tags.",
    ],
    examples: ["slipway costs --stage prod", "slipway costs --month 2026-10 --plan chat-assistant"],
    positionals: [],
    options: {
      month: { value: "YYYY-MM", help: "which month (default: this one)" },
      plan: { value: "MODEL", help: "of one plan alone, with each of its releases" },
      "cost-explorer": { help: "also what the account was billed under the tags, at $0.01 a request" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./costs.ts")).costs(line, terminal),
  },
  {
    name: "learned",
    summary: "what past releases have taught, with how much it rests on",
    text: [
      "Shows what the releases of a deployment have taught: how long instances take until they are in service, by type and by how many start together; how long the model loads, what an instance serves, what load did while it was released, how good forecasts were, how often what was asked for came, and what prices did. Each as a median with the range in which it is, where the next one is to be expected, and how many releases that rests on. Lead times and estimates go by the same. Touches nothing.",
      "What is 90 days old counts half; what came before a change that was seen counts nothing. A raise that never came counts as one that takes longer.",
    ],
    examples: ["slipway learned --stage prod", "slipway learned chat-assistant --json"],
    positionals: ["MODEL"],
    options: { json, ...bindingOptions },
    run: async (line, terminal) => (await import("./learned.ts")).learned(line, terminal),
  },
  {
    name: "report",
    summary: "show one release, over or under way, also as a page",
    text: [
      "Shows a release of a deployment by what the table keeps of it: how it ended and why, traffic, fleets and figures over time, stage by stage, and the plan against what happened. One that is under way is shown as far as it has come. Touches nothing.",
      "--report writes the page that slipway rehearse --report writes: one file of HTML, with what was judged, the evidence of each look, and the ledger. Entries of a release's journal are kept for 400 days. --otlp writes what a collector is sent where the plan names one (telemetry.otlp), for you to send it yourself. --junit writes what the plan's gates answered last, as slipway rehearse --junit does: CI systems show each as a test.",
    ],
    examples: [
      "slipway report chat-assistant-v7-production --stage prod",
      "slipway report chat-assistant-v7-production --report release.html",
    ],
    positionals: ["RELEASE"],
    demanding: true,
    options: { report: reportFile, otlp: otlpFile, junit: gatesFile, json, ...bindingOptions },
    run: async (line, terminal) => (await import("./report.ts")).report(line, terminal),
  },
  {
    name: "watch",
    summary: "follow a release under way until it is over",
    text: [
      "Shows a release as it goes: the stage that it is in and how far its bake is, the fleets, how much of the evidence that harm takes is there, and who waits for its endpoint. A terminal is drawn over in place; a pipe gets a line as each phase begins. Once the release is over it prints what slipway report prints, and ends with the release's own code. Touches nothing.",
      "--open serves the release's page on this machine meanwhile, and asks the desktop for a browser; the page asks again as often as the release is looked at.",
    ],
    examples: [
      "slipway watch chat-assistant-v7-production --stage prod",
      "slipway watch chat-assistant-v7-production --open",
    ],
    positionals: ["RELEASE"],
    demanding: true,
    options: {
      every: { value: "SECONDS", help: "how often to look (default: 15)" },
      open: { help: "also serve its page on this machine, and open it" },
      port: { value: "N", help: "where to serve it (default: any that is free)" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./watch.ts")).watch(line, terminal),
  },
];
