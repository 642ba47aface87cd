import { once } from "node:events";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateScheduleCommand, GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { afterEach, describe, expect, it } from "vitest";
import {
  ConnectionLost,
  createTwin,
  dynamodb,
  type Intercept,
  latencyHeader,
  pacedClock,
  type ServeOptions,
  scheduler,
  serveTwin,
  type TwinServer,
} from "#twin/services";
import { rehearsedDeployment } from "../../../src/core/deployment.ts";

const startMs = Date.UTC(2026, 0, 5, 9);
const tables = [{ name: rehearsedDeployment.table, partitionKey: "pk", sortKey: "sk" }];
const key = { pk: { S: "a" }, sk: { S: "b" } };
const running: TwinServer[] = [];

async function serve(options: Partial<ServeOptions> & { intercept?: Intercept } = {}) {
  const { intercept, ...serveOptions } = options;
  const services = [dynamodb({ startMs, tables }), scheduler()];
  const twin = createTwin(services, () => startMs, intercept ? { intercept } : {});
  const server = await serveTwin(twin, { port: 0, ...serveOptions });
  running.push(server);
  const config = {
    endpoint: server.url,
    region: "us-east-2",
    maxAttempts: 1,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  };
  return { server, config, table: new DynamoDBClient(config) };
}

