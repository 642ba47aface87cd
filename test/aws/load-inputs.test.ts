/** What a test under load reads of S3 before it sends: how its requests come, and what is said of what cannot be had. */
import { expect, test } from "vitest";
import { loadInputs } from "../../src/aws/load-inputs.ts";
import { arrivals as arrivalsOf, byChance, chanceOf } from "../../src/core/load/arrivals.ts";
import { type Account, openAccount } from "./account.ts";

const payloads = { schema: { type: "boolean" as const } };
const arrivals = { trace: "s3://chat-payloads/when.csv" };

function holding(text: string): Account {
  const account = openAccount();
  account.world.state.objects.set("chat-payloads/when.csv", text);
  return account;
}

test("requests come by chance where a plan says nothing else", async () => {
  expect(await loadInputs(openAccount().aws, { payloads })).toMatchObject({ arriving: byChance });
});

test("they come as the trace has them that a plan names", async () => {
  const times = Array.from({ length: 400 }, (_, nth) => `${10 * Math.floor(nth / 4)}`);
  const inputs = await loadInputs(holding(times.join("\n")).aws, { payloads, arrivals });
  if ("lacks" in inputs) throw new Error(inputs.lacks);

  const flow = { rateAt: () => 40, most: 40, seconds: 10 };
  const moments = [...arrivalsOf(flow, chanceOf("fours"), inputs.arriving)];

  expect(Math.abs(moments.length - 400)).toBeLessThanOrEqual(4);
  expect(new Set(moments).size).toBeLessThanOrEqual(101);
});

test.each([
  [
    "0\n1\n",
    /^loadTest\.arrivals: s3:\/\/chat-payloads\/when\.csv, expected 100 requests at least, found 2$/,
  ],
  [
    "x".repeat(5_000_001),
    /^loadTest\.arrivals: s3:\/\/chat-payloads\/when\.csv has more than 5000000 bytes$/,
  ],
])("a trace that is none is told by the plan's key (%#)", async (text, said) => {
  expect(await loadInputs(holding(text).aws, { payloads, arrivals })).toMatchObject({
    lacks: expect.stringMatching(said),
  });
});

test("one that is not there likewise", async () => {
  expect(await loadInputs(openAccount().aws, { payloads, arrivals })).toMatchObject({
    lacks: expect.stringMatching(/^loadTest\.arrivals: s3:\/\/chat-payloads\/when\.csv cannot be read/),
  });
});
