/** The commands that need no account: what each takes, and what its help says. */
import { judgeOptions, judgeSummary, judgeText } from "#verdict/command";
import { worldNames } from "../rehearsal/worlds/load.ts";
import type { Command, Option } from "./arguments.ts";
import { faultOption } from "./faults.ts";
import { gateFindingOptions } from "./finding-options.ts";
import {
  answer,
  beside,
  besideAfter,
  event,
  json,
  markdownFile,
  reportFile,
  seed,
  start,
  traffic,
  turns,
  world,
} from "./options.ts";

const quiet: Option = { help: "no progress on standard error" };

export const rehearsalCommands: readonly Command[] = [
  {
    name: "rehearse",
    summary: "run a release in virtual time against a twin of AWS",
    text: [
      "Runs the deployed state machine with the deployed Lambda functions, against a twin of the AWS services that they call, in virtual time. Without a PLAN it takes the sample.",
      "Progress goes to standard error, the summary (or the document) to standard output. A file may be - for standard input. The same plan, event, world and seed give the same bytes.",
      "--compare lays the release beside others of the same event and seed, in a table, and with --report on one page and one time axis.",
      "--world all rehearses it in every world that ships and prints a table; it exits with the code of the worst: an invariant broken, then failed, rolled back, refused.",
      "✔ promoted or done, ↩ rolled back, superseded or stopped, ⊘ refused, – ignored, ✖ failed; of a stage, ✔ passed and ↩ stopped.",
    ],
    examples: [
      "slipway rehearse --world late-fault --report release.html",
      "slipway rehearse my-plan.yml --world all",
      "slipway rehearse my-plan.yml --compare strategies --report side-by-side.html",
      "slipway rehearse my-plan.yml --event my-event.json --seed 7 --json",
    ],
    positionals: ["PLAN"],
    options: {
      event,
      world: {
        ...world,
        help: `${world.help}; all for every one that ships`,
        choices: () => ["all", ...worldNames()],
      },
      traffic,
      start,
      seed,
      beside,
      "beside-after": besideAfter,
      answer,
      turns,
      fault: faultOption,
      compare: {
        value: "WHAT",
        help: "rehearse it beside others too: strategies (those of the plan's rollout), a world, or the file of another plan; may be given several times",
        repeatable: true,
        choices: () => ["strategies", ...worldNames()],
      },
      report: reportFile,
      markdown: markdownFile,
      ...gateFindingOptions,
      quiet,
      json,
    },
    run: async (line, terminal) => (await import("./rehearse.ts")).rehearse(line, terminal),
  },
  {
    name: "worlds",
    summary: "list the worlds that ship, each in a line",
    text: [
      "A world is what a release meets in a rehearsal. What depends on the plan it says relative to the plan, so that each fits any plan; a file says only what differs from the world healthy. Unknown keys are refused.",
    ],
    examples: ["slipway worlds", "slipway rehearse my-plan.yml --world my-world.yml"],
    positionals: [],
    options: { json: { help: "print one JSON document and nothing else" } },
    run: async (line, terminal) => (await import("./worlds.ts")).worlds(line, terminal),
  },
  {
    name: "explore",
    summary: "run a release with every fault at every point of it",
    text: [
      "Runs the release once to learn every call, Lambda invocation and state entry of it, then again with each fault at each of them: calls throttled, failed, timed out, slow, or answered to nobody; Lambdas that crash or time out; executions stopped, also in the middle of the way back and of the sweep. Each run is followed by a calm in which the sweep comes; then every invariant is checked.",
      "Then with faults that last: from one call on AWS denies it, finds it invalid, throttles it or fails, for an hour or until somebody grants the right after four; and a release's own things not found yet, or somebody else's no more. What could not be put back must be put right once the fault has ended.",
      "Then with hands that somebody else lays on the account: weights, counts, bounds, suspensions, policies and scheduled actions set, the endpoint moved, things deleted, the sweep switched off, each as a state is entered and before a call that changes AWS. What they did is left as it is, nothing else is lost, and it is told.",
      "Says which of the state machine's Catch, Retry and Choice edges the runs walked, and which by name they did not.",
      "Ctrl-C ends it with what was found so far, after the runs under way; a second one does not wait for them.",
      "Each violation comes with the command that runs it again. Ends with 3 where there is one.",
    ],
    examples: ["slipway explore --world bad-errors --sample 40"],
    positionals: ["PLAN"],
    options: {
      event,
      world,
      traffic,
      start,
      beside,
      "beside-after": besideAfter,
      answer,
      sample: { value: "N", help: "so many runs, drawn by the seed (default: all)" },
      passing: { help: "only faults that are over at once, alone and after a stop" },
      lasting: { help: "only faults that last" },
      hands: { help: "only hands that somebody else lays on the account" },
      pairs: { value: "N", help: "so many runs with two faults each beside (default: none)" },
      triples: {
        value: "N",
        help: "so many runs with a fault that lasts and a stop after it beside, and a quarter as many to learn them from",
      },
      resume: {
        value: "FILE",
        help: "a journal of the runs: what is in it is not run again, what is run is added to it",
      },
      fault: faultOption,
      seed,
      turns,
      quiet,
      json,
    },
    run: async (line, terminal) => (await import("./explore.ts")).explore(line, terminal),
  },
  {
    name: "twin",
    summary: "serve the twin of AWS on a port, its clock running",
    text: [
      "Serves the account of a rehearsal over HTTP, for the AWS command line, boto3, the SDKs or Lambda functions that run elsewhere: SageMaker and its runtime, Application Auto Scaling, what it scales beside endpoints (ECS services, Lambda's provisioned concurrency, DynamoDB tables), CloudWatch, Service Quotas, DynamoDB, EventBridge, Scheduler, S3, STS, IAM's roles, CloudFormation, and Step Functions with the release's state machine, whose executions run. Signatures are not looked at; what the twin does not model it refuses by name.",
      "The twin's time is what each answer's Date header says. Its sweep takes an execution that it does not know for a dead one: --no-sweep for a state machine that runs elsewhere.",
    ],
    examples: ["slipway twin --port 4566 --speed 60 --world slow-model"],
    positionals: [],
    options: {
      port: { value: "N", help: "where to listen on this machine, 0 for any free port (default: 4566)" },
      speed: { value: "N", help: "virtual seconds to a real one, up to 720 (default: 1)" },
      "no-sweep": { help: "leave what dead executions left as it is" },
      plan: { value: "PLAN", help: "whose endpoint it holds, and which is in force (default: the sample)" },
      world,
      seed,
    },
    run: async (line, terminal) => (await import("./twin.ts")).twin(line, terminal),
  },
  {
    name: "judge",
    summary: judgeSummary,
    text: judgeText,
    examples: [
      "slipway judge minutes.csv --tolerance 0.1",
      "slipway judge minutes.csv --settings settings.yml --bake-minutes 30 --exit-zero pass,undecided",
    ],
    positionals: ["TABLE"],
    demanding: true,
    options: judgeOptions,
    run: async (line, terminal) => (await import("./judge.ts")).judge(line, terminal),
  },
];
