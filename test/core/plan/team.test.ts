/** The two sides of a plan's team: whose names are owners, where they are reached, and what may be asked of them. */
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { parsePlan } from "../../../src/core/plan/file.ts";
import { sideOfPerson, sidesOf, sidesText } from "../../../src/core/plan/team.ts";
import { plan, planWith } from "../example.ts";

const team = {
  model: { owners: ["ann@example.com", "Bob"], contact: "#chat-models" },
  capacity: { owners: ["cleo"], contact: "ml-capacity@example.com" },
};
const ask = { action: "ask" as const, waitMinutes: 30 };

function saidOf(more: object, onInconclusive: object = ask): string[] {
  const written = { ...planWith({ rollout: { onInconclusive: onInconclusive as typeof ask } }), ...more };
  const parsed = parsePlan(stringify(written), "plan.yml");
  if (parsed.ok) return [];
  return parsed.mistakes.map(
    ({ where, expected, found, hint }) =>
      `${where}: expected ${expected}, found ${found}${hint === undefined ? "" : ` (${hint})`}`,
  );
}

test.each<[object, object]>([
  [{ team }, ask],
  [{ team }, { ...ask, sides: ["model", "capacity"] }],
  [{ team }, { ...ask, sides: ["capacity"] }],
  [{ team }, { ...ask, sides: ["capacity", "model"], people: 3 }],
])("%j with %j is a plan", (more, policy) => {
  expect(saidOf(more, policy)).toEqual([]);
});

describe("a plan is told of", () => {
  const withOwner = (owner: string) => ({
    team: { ...team, capacity: { ...team.capacity, owners: [owner] } },
  });
  test.each<[string, object, object, RegExp]>([
    [
      "an ARN in place of a name, with the name",
      withOwner("arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Ops_0/cleo@example.com"),
      ask,
      /team\.capacity\.owners\[0\]: expected the name of an IAM user .*\("cleo@example\.com"\)$/,
    ],
    ["a name that AWS has none of", withOwner("cleo smith"), ask, /owners\[0\].*found "cleo smith"$/],
    [
      "somebody twice",
      { team: { ...team, model: { ...team.model, owners: ["ann", "Ann"] } } },
      ask,
      /team\.model\.owners\[1\]: expected each owner once, .*found "Ann"$/,
    ],
    [
      "somebody on both sides",
      withOwner("bob"),
      ask,
      /team\.capacity\.owners\[0\]: expected nobody of the side of the model.*found "bob"$/,
    ],
    [
      "a contact that is no address and no channel",
      { team: { ...team, model: { ...team.model, contact: "ask ann" } } },
      ask,
      /team\.model\.contact: expected a mail address, or a channel such as #chat-models, found "ask ann"$/,
    ],
    ["a side without owners", { team: { model: team.model } }, ask, /team\.capacity/],
    [
      "sides of no team",
      {},
      { ...ask, sides: ["model"] },
      /rollout\.onInconclusive\.sides: expected none, or a team that says who owns them, found model$/,
    ],
    [
      "a side twice",
      { team },
      { ...ask, sides: ["model", "model"] },
      /onInconclusive\.sides\[1\]: expected each side once, found "model"$/,
    ],
    [
      "more people than own the sides",
      { team },
      { ...ask, sides: ["capacity"], people: 2 },
      /onInconclusive\.people: expected at most 1, as many as own capacity, found 2$/,
    ],
  ])("%s, once", (_, more, policy, message) => {
    expect(saidOf(more, policy)).toEqual([expect.stringMatching(message)]);
  });
});

test("owners are persons as AWS knows them: in lower case", () => {
  const sides = sidesOf(team, ["capacity", "model"]);
  expect(sides.map(({ side }) => side)).toEqual(["model", "capacity"]);
  expect(sideOfPerson(sides, "bob")).toBe("model");
  expect(sideOfPerson(sides, "cleo")).toBe("capacity");
  expect(sideOfPerson(sides, "dave")).toBeUndefined();
  expect(sidesText(sides)).toBe(
    "model (ann@example.com or bob; #chat-models) and capacity (cleo; ml-capacity@example.com)",
  );
  expect(sidesOf(plan.team, ["model"])).toEqual([{ side: "model", owners: [], contact: "" }]);
});
