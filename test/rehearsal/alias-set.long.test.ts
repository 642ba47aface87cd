/** A whole release that begins with a webhook of MLflow's: told ten times, one release comes of it, which promotes. */
import { expect, test } from "vitest";
import { permissionRuns, play, troubleOf } from "../../bench/permissions/runs.ts";

test("is promoted, once, by the rights of the functions alone", async () => {
  const run = permissionRuns.find(({ webhook }) => webhook !== undefined);
  if (run === undefined) throw new Error("expected a run that a webhook starts");

  const record = await play(run);

  expect([...troubleOf(record), ...record.denied]).toEqual([]);
  const begun = (purpose: string) => record.executions.filter(({ name }) => name.startsWith(`${purpose}-`));
  expect(begun("webhook")).toHaveLength(1);
  expect(begun("emit")).toMatchObject([{ status: "SUCCEEDED" }]);
  expect(Object.keys(record.after.endpoints["chat-assistant"]?.variants ?? {})).toEqual(["v7"]);
});
