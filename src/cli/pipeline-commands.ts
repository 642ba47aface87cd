/** The commands that are for pipelines: what each takes, and what its help says. */
import type { Command } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { json, markdownFile } from "./options.ts";

export const pipelineCommands: readonly Command[] = [
  {
    name: "emit",
    summary: "release a version from a pipeline: started once, waited for",
    text: [
      "Starts the release of a version of the plan's model, by the plan in force. Whoever is killed, or has no answer, asks once more: where the release is under way the command attaches to it, whoever started it; once it is over it repeats its outcome with the same exit code, and prints the command for one more attempt. It never starts a second one by itself.",
      "With --again it starts one more attempt, once for each key: by default the run of GitHub, GitLab, CodeBuild or Jenkins in which it is called, so that a run that is run again attaches too. What that run's variables say of who asks and of which commit is kept with the release and shown as claimed, beside the role whose credentials are used.",
      "With --wait it looks until the release is over, with a line of progress to standard error at each look. Exit codes are those of the outcome; 5 where it is still under way at the deadline, and 6 as soon as a stage asks a person: the command that answers is printed. SIGINT and SIGTERM leave the release to itself unless --on-cancel says stop.",
    ],
    examples: [
      "slipway emit plans/chat-assistant.yml --version 7 --stage prod",
      "slipway emit plans/chat-assistant.yml --version 7 --wait --timeout 6h --json",
      "slipway emit plans/chat-assistant.yml --version 7 --again --attempt after-the-fix --wait",
    ],
    positionals: ["PLAN"],
    demanding: true,
    options: {
      version: { value: "N", help: "the version in the model registry" },
      milestone: {
        value: "MILESTONE",
        help: "production, or staging where that is a release (default: production)",
        choices: () => ["production", "staging"],
      },
      wait: { help: "look until it is over" },
      timeout: { value: "TIME", help: "how long to wait, such as 90m or 4h (default: 4h)" },
      every: { value: "SECONDS", help: "how often to look (default: 30)" },
      "on-cancel": {
        value: "leave|stop",
        help: "what becomes of the release on SIGINT or SIGTERM while it is waited for (default: leave)",
        choices: () => ["leave", "stop"],
      },
      again: { help: "one more attempt at a release that is over" },
      attempt: { value: "KEY", help: "which attempt this is (default: the CI run in which it is called)" },
      "fail-on-ignored": { help: "exit with 4 where the request is ignored" },
      reason: { value: "TEXT", help: "why: kept with the release" },
      markdown: markdownFile,
      json,
      ...bindingOptions,
    },
    run: async (line, terminal) => (await import("./emit.ts")).emit(line, terminal),
  },
];
