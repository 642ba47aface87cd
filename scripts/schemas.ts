/**
 * The JSON Schemas of what people write, out of the definitions that validate it: editors complete plans from them,
 * and whoever starts the machine can check an input beforehand. `npm run schemas` writes them, and the list of a world's
 * keys; a test fails when they are stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { WorldSpec } from "#twin/world";
import { Controls } from "../src/core/gates/controls.ts";
import { CapacityLimits } from "../src/core/plan/capacity-limits.ts";
import { Plan } from "../src/core/plan/plan.ts";
import { AliasEvent } from "../src/core/request/alias-set.ts";
import { ImagePushEvent } from "../src/core/request/image-push.ts";
import {
  CompensateInput,
  KeepInput,
  ManualRun,
  ScaleDownInput,
  ScheduledMilestone,
} from "../src/core/request/inputs.ts";
import { RegistryEvent } from "../src/core/request/registry.ts";
import { WorkEvent } from "../src/core/request/work.ts";
import { tightened } from "./plan-schema.ts";
import { withKeys, withRivals } from "./world-schema.ts";

type Schema = Readonly<Record<string, unknown>>;
interface Source {
  readonly schema: z.ZodType;
  readonly title: string;
  /** What the generator cannot know. */
  readonly more?: (schema: Schema) => Schema;
}

const sources: Readonly<Record<string, Source>> = {
  "plans/plan.schema.json": { schema: Plan, title: "Release plan", more: tightened },
  "plans/world.schema.json": { schema: WorldSpec, title: "World of a rehearsal", more: withRivals },
  "plans/limits.schema.json": { schema: CapacityLimits, title: "Limits of all plans" },
  "plans/controls.schema.json": { schema: Controls, title: "What gates support" },
  "events/registry.schema.json": { schema: RegistryEvent, title: "Model registry event" },
  "events/image-pushed.schema.json": { schema: ImagePushEvent, title: "Image that was pushed" },
  "events/alias-set.schema.json": { schema: AliasEvent, title: "Alias that was set in MLflow" },
  "events/scheduled-milestone.schema.json": { schema: ScheduledMilestone, title: "Scheduled milestone" },
  "events/manual.schema.json": { schema: ManualRun, title: "Run by hand" },
  "events/lease-expiry.schema.json": { schema: ScaleDownInput, title: "End of a lease" },
  "events/keep.schema.json": { schema: KeepInput, title: "Capacity to be seen to" },
  "events/work-ended.schema.json": { schema: WorkEvent, title: "Work that has ended" },
  "events/compensate.schema.json": { schema: CompensateInput, title: "Compensation of a dead execution" },
};

/** The list of a world's keys is written out of its schema too. */
const keysOfWorlds = "docs/WORLDS.md";

/** The text of each schema file, by its path in the project. Draft 7 is what editors' YAML and JSON servers speak. */
export function schemaFiles(): Map<string, string> {
  const files = Object.entries(sources).map(([path, { schema, title, more }]): [string, string] => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-7" });
    return [path, `${JSON.stringify({ $schema, title, ...(more?.(rest) ?? rest) }, null, 2)}\n`];
  });
  const document = readFileSync(new URL(`../${keysOfWorlds}`, import.meta.url), "utf8");
  const world = z.toJSONSchema(WorldSpec, { io: "input", target: "draft-7" });
  return new Map([...files, [keysOfWorlds, withKeys(document, world)]]);
}

if (import.meta.main)
  for (const [path, text] of schemaFiles()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
