/** The mutation run's operators: what each changes, and what is drawn. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { areas, filesOf, testsOf } from "../../bench/mutants/areas.ts";
import { flowEditsOf } from "../../bench/mutants/flow.ts";
import { mutated } from "../../bench/mutants/mutant.ts";
import { editsOf, operators, writeOperators } from "../../bench/mutants/operators.ts";
import { roleEditsOf } from "../../bench/mutants/roles.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const made = (text: string, some = operators) => editsOf(text, some).map((edit) => mutated(text, edit));

describe("of TypeScript", () => {
  test.each([
    ["boundary", "const a = (b) > c;", ["const a = (b) >= c;"]],
    ["comparison", "const a = b === c;", ["const a = b !== c;"]],
    ["arithmetic", "const a = (b + c) / 2;", ["const a = (b + c) * 2;", "const a = (b - c) / 2;"]],
    ["operand-dropped", "const a = b - c;", ["const a = (b);"]],
    ["clause-dropped", "const a = b && c;", ["const a = (b);", "const a = (c);"]],
    ["condition-negated", "const a = b ? 1 : 2;", ["const a = !(b) ? 1 : 2;"]],
    ["branch-dropped", "if (a) b();", [";"]],
    ["call-dropped", "await a.b(c);", [";"]],
    ["number-changed", "const a = 5;", ["const a = 0;", "const a = 50;"]],
    ["boolean-flipped", "const a = true;", ["const a = false;"]],
    ["method-swapped", "Math.min(a, b);", ["Math.max(a, b);"]],
    ["filter-dropped", "const a = b.filter(c);", ["const a = b;"]],
    ["property-dropped", "const a = { b: c, d };", ["const a = { ...{}, d };"]],
  ])("%s: %s", (name, text, expected) => {
    const operator = operators[name];
    if (operator === undefined) throw new Error(`there is no operator ${name}`);

    expect(made(text, { [name]: operator })).toEqual(expected);
  });

  test("leave texts, types and what is thrown alone", () => {
    expect(
      made('import { a } from "a";\ntype B = { c: 1 | 2 };\nconst d: 3 = badState("e", f > 1);'),
    ).toEqual([]);
    expect(made('const a = "b" + c;')).toEqual([]);
  });

  test("meet a clause of a write's condition, and drop the write that confirms a lock", () => {
    const update = { text: 'write({ ConditionExpression: "a = :a AND b = :b" });' };

    expect(made(update.text, writeOperators)).toEqual([
      'write({ ConditionExpression: "(a = :a OR attribute_exists(pk) OR attribute_not_exists(pk)) AND b = :b" });',
      'write({ ConditionExpression: "a = :a AND (b = :b OR attribute_exists(pk) OR attribute_not_exists(pk))" });',
    ]);
    expect(made("await ledger.begin(id, { at });", writeOperators)).toEqual([";"]);
  });
});

test("of the flow and the roles give documents that can be read, each other than it was", () => {
  const statement = { Effect: "Allow", Action: ["a:B", "a:C"], Resource: "*" };
  const own = {
    functions: { Step: { statements: [statement] } },
    machine: { statements: [] },
    scheduler: { statements: [] },
  };
  const roles = JSON.stringify({ open: own, "via-service": own });
  const state = { Type: "Task", TimeoutSeconds: 100, Retry: [{ ErrorEquals: ["A", "B"], MaxAttempts: 6 }] };
  const flow = JSON.stringify(
    { StartAt: "One", States: { One: { ...state, Catch: [{ Next: "RollBack" }] } } },
    null,
    2,
  );

  const changed = [
    ...roleEditsOf(roles).map((edit) => [roles, edit] as const),
    ...flowEditsOf(flow).map((edit) => [flow, edit] as const),
  ];

  // A statement and its two actions; a catch gone or led elsewhere, no retry, one attempt, two errors, no time-out.
  expect(changed).toHaveLength(3 + 3 + 1 + 1 + 2 + 1);
  for (const [text, edit] of changed) expect(JSON.parse(mutated(text, edit))).not.toEqual(JSON.parse(text));
});

test("have tests nearest to each file, besides those of its whole area, and others", () => {
  for (const area of areas)
    for (const path of filesOf(area, root)) {
      const { near, far } = testsOf(area, path, root);
      const own = near.filter((one) => area.language === "roles" || !area.nearest?.includes(one));
      expect(own, path).not.toEqual([]);
      expect(near.filter((one) => far.includes(one))).toEqual([]);
    }
});
