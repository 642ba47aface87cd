/** The trace of a closed release: a collector gets it once, and one that does not answer, or refuses, changes nothing. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { AwsError } from "#twin/vocabulary";
import { closeRelease } from "../../functions/close-release.ts";
import { readLock } from "../../src/aws/lock-item.ts";
import { type Post, posting, postNowhere } from "../../src/aws/posting.ts";
import { readRelease } from "../../src/aws/releases.ts";
import type { Closing } from "../../src/core/release/closing.ts";
import type { Document } from "../../src/core/release/document/document.ts";
import type { OtlpTraceRequest } from "../../src/core/release/trace/otlp.ts";
import { plan, planWith } from "../core/example.ts";
import { accountWith, manual, Run, trainingDue } from "./run.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

interface Taken {
  readonly path: string | undefined;
  readonly type: string | undefined;
  readonly body: OtlpTraceRequest;
}

/** A collector on a port of its own; one without a status never answers. */
async function collector(status?: number): Promise<{ readonly url: string; readonly taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => void parts.push(part));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(parts).toString("utf8")) as OtlpTraceRequest;
      taken.push({ path: request.url, type: request.headers["content-type"], body });
      if (status !== undefined) response.writeHead(status, { location: "/elsewhere" }).end("{}");
    });
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, taken };
}

const quick = planWith({ rollout: { stages: [{ trafficPercent: 100, bakeMinutes: 5 }] } });
const sending = (otlp: string, to = plan) => ({ ...to, telemetry: { otlp } });
/** Long enough for a server of one's own, and no test waits for it. */
const patient = posting(30_000);

function close(run: Run, post: Post, more: Partial<Document> = {}): Promise<Closing> {
  const { execution, openedAt: startedAt } = run.doc.release;
  const { tools } = run;
  const input = { execution, startedAt, input: manual, document: { ...run.doc, ...more } };
  return closeRelease(input, { ...tools, aws: { ...tools.aws, post } });
}

const sent = "the trace of a release was sent";
const logged = ({ account }: Run) => account.logged.filter((line) => line.startsWith("the trace"));
const holder = async (run: Run) => (await readLock(run.account.aws, run.doc.release.subject)).holder;
const spansOf = (taken: readonly Taken[]) =>
  taken.flatMap(({ body }) =>
    body.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((s) => s.spans)),
  );

test("a promoted release's trace has its phases and stages, and is sent once the lock is free", async () => {
  const { url, taken } = await collector(200);
  const run = await Run.shifted({ plan: sending(url, quick) });
  await run.promote();
  run.account.wait(5);
  await run.scaleDown();
  const holders: unknown[] = [];

  const closing = await close(run, async (...told) => {
    holders.push(await holder(run));
    return patient(...told);
  });

  expect(closing.outcome).toBe("promoted");
  expect(holders).toEqual([undefined]);
  expect(taken.map(({ path, type }) => [path, type])).toEqual([["/v1/traces", "application/json"]]);
  const spans = spansOf(taken);
  expect(spans.map(({ name }) => name)).toEqual([
    "RUN slipway-dev-release",
    "prepare",
    "roll-out",
    "stage 1",
    "scale-down",
  ]);
  expect(spans.at(-1)?.events.at(-1)?.name).toBe("slipway.closed");
  expect(logged(run)).toEqual([sent]);

  // Closing twice is closing once, and telling once.
  expect(await close(run, patient)).toEqual(closing);
  expect(taken).toHaveLength(1);
});

test.each([
  ["refuses it", 503, "the trace of a release was not taken"],
  ["sends it elsewhere", 307, "the trace of a release was not taken"],
])("a collector that %s is logged, and the release has closed", async (_, status, line) => {
  const { url, taken } = await collector(status);
  const run = await Run.begin({ plan: sending(url), spec: { quotaInstances: 12 } });
  await run.plan();

  expect(await close(run, patient)).toMatchObject({ outcome: "refused" });
  expect(await readRelease(run.account.aws, run.doc.release.id)).toMatchObject({ status: "closed" });
  expect(await holder(run)).toBeUndefined();
  // It is tried once.
  expect(taken).toHaveLength(1);
  expect(logged(run)).toEqual([line]);
});

