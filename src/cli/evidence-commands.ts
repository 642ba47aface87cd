/** The commands about what shows the changes of a deployment: what each takes, and what its help says. */
import type { Command } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { json } from "./options.ts";

export const evidenceCommands: readonly Command[] = [
  {
    name: "audit",
    summary: "every change of an endpoint in a span of time, and what happened that no evidence tells",
    text: [
      "Lists each change that evidence tells of: its number, when, what from what to what, for which release, who had asked and approved. Then exceptions (waived gates, calls whose end is not known, what was only counted, what could not be put back), numbers that are missing, and whether the chain ends where its head says. By the table, which answers in a second or two; whether packs are as they were signed slipway evidence verify tells. Then how often auto scaling changed it, and why, by the signed summaries of its days. Touches nothing.",
      "--reconcile asks CloudTrail and Application Auto Scaling what happened: each change that no pack tells of is listed as auto scaling's under its policy, as somebody's outside, or as a call by Slipway's own roles, and each pack of a change that CloudTrail knows no call for. CloudTrail's event history keeps 90 days and may be asked twice a second, so it takes half a minute or more; auto scaling tells of six weeks, and summaries of what it did before. What could not be asked is said.",
      "--report writes all of it as one file of HTML: each change with what it rests on, what is missing, what happened without a pack, and what the page does not show. It asks for nothing and runs nothing, so that it can be handed on.",
      "Exits with 0 where nothing is missing and nothing of Slipway's happened without a pack, and with 1 else, or where something could not be looked at. Other people's changes are told, and are no failure.",
    ],
    examples: [
      "slipway audit --endpoint chat-assistant --from 2026-07-01 --to 2026-09-30 --stage prod",
      "slipway audit --endpoint chat-assistant --reconcile --json --stage prod",
      "slipway audit --endpoint chat-assistant --reconcile --report audit.html --stage prod",
      "slipway audit --endpoint pool/chat-assistant/training --stage prod",
    ],
    positionals: [],
    options: {
      endpoint: { value: "NAME", help: "whose changes; a pool by pool/MODEL/MILESTONE" },
      from: { value: "TIME", help: "a day or a moment (default: 90 days ago)" },
      to: { value: "TIME", help: "the same, included (default: now)" },
      report: {
        value: "FILE",
        help: "write the audit as one page of HTML, for people to read",
      },
      reconcile: { help: "also ask CloudTrail and auto scaling what happened" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./audit.ts")).audit(line, terminal),
  },
  {
    name: "evidence verify",
    summary:
      "whether the evidence of an endpoint's changes is whole, and which numbers are not as they were signed",
    text: [
      "Looks at each object of a chain by itself, signed by the key, with its pack, for the number that it lies under, and at each signed head. Names exactly which numbers were changed, signed by another key, swapped, doubled, are missing (both ends of a gap) or cut off at the end; and so the days of which it is told what auto scaling did. Touches nothing.",
      "Of a FILE (its name has a dot; - is standard input) the key has to be given: keep it, and heads, outside of the account. Of an ENDPOINT, or another subject such as pool/MODEL/MILESTONE, the key is KMS's where none is given, and the table's head counts too. A chain that was cut back to an older head cannot be told from one that was never longer: --at-least says what you know of how far it had come.",
      "Exits with 0 where all is as it was signed, and with 1 where it is not.",
    ],
    examples: [
      "slipway evidence verify chat-assistant --key evidence.pem --stage prod",
      "slipway evidence verify chat-assistant.jsonl --key evidence.pem --at-least 412",
    ],
    positionals: ["FILE|ENDPOINT"],
    demanding: true,
    options: {
      key: { value: "PEM", help: "the public key that signs, in a file" },
      "at-least": { value: "N", help: "the number up to which you know the chain to have come" },
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./evidence.ts")).evidenceVerify(line, terminal),
  },
  {
    name: "evidence export",
    summary: "all evidence of an endpoint's changes, to keep or to verify elsewhere",
    text: [
      "Writes each object of the chain, each head and each day of auto scaling, one a line as JSON with its key and its text as they are stored. Touches nothing.",
    ],
    examples: ["slipway evidence export chat-assistant --output chat-assistant.jsonl --stage prod"],
    positionals: ["ENDPOINT"],
    demanding: true,
    options: {
      output: { value: "FILE", help: "where to (default: standard output)" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./evidence-account.ts")).evidenceExport(line, terminal),
  },
  {
    name: "evidence oscal",
    summary: "the evidence of an endpoint's changes as OSCAL assessment results",
    text: [
      "Writes NIST's OSCAL assessment results (model 1.0.6): an observation for each change, and a finding for each gate that a release's plan asked for, with what it supports and what it does not show. It never says that anything is complied with. The same chain gives the same text. Touches nothing.",
      "What does not verify is not exported: it is named as by evidence verify, which also says what FILE, ENDPOINT and --key are.",
    ],
    examples: ["slipway evidence oscal chat-assistant --output oscal.json --stage prod"],
    positionals: ["FILE|ENDPOINT"],
    demanding: true,
    options: {
      key: { value: "PEM", help: "the public key that signs, in a file" },
      output: { value: "FILE", help: "where to (default: standard output)" },
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./evidence-oscal.ts")).evidenceOscal(line, terminal),
  },
  {
    name: "evidence key",
    summary: "the public key that evidence is signed by",
    text: [
      "Prints it in PEM, and on standard error its digest, by which signatures name it. Touches nothing.",
    ],
    examples: ["slipway evidence key --stage prod > evidence.pem"],
    positionals: [],
    options: bindingOptions,
    run: async (line, terminal) => (await import("./evidence-account.ts")).evidenceKey(line, terminal),
  },
  {
    name: "evidence people",
    summary: "whom evidence knows by which pseudonym",
    text: [
      "Evidence names nobody: who has ordered or answered something is a pseudonym in it, and this directory says whose. Touches nothing.",
    ],
    examples: ["slipway evidence people --stage prod"],
    positionals: [],
    options: bindingOptions,
    run: async (line, terminal) => (await import("./evidence-people.ts")).evidencePeople(line, terminal),
  },
  {
    name: "evidence erase",
    summary: "takes a person out of the directory by which evidence knows them",
    text: [
      "What was signed stays as it was, verifies as before, and names them no more: slipway audit says when they were erased. If they order something again, it is under another pseudonym.",
      'Evidence is all that forgets them: records of releases, plans, logs and CloudTrail name them as long as they are kept (docs/OPERATIONS.md, "Evidence").',
    ],
    examples: ["slipway evidence erase arn:aws:iam::123456789012:user/ann --stage prod"],
    positionals: ["ARN"],
    demanding: true,
    options: bindingOptions,
    run: async (line, terminal) => (await import("./evidence-people.ts")).evidenceErase(line, terminal),
  },
];
