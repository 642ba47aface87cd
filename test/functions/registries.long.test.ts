/**
 * Whatever the registries say, in whatever order, mangled and late and again: what opens is a version that is approved at that
 * moment, by the registry that its plan waits for.
 */
import { readFileSync } from "node:fs";
import { UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openRelease } from "../../functions/open-release.ts";
import { SlipwayError } from "../../src/core/errors.ts";
import { Plan } from "../../src/core/plan/plan.ts";
import type { Opening } from "../../src/core/release/opening.ts";
import { uriProperty } from "../../src/core/request/alias-set.ts";
import type { Account } from "../aws/account.ts";
import { plan } from "../core/example.ts";
import { runsOf } from "../part.ts";
import { holds } from "../property.ts";
import { accountWith } from "./run.ts";

type Json = Record<string, unknown> & { detail: Record<string, unknown> };
const read = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../events/${name}.json`, import.meta.url), "utf8")) as Json;
const approved = read("registry-approved");
const pushed = read("image-pushed");
const alias = read("alias-set");

const plans = {
  sagemaker: Plan.parse(plan),
  ecr: Plan.parse({ ...plan, registry: { kind: "ecr", repository: "chat-assistant", tag: "release" } }),
  mlflow: Plan.parse({ ...plan, registry: { kind: "mlflow", model: "chat_assistant", alias: "champion" } }),
};
const versions = [7, 8];
const arnOf = (version: number) =>
  `arn:aws:sagemaker:eu-west-1:123456789012:model-package/chat-assistant/${version}`;

/** What is said of a version, by its registry's own payload. */
const sayings = {
  sagemaker: (version: number) => ({
    ...approved,
    detail: { ...approved.detail, ModelPackageArn: arnOf(version), ModelPackageVersion: version },
  }),
  ecr: (version: number) => ({
    ...pushed,
    detail: { ...pushed.detail, "image-digest": `sha256:${String(version).padStart(64, "0")}` },
  }),
  mlflow: (version: number) => ({ ...alias, detail: { ...alias.detail, version: String(version) } }),
};
type Registry = keyof typeof sayings;
const registries = fc.constantFrom<Registry>("sagemaker", "ecr", "mlflow");

/** Version 8 is as 7 is, with images and aliases of their own; none is approved yet. */
async function registered(of: Plan): Promise<Account> {
  const account = await accountWith({ plan: of });
  const packages = account.world.state.modelPackages;
  const seven = packages.get(arnOf(7));
  if (seven === undefined) throw new Error("expected a seventh version");
  for (const version of versions)
    packages.set(arnOf(version), {
      ...seven,
      version,
      approvalStatus: "PendingManualApproval",
      metadata: { [uriProperty]: `models:/chat_assistant/${version}` },
      imageDigest: `sha256:${String(version).padStart(64, "0")}`,
      image: seven.image.replace(/(@sha256:|:).*$/, `@sha256:${String(version).padStart(64, "0")}`),
    });
  return account;
}

const junk = fc.constantFrom<unknown>(
  null,
  "",
  0,
  -7,
  9,
  "9",
  true,
  [],
  {},
  "Approved",
  "x".repeat(300),
  arnOf(9),
);
/** One member of it, or of its detail, is something else, or gone. */
const mangled = fc.option(
  fc.record({ at: fc.nat(), value: junk, isGone: fc.boolean(), isDeep: fc.boolean() }),
);

function mangle(
  event: Json,
  how: { at: number; value: unknown; isGone: boolean; isDeep: boolean } | null,
): unknown {
  if (how === null) return event;
  const part: Record<string, unknown> = how.isDeep ? event.detail : event;
  const keys = Object.keys(part);
  const key = keys[how.at % keys.length] ?? "";
  const { [key]: _, ...others } = part;
  const other = how.isGone ? others : { ...others, [key]: how.value };
  return how.isDeep ? { ...event, detail: other } : other;
}

const status = fc.constantFrom<"Approved" | "Rejected" | "PendingManualApproval">(
  "Approved",
  "Approved",
  "Rejected",
  "PendingManualApproval",
);
const version = fc.constantFrom(...versions);
const says = fc.record({ is: fc.constant("says" as const), registry: registries, version, mangled });
const saysWell = says.map((one) => ({ ...one, mangled: null }));
const isSet = fc.record({ is: fc.constant("is set" as const), version, status });
const carriesOut = fc.record({ is: fc.constant("carries out" as const) });
const step = fc.oneof(says, saysWell, isSet, carriesOut);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Opens what a step asks for, or starts; each opening by the registry that has said so, if it was one. */
async function* openingsOf(account: Account, each: Step, nth: number) {
  if (each.is === "is set") {
    const { version: of, status: ModelApprovalStatus } = each;
    await account.aws.sagemaker.send(
      new UpdateModelPackageCommand({ ModelPackageArn: arnOf(of), ModelApprovalStatus }),
    );
  } else if (each.is === "says") {
    const event = mangle(sayings[each.registry](each.version), each.mangled);
    account.executions.start({ name: `said-${nth}`, input: JSON.stringify(event) });
    yield { by: each.registry, opening: await execute(account, event, `said-${nth}`) };
  } else
    for (const { name, input } of account.executions.list("RUNNING"))
      if (name.startsWith("emit-"))
        yield { by: undefined, opening: await execute(account, JSON.parse(input), name) };
}

/** Undefined of what is no good. */
async function execute(account: Account, input: unknown, name: string): Promise<Opening | undefined> {
  const { stateMachineArn } = account.aws.environment;
  const execution = `${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`;
  const startedAt = new Date(account.now()).toISOString();
  try {
    return await openRelease({ execution, startedAt, input }, account.tools);
  } catch (error) {
    if (error instanceof SlipwayError && error.name === "BadInput") return undefined;
    throw error;
  }
}

/** Which versions the steps open, each as the registry has it at that moment. */
async function played(waitsFor: Registry, steps: readonly Step[]): Promise<(string | undefined)[]> {
  const account = await registered(plans[waitsFor]);
  const statusOf = (one: number) => account.world.state.modelPackages.get(arnOf(one))?.approvalStatus;
  const statuses: (string | undefined)[] = [];
  for (const [nth, each] of steps.entries()) {
    account.wait(1);
    for await (const { by, opening } of openingsOf(account, each, nth)) {
      // Another registry's say may be heard, and starts nothing.
      if (by !== undefined && by !== waitsFor) expect(opening?.route ?? "ignored").toBe("ignored");
      if (opening !== undefined && "release" in opening)
        statuses.push(statusOf(Number(opening.release.version)));
    }
  }
  return statuses;
}

test("no version is opened that is not approved, nor by another registry than its plan's", async () => {
  const opened = { sagemaker: 0, ecr: 0, mlflow: 0 };
  await holds(
    fc.asyncProperty(registries, fc.array(step, { minLength: 6, maxLength: 16 }), async (waitsFor, steps) => {
      const statuses = await played(waitsFor, steps);
      opened[waitsFor] += statuses.length;
      expect(new Set(statuses)).toEqual(new Set(statuses.length === 0 ? [] : ["Approved"]));
    }),
    { numRuns: runsOf(400) },
  );
  // Otherwise nothing would have been looked at.
  expect(Math.min(...Object.values(opened))).toBeGreaterThan(3);
});