test("a collector that never answers is not waited for beyond its time", async () => {
  const { url } = await collector();
  const run = await Run.begin({ plan: sending(url), spec: { quotaInstances: 12 } });
  await run.plan();

  const errors: unknown[] = [];
  const impatient = posting(200);
  const closing = await close(run, (...told) =>
    impatient(...told).catch((error: unknown) => {
      errors.push(error);
      throw error;
    }),
  );

  expect(closing.outcome).toBe("refused");
  expect(errors).toMatchObject([{ name: "TimeoutError" }]);
  expect(await holder(run)).toBeUndefined();
  expect(logged(run)).toEqual(["the trace of a release could not be sent"]);
});

test("nobody at the port, and a journal that may not be read, are logged as well", async () => {
  const { url, taken } = await collector(200);
  const gone = servers.pop();
  await new Promise<void>((closed) => gone?.close(() => closed()));
  const run = await Run.begin({ plan: sending(url), spec: { quotaInstances: 12 } });
  await run.plan();

  expect(await close(run, patient)).toMatchObject({ outcome: "refused" });
  expect(logged(run)).toEqual(["the trace of a release could not be sent"]);

  const other = await Run.begin({ plan: sending(url), spec: { quotaInstances: 12 } });
  await other.plan();
  other.account.fail("Query", new AwsError("AccessDeniedException", "no", { statusCode: 400 }));

  expect(await close(other, patient)).toMatchObject({ outcome: "refused" });
  expect(logged(other)).toEqual(["the trace of a release could not be sent"]);
  expect(taken).toEqual([]);
});

test("a plan that names none has nothing read and nothing sent; in a rehearsal nothing leaves the process", async () => {
  const run = await Run.begin({ spec: { quotaInstances: 12 } });
  await run.plan();
  const before = run.account.calls.length;

  await close(run, () => Promise.reject(new Error("expected nobody to be told")));

  const queries = run.account.calls.slice(before).filter(({ operation }) => operation === "Query");
  expect(
    queries.map(({ input }) => JSON.stringify(input)).filter((text) => text.includes("journal#")),
  ).toEqual([]);
  expect(logged(run)).toEqual([]);
  expect(run.account.aws.post).toBe(postNowhere);
});

test("a release that could not put everything back is not over, and not told", async () => {
  const { url, taken } = await collector(200);
  const run = await Run.shifted({ plan: sending(url, quick) });
  run.account.fail("UpdateEndpoint", new AwsError("AccessDeniedException", "no", { statusCode: 400 }), 99);
  const failure = { Error: "AwsRefused", Cause: "no" };

  expect(await close(run, patient, { failure })).toMatchObject({
    outcome: "failed",
    remainder: expect.anything(),
  });
  expect(taken).toEqual([]);
});

test("a pool that is there is held, and not told yet", async () => {
  const { url, taken } = await collector(200);
  const account = await accountWith({ plan: sending(url) });
  const run = await Run.begin({ account, event: trainingDue });
  await run.plan();
  await run.prewarmTraining();
  run.account.wait(10);
  await run.capacity();

  expect(await close(run, patient)).toMatchObject({ outcome: "done" });
  expect(taken).toEqual([]);
});

test("an opening that failed with its release claimed is told as well", async () => {
  const { url, taken } = await collector(200);
  const run = await Run.begin({ plan: sending(url) });
  const { execution, openedAt: startedAt } = run.doc.release;
  const { tools } = run;
  const document = { failure: { Error: "BadState", Cause: "no" } };

  const closing = await closeRelease(
    { execution, startedAt, input: manual, document },
    { ...tools, aws: { ...tools.aws, post: patient } },
  );

  expect(closing.outcome).toBe("refused");
  expect(spansOf(taken).map(({ name }) => name)[0]).toBe("RUN slipway-dev-release");
});