describe("the twin on a port", () => {
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  it("answers an SDK client over HTTP, whatever its signature and region", async () => {
    const { table } = await serve();
    await table.send(
      new PutItemCommand({ TableName: rehearsedDeployment.table, Item: { ...key, text: { S: "ä ✓" } } }),
    );

    const { Item } = await table.send(new GetItemCommand({ TableName: rehearsedDeployment.table, Key: key }));

    expect(Item?.text).toEqual({ S: "ä ✓" });
  });

  it("reads REST paths and queries as they are in a URL", async () => {
    const { config } = await serve();
    const schedules = new SchedulerClient(config);
    await schedules.send(
      new CreateScheduleCommand({
        Name: "lease-1",
        ScheduleExpression: "rate(1 day)",
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
          RoleArn: "arn:aws:iam::123456789012:role/r",
        },
      }),
    );

    const read = await schedules.send(new GetScheduleCommand({ Name: "lease-1", GroupName: "default" }));

    expect(read.ScheduleExpression).toBe("rate(1 day)");
  });

  it("answers a request to a model as late as the model does, by the twin's own clock", async () => {
    const answeredAfter = async (speed: number) => {
      const served = { statusCode: 200, headers: { [latencyHeader]: "400" }, body: new Uint8Array() };
      const server = await serveTwin({ handle: () => Promise.resolve(served) }, { port: 0, speed });
      running.push(server);
      const begunMs = performance.now();
      await fetch(server.url);
      return performance.now() - begunMs;
    };

    // A timer may come a millisecond early; how late it comes is the machine's.
    expect(await answeredAfter(1)).toBeGreaterThan(395);
    expect(await answeredAfter(10)).toBeGreaterThan(35);
    expect(await answeredAfter(Number.POSITIVE_INFINITY)).toBeLessThan(await answeredAfter(0.8));
  });

  it("brings the world up to the present before each request, one at a time", async () => {
    const order: string[] = [];
    let inside = 0;
    const advance = async () => {
      inside += 1;
      order.push(`advance ${inside}`);
      await new Promise((resolve) => setImmediate(resolve));
      inside -= 1;
    };
    const intercept: Intercept = (call, next) => {
      order.push(call.operation);
      return next();
    };
    const { table } = await serve({ advance, intercept, tickMs: 3_600_000 });

    await Promise.all([table.send(new ListTablesCommand({})), table.send(new ListTablesCommand({}))]);

    expect(order.filter((entry) => entry === "ListTables")).toHaveLength(2);
    expect(order.filter((entry) => entry !== "ListTables")).toEqual(["advance 1", "advance 1"]);
    expect(order[0]).toBe("advance 1");
  });

  it("goes on with the world while nobody asks, and stops when it is closed", async () => {
    let advanced = () => {};
    const twice = new Promise<void>((resolve) => {
      let times = 0;
      advanced = () => {
        times += 1;
        if (times === 2) resolve();
      };
    });

    await serve({ advance: () => advanced(), tickMs: 1 });

    await expect(twice).resolves.toBeUndefined();
  });

  it("breaks the connection where a fault loses the response", async () => {
    const intercept: Intercept = async (_call, next) => {
      await next();
      throw new ConnectionLost("socket hang up");
    };
    const { table } = await serve({ intercept });

    const answer = table.send(new ListTablesCommand({}));

    await expect(answer).rejects.toMatchObject({ code: "ECONNRESET" });
  });

  it("tells a defect of its own as AWS does, and to whoever runs it", async () => {
    const defects: unknown[] = [];
    const intercept: Intercept = async () => {
      throw new TypeError("a defect");
    };
    const { table } = await serve({ intercept, onDefect: (defect) => defects.push(defect) });

    const answer = table.send(new ListTablesCommand({}));

    await expect(answer).rejects.toMatchObject({
      name: "InternalFailure",
      $metadata: { httpStatusCode: 500 },
    });
    expect(defects).toEqual([new TypeError("a defect")]);
  });

  it("answers though the world could not be brought up to the present, and tells why", async () => {
    const defects: unknown[] = [];
    const advance = () => {
      throw new TypeError("a defect of the world");
    };
    const { table } = await serve({
      advance,
      tickMs: 3_600_000,
      onDefect: (defect) => defects.push(defect),
    });

    const { TableNames } = await table.send(new ListTablesCommand({}));

    expect(TableNames).toBeDefined();
    expect(defects).toEqual([new TypeError("a defect of the world")]);
  });

  it("tells its time in each answer's Date", async () => {
    const { server } = await serve({ now: () => startMs });

    const { headers } = await fetch(server.url);

    expect(headers.get("date")).toBe("Mon, 05 Jan 2026 09:00:00 GMT");
  });

  it("refuses what is no AWS request", async () => {
    const { server } = await serve();

    const answer = await fetch(`${server.url}/health?check=1`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ Message: "the twin does not model 127.0.0.1: GET /health" });
  });

  const put = (url: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.PutItem",
        ...headers,
      },
      body,
    });

  it("refuses what is nested deeper than any request, before it takes effect", async () => {
    const defects: unknown[] = [];
    const { server } = await serve({ onDefect: (defect) => defects.push(defect) });
    const depth = 100_000;

    const answer = await put(server.url, `{"Item":${"[".repeat(depth)}${"]".repeat(depth)}}`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ __type: "SerializationException" });
    expect(defects).toEqual([]);
  });

  it("counts only brackets outside of texts as nesting", async () => {
    const { server } = await serve();

    const answer = await put(
      server.url,
      `{"TableName":"none","Item":{"pk":{"S":"${'[\\\\\\"{'.repeat(1000)}"}}}`,
    );

    expect(await answer.json()).not.toMatchObject({ __type: "SerializationException" });
  });

  it.each([
    ["as it comes", Buffer.alloc(17 * 1024 * 1024, "a"), {}],
    ["when unpacked", gzipSync(Buffer.alloc(64 * 1024 * 1024)), { "content-encoding": "gzip" }],
  ])("refuses a body that is too large %s with an error that clients can read", async (_, body, headers) => {
    const { server } = await serve();

    const answer = await put(server.url, new Uint8Array(body), headers);

    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ __type: "RequestEntityTooLargeException" });
  });

  it("says nothing of a client that hangs up in the middle of its request", async () => {
    const defects: unknown[] = [];
    const { server, table } = await serve({ onDefect: (defect) => defects.push(defect) });
    const socket = connect(server.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n{");
    await once(socket, "connect");
    await table.send(new ListTablesCommand({}));

    socket.destroy();
    await once(socket, "close");
    await table.send(new ListTablesCommand({}));

    expect(defects).toEqual([]);
  });

  it("does not start on a port that is taken", async () => {
    const { server } = await serve();

    const second = serve({ port: server.port });

    await expect(second).rejects.toMatchObject({ code: "EADDRINUSE" });
  });

  it("frees its port when it is closed, though a client kept its connection", async () => {
    const { server, table } = await serve();
    await table.send(new ListTablesCommand({}));

    await server.close();

    await expect(fetch(server.url)).rejects.toThrow();
    running.splice(0);
  });
});

describe("the clock of a twin that runs by itself", () => {
  it("goes at its speed from the start it was given", () => {
    let realMs = 5_000;
    const now = pacedClock(startMs, 60, () => realMs);
    realMs += 1_500;

    expect(now()).toBe(startMs + 90_000);
  });
});
