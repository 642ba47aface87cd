/** Brings an account of the twin into the state that capture.ts wrote down, and takes a release on from there. */
import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { vi } from "vitest";
import { stepsOn } from "../../functions/index.ts";
import { rehearsedDeployment } from "../../src/core/deployment.ts";
import type { Plan } from "../../src/core/plan/plan.ts";
import { loadWorld } from "../../src/rehearsal/worlds/load.ts";
import { type Account, openAccount } from "../aws/account.ts";
import type { Captured, Moment } from "./captured.ts";

/** The account as it was at a moment. */
export async function restored(
  { world, seed, plan, startedAt, calls }: Captured,
  moment: Moment,
): Promise<Account> {
  const startMs = Date.parse(startedAt);
  const account = openAccount({ spec: loadWorld(world), plan: plan as unknown as Plan, seed, startMs });
  const until = (at: string) => account.wait(Math.max(0, Date.parse(at) - account.now()) / 60_000);
  for (const { service, operation, input, at } of calls.filter((call) => call.at < moment.at)) {
    until(at);
    if (operation.startsWith("UpdateEndpoint")) account.settle();
    await ask(account, { service, operation, input });
  }
  until(moment.at);
  for (const Item of moment.items)
    await ask(account, { service: "dynamodb", operation: "PutItem", input: { TableName, Item } });
  account.executions.begin(moment.execution);
  return account;
}

const TableName = rehearsedDeployment.table;

/** Changes an item of the table, or takes it away. */
export async function rewrite(
  { aws }: Account,
  Key: { readonly pk: string; readonly sk: string },
  change: (item: Doc) => Doc | undefined,
): Promise<void> {
  const { Item = {} } = await aws.table.send(new GetCommand({ TableName, Key }));
  const changed = change(Item);
  if (changed === undefined) await aws.table.send(new DeleteCommand({ TableName, Key }));
  else await aws.table.send(new PutCommand({ TableName, Item: { ...changed, ...Key } }));
}

interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

async function ask({ services, now }: Account, { service, operation, input }: Asked): Promise<void> {
  const act = services.find(({ name }) => name === service)?.operations[operation];
  if (act === undefined) throw new Error(`expected ${service}.${operation}, found nothing of that name`);
  await act(input, { service, operation, input, at: now() });
}

export type Doc = Record<string, unknown>;

/** Invokes the Lambda of a state as it is deployed, at the account's time. */
export async function invoke(account: Account, state: string, event: unknown): Promise<Doc> {
  const step = stepsOn(account.wire)[state];
  if (step === undefined) throw new Error(`expected a step ${state}`);
  const clock = vi.spyOn(Date, "now").mockImplementation(account.now);
  try {
    return (await step(event, { functionName: "step" } as never)) as Doc;
  } finally {
    clock.mockRestore();
  }
}

/** Asks a step until it is done, as the machine does; its answer becomes a section of the document. */
async function through(
  account: Account,
  doc: Doc,
  [state, section]: readonly [string, string],
): Promise<Doc> {
  let now = doc;
  for (let look = 0; look < 200; look++) {
    const answer = await invoke(account, state, now);
    now = { ...now, [section]: answer };
    if (answer.status === "done") return now;
    account.wait(Number(answer.waitSeconds) / 60);
  }
  throw new Error(`expected ${state} to be done within 200 looks, found ${JSON.stringify(now[section])}`);
}

const wayOut = [
  ["RollBack", "wayBack"],
  ["ScaleDown", "scaleDown"],
] as const;

/** Takes a document from a state of the way out to its closing; returns the closing. */
export async function out(
  account: Account,
  doc: Doc,
  from: "RollBack" | "ScaleDown" | "CloseRelease",
): Promise<Doc> {
  const first = wayOut.findIndex(([state]) => state === from);
  let document = doc;
  for (const step of first < 0 ? [] : wayOut.slice(first)) document = await through(account, document, step);
  const { execution } = document.release as { execution: string };
  const startedAt = new Date(account.now()).toISOString();
  return invoke(account, "CloseRelease", { execution, startedAt, input: {}, document });
}

/** The execution dies, and another is started for what it left; returns the closing. */
export async function compensated(account: Account, moment: Moment, releaseId: string): Promise<Doc> {
  account.executions.end(moment.execution);
  account.wait(2);
  const execution = account.executions.begin("compensate");
  const startedAt = new Date(account.now()).toISOString();
  const input = { compensate: { releaseId, why: "its execution died" } };
  const opened = await invoke(account, "OpenRelease", { execution, startedAt, input });
  if (opened.route !== "compensate")
    throw new Error(`expected to compensate, found ${JSON.stringify(opened)}`);
  return out(account, opened, "RollBack");
}
