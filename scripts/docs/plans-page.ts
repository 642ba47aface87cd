/** What docs/PLANS.md has out of the code: every key, the plans of five kinds of model, and what `slipway plan` says of strategies. */
import { readFileSync } from "node:fs";
import { aboutKind, kindText, modelKinds } from "../../src/cli/init/model-kinds.ts";
import { fenced } from "./parts.ts";
import { keyTable, planKeys } from "./plan-keys.ts";
import { blockOf, printed } from "./printed.ts";
import type { Schema } from "./schema-words.ts";

export async function plansPage(): Promise<Record<string, string>> {
  const schema = readFileSync(new URL("../../plans/plan.schema.json", import.meta.url), "utf8");
  const limits = readFileSync(new URL("../../plans/limits.schema.json", import.meta.url), "utf8");
  const outlook = await printed(["plan", "plans/chat-assistant.yml"]);
  const words = ["rehearse", "--event", "events/scheduled-milestone.json", "--world", "retraining"];
  const [pool = ""] = (await printed(words))
    .split("\n")
    .flatMap((line, nth, all) =>
      line.startsWith("  pool ") ? [all.slice(nth, all.indexOf("", nth)).join("\n")] : [],
    );
  return {
    pool: fenced(pool),
    strategies: fenced(blockOf(outlook, "capacity    joins")),
    kinds: modelKinds().map(exampleOf).join("\n\n"),
    keys: planKeys(JSON.parse(schema) as Schema),
    limits: keyTable(JSON.parse(limits) as Schema),
  };
}

/** Folded, as five plans are longer than all that is said of them. */
function exampleOf(kind: string): string {
  const [, ...lines] = kindText(kind).split("\n");
  return [
    `### ${kind}`,
    `${capitalised(aboutKind(kind))}.`,
    `<details><summary><code>plans/kinds/${kind}.yml</code></summary>`,
    fenced(lines.slice(1).join("\n").trim(), "yaml"),
    "</details>",
  ].join("\n\n");
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
