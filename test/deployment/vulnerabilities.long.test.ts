/** What is made of what a registry knows: by `npm audit` itself, against one on a port. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const script = fileURLToPath(new URL("../../scripts/vulnerabilities.ts", import.meta.url));
const versions = (
  JSON.parse(readFileSync("package-lock.json", "utf8")) as {
    packages: Record<string, { version: string } | undefined>;
  }
).packages;

/** An advisory against the installed version, as the bulk endpoint answers it. */
function against(name: string, severity: string) {
  const version = versions[`node_modules/${name}`]?.version;
  const url = `https://github.com/advisories/of-${name}`;
  return { [name]: [{ id: 1, url, title: "bad", severity, vulnerable_versions: `=${version}` }] };
}

/** Runs it against a registry that knows of these, or answers with a status. */
async function said(known: object | number): Promise<{ code: number; text: string }> {
  const server = createServer((request, response) => {
    const isBulk = request.url?.endsWith("/advisories/bulk") === true;
    response.writeHead(isBulk && typeof known === "object" ? 200 : typeof known === "number" ? known : 404);
    response.end(isBulk && typeof known === "object" ? JSON.stringify(known) : "{}");
    request.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cache = mkdtempSync(join(tmpdir(), "registry-"));
  const env = {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    npm_config_fetch_retries: "0",
    npm_config_cache: cache,
  };
  const child = spawn(process.execPath, [script], { env, stdio: ["ignore", "pipe", "pipe"] });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  const [code] = (await once(child, "close")) as [number];
  server.close();
  rmSync(cache, { recursive: true });
  return { code, text };
}

test("nothing is known", async () => {
  expect(await said({})).toEqual({ code: 0, text: "0 known in what ships, 0 in what builds or tests\n" });
});

test("a grave one in what ships is a failure: bundled, or installed beside the command", async () => {
  const { code, text } = await said({ ...against("zod", "high"), ...against("dynalite", "critical") });

  expect(text).toContain("ships: zod: high: bad, https://github.com/advisories/of-zod\n");
  expect(text).toContain("ships: dynalite: critical: bad");
  expect(code).toBe(1);
});

test("what is not grave, or only builds or tests, is told", async () => {
  const { code, text } = await said({ ...against("zod", "moderate"), ...against("fast-check", "critical") });

  expect(text).toContain("ships: zod: moderate: bad");
  expect(text).toContain("builds or tests: fast-check: critical: bad");
  expect(code).toBe(0);
});

test("a registry that does not say is named, and is no failure", async () => {
  const { code, text } = await said(405);

  expect(text).toMatch(/^skipped: the registry does not say what is known: 405 /);
  expect(code).toBe(0);
});
