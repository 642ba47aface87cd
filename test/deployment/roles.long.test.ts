/** The template is packaged for it, which takes half a minute. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { extractRoles, rolesFile } from "../../scripts/extracted-roles.ts";

test("roles.json is, byte for byte, what the packaged template says; `npm run roles` writes it", async () => {
  expect(await extractRoles()).toBe(await readFile(rolesFile, "utf8"));
}, 600_000);
