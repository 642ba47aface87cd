/** The directory of people: one that is erased leaves when that was and nothing else, whoever dies, comes twice or orders something meanwhile. */
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { auditOf } from "../../src/aws/auditing.ts";
import { evidenceStore } from "../../src/aws/evidence-store.ts";
import { erasedPeople, erasePerson, peopleOf, pseudonymOf } from "../../src/aws/people.ts";
import { keepEvidence } from "../cli/kept-evidence.ts";
import { beforeCall } from "../functions/watched.ts";
import { holds } from "../property.ts";
import { type Account, openAccount } from "./account.ts";
import { subject } from "./releases.ts";
import { interleaved, type Worker } from "./turn-by-turn.ts";

const ann = "arn:aws:iam::123456789012:user/ann";
const [monday, tuesday] = ["2026-01-05T08:00:00.000Z", "2026-01-06T09:00:00.000Z"];
const ordersOf = ({ aws }: Account) => pseudonymOf(aws, ann, monday);
const itemsIn = async ({ aws }: Account) =>
  (await aws.table.send(new ScanCommand({ TableName: aws.environment.table }))).Items ?? [];

test("who is erased leaves when that was, under the pseudonym, and no name", async () => {
  const account = openAccount();
  const pseudonym = await ordersOf(account);

  expect(await erasePerson(account.aws, ann, tuesday)).toBe(true);
  expect(await itemsIn(account)).toContainEqual({ pk: "person-erased", sk: pseudonym, at: tuesday });
  expect(JSON.stringify(await itemsIn(account))).not.toContain("user/ann");
  expect(await erasePerson(account.aws, ann, "2026-01-07T09:00:00.000Z")).toBe(false);
  expect([...(await erasedPeople(account.aws))]).toEqual([[pseudonym, tuesday]]);
});

test("whoever orders something afterwards is another, whose erasing is another", async () => {
  const account = openAccount();
  const first = await ordersOf(account);
  await erasePerson(account.aws, ann, monday);
  const second = await ordersOf(account);
  expect([...(await peopleOf(account.aws))]).toEqual([[second, ann]]);
  await erasePerson(account.aws, ann, tuesday);

  expect(await erasedPeople(account.aws)).toEqual(
    new Map([
      [first, monday],
      [second, tuesday],
    ]),
  );
  expect((await peopleOf(account.aws)).size).toBe(0);
});

test("a death before the name is deleted leaves it there, for the next try to delete", async () => {
  const account = openAccount();
  const pseudonym = await ordersOf(account);
  beforeCall(account.aws.table, "Delete", () => {
    throw new AwsError("AccessDeniedException", "not authorized", { statusCode: 400 });
  });
  await expect(erasePerson(account.aws, ann, monday)).rejects.toThrow("not authorized");
  vi.restoreAllMocks();
  expect([...(await peopleOf(account.aws))]).toEqual([[pseudonym, ann]]);

  expect(await erasePerson(account.aws, ann, tuesday)).toBe(true);
  expect((await peopleOf(account.aws)).size).toBe(0);
  expect([...(await erasedPeople(account.aws))]).toEqual([[pseudonym, tuesday]]);
});

test("of two that erase at a time both do, and of one pseudonym there is one moment", async () => {
  const account = openAccount();
  const pseudonym = await ordersOf(account);
  beforeCall(account.aws.table, "Delete", (nth) =>
    nth === 1 ? erasePerson(account.aws, ann, tuesday) : undefined,
  );

  expect(await erasePerson(account.aws, ann, monday)).toBe(true);
  expect([...(await erasedPeople(account.aws))]).toEqual([[pseudonym, tuesday]]);
  expect((await peopleOf(account.aws)).size).toBe(0);
});

test("who was erased and has ordered something while an erasing is under way is erased under that, too", async () => {
  const account = openAccount();
  const first = await ordersOf(account);
  let second = "";
  beforeCall(account.aws.table, "Delete", async (nth) => {
    if (nth !== 1) return;
    await erasePerson(account.aws, ann, monday);
    second = await ordersOf(account);
  });

  expect(await erasePerson(account.aws, ann, tuesday)).toBe(true);
  expect((await peopleOf(account.aws)).size).toBe(0);
  expect([...(await erasedPeople(account.aws)).keys()].toSorted()).toEqual([first, second].toSorted());
});

test("an order whose person is written and erased by others meanwhile has a pseudonym that the directory knows", async () => {
  const account = openAccount();
  // It looks and writes; the other order has looked and written by then; it looks again, and they are erased.
  beforeCall(account.aws.table, ["Get", "Put"], async (nth) => {
    if (nth === 2) await ordersOf(account);
    if (nth === 5) await erasePerson(account.aws, ann, tuesday);
  });
  const pseudonym = await ordersOf(account);

  expect((await peopleOf(account.aws)).get(pseudonym)).toBe(ann);
  expect((await erasedPeople(account.aws)).size).toBe(1);
});

test("who is erased while an audit looks is told by name or as erased, and never as somebody unknown", async () => {
  const account = openAccount();
  const by = await ordersOf(account);
  await keepEvidence(account, 2, {
    order: { kind: "stop", at: monday, by },
    grounds: {
      answers: [
        { stage: 1, answer: "proceed", at: monday, seen: "ab".repeat(32), by: "person-never-written" },
      ],
    },
  });
  const store = evidenceStore(account.aws);
  if (store === undefined) throw new Error("expected a store");
  const audited = () =>
    auditOf(account.aws, store, { subject, span: { from: "2026-01-01", to: "2026-02-01" } });
  const queries = vi.fn();
  // Lines, their neighbours, and then the directory's two partitions.
  beforeCall(account.aws.table, "Query", (nth) => {
    queries();
    return nth === 5 ? erasePerson(account.aws, ann, tuesday) : undefined;
  });

  expect(await audited()).toMatchObject({ people: { [by]: ann }, erased: {} });
  expect(queries).toHaveBeenCalledTimes(5);
  expect(await audited()).toMatchObject({ people: {}, erased: { [by]: tuesday } });
});

test("whoever orders, erases and dies in whatever order: no pseudonym that was given out is one of which nothing is written", async () => {
  const someone = fc.record({
    does: fc.constantFrom("order", "erase"),
    diesAfter: fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined }),
  });
  const some = fc.array(someone, { minLength: 2, maxLength: 4 });
  const order = fc.array(fc.nat(3), { minLength: 1, maxLength: 24 });
  await holds(
    fc.asyncProperty(some, order, async (all, turns) => {
      const account = openAccount();
      const given: string[] = [];
      const workers = all.map(
        ({ does, diesAfter }, nth): Worker => ({
          name: `${does}-${nth}`,
          diesAfter,
          ended: () => {},
          work: async ({ aws }) => {
            if (does === "erase") await erasePerson(aws, ann, tuesday);
            else given.push(await pseudonymOf(aws, ann, monday));
          },
        }),
      );
      await interleaved(account, workers, { order: turns, watch: async () => {} });
      const [people, erased] = [await peopleOf(account.aws), await erasedPeople(account.aws)];
      expect(given.filter((one) => !people.has(one) && !erased.has(one))).toEqual([]);

      await erasePerson(account.aws, ann, tuesday);
      expect(JSON.stringify(await itemsIn(account))).not.toContain("user/ann");
      const after = await erasedPeople(account.aws);
      expect([...given, ...people.keys()].filter((one) => !after.has(one))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});
