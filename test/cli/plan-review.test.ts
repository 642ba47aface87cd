/** `slipway plan review` and `plan confirm`: what each side confirms of the next date, and whose confirmation is taken. */
import { afterEach, expect, test, vi } from "vitest";
import { applyPlan } from "../../src/aws/plans.ts";
import { plan } from "../core/example.ts";
import { weekly } from "./review-scenarios.ts";
import { onlyEnvironment, type ServedAccount, serveAccount, twinEnvironment } from "./served-account.ts";
import { say } from "./spoken.ts";

let account: ServedAccount | undefined;
async function served(inForce = weekly) {
  account = await serveAccount();
  const { aws, url } = account;
  onlyEnvironment(twinEnvironment(url));
  await applyPlan(aws, inForce, new Date().toISOString());
  const as = (name: string) => onlyEnvironment(twinEnvironment(url, `TWIN.${name}`));
  return { aws, as };
}
afterEach(async () => {
  vi.unstubAllEnvs();
  await account?.close();
  account = undefined;
});

const words = ({ out, err }: { out: string; err: string }) => (out + err).replaceAll(/\s+/g, " ");

test("it shows what each side answers for, until when, and who has confirmed it", async () => {
  const { as } = await served();
  const before = words(await say("plan", "review", "chat-assistant"));
  expect(before).toMatch(
    /chat-assistant, production of \S+T08:00:00.000Z to be confirmed until \S+T08:00:00.000Z; where a side has not as it starts, it waits until \S+T12:00:00.000Z and is then refused/,
  );
  expect(before).toMatch(
    /model \(ann or twin; #chat-models\): not confirmed yet version: the newest that is approved .* requirements: p99 of [\d,]+ ms/,
  );
  expect(before).toMatch(
    /capacity \(cleo; ops@example.com\): not confirmed yet sizes and quota, .*: \d+ × ml\.g5\.\S+ \(endpoint usage\).* budget: about \$[\d.]+ of \$/,
  );

  as("ann");
  expect(words(await say("plan", "confirm", "chat-assistant", "--milestone", "production"))).toMatch(
    /confirmed for model by ann; not confirmed by capacity \(cleo; ops@example.com\)/,
  );
  expect(words(await say("plan", "confirm", "chat-assistant"))).toContain(
    "confirmed for model by ann already",
  );
  as("cleo");
  expect(words(await say("plan", "confirm", "chat-assistant"))).toContain(
    "confirmed for capacity by cleo; both sides have confirmed it",
  );
  expect(words(await say("plan", "review", "chat-assistant"))).toMatch(
    /\): confirmed by ann at .*\): confirmed by cleo at /,
  );
});

test("a plan that has changed since is to be confirmed anew, and the page says so", async () => {
  const { aws, as } = await served();
  as("ann");
  await say("plan", "confirm", "chat-assistant");
  await applyPlan(aws, { ...weekly, alarms: ["queue-depth"] }, new Date().toISOString());

  expect(words(await say("plan", "review", "chat-assistant"))).toMatch(
    /to be confirmed anew: plan or limits have changed since ann did at /,
  );
});

test.each([
  ["dave", /expected an owner of model \(ann or twin; #chat-models\) and capacity .*, found dave/],
  ["deploy.cleo", /expected somebody whom AWS knows by name/],
])("%s confirms nothing", async (name, why) => {
  const { as } = await served();
  as(name);
  const told = await say("plan", "confirm", "chat-assistant");

  expect(told.code).toBe(64);
  expect(words(told)).toMatch(why);
});

test("without a review there is nothing to confirm, and of a model without a plan it is said", async () => {
  await served(plan);
  expect((await say("plan", "review", "chat-assistant")).out).toBe(
    "no milestone of chat-assistant that has a review has a date to come\n",
  );
  const told = await say("plan", "confirm", "chat-assistant");
  expect([told.code, words(told)]).toEqual([64, expect.stringContaining("found none")]);
  expect((await say("plan", "review", "other")).err).toContain('found "other"');
  expect((await say("plan", "review", "chat-assistant", "--milestone", "lunch")).code).toBe(64);
});
