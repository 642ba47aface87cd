import { describe, expect, it } from "vitest";
import {
  type Call,
  ConnectionLost,
  createTwin,
  type Intercept,
  type Service,
  type WireRequest,
} from "#twin/services";
import { AwsError } from "#twin/vocabulary";

/** Answers with the call it was given, so that a test sees what was decoded. */
const echo = (_input: unknown, call: Call) => ({
  at: call.at,
  operation: call.operation,
  input: asJson(call.input),
});
const asJson = (input: unknown) =>
  JSON.parse(
    JSON.stringify(input, (_key, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    ),
  );

const models: Service = {
  name: "models",
  title: "Models",
  protocol: { kind: "json", version: "1.1", targetPrefix: "ModelService" },
  operations: {
    DescribeModel: echo,
    DeleteModel: () => {
      throw new AwsError("ResourceLimitExceeded", "one too many", { detail: { ResourceName: "chat" } });
    },
    Break: () => {
      throw new TypeError("a defect");
    },
  },
};

const parcels: Service = {
  name: "parcels",
  title: "Parcels",
  protocol: {
    kind: "rest",
    routes: [
      { method: "GET", path: "/parcels/{Name}", operation: "GetParcel", query: { groupName: "GroupName" } },
      {
        method: "POST",
        path: "/parcels/{Name}/send",
        operation: "SendParcel",
        headers: { "x-amzn-target-variant": "Variant" },
        payload: "Body",
      },
      { method: "PUT", path: "/parcels/{Name}", operation: "PutParcel" },
      { method: "DELETE", path: "/parcels/{Name}", operation: "DeleteParcel" },
      { method: "GET", path: "/tags/{Arn+}", operation: "ListTags" },
    ],
  },
  operations: {
    GetParcel: echo,
    PutParcel: echo,
    ListTags: echo,
    SendParcel: (input) => ({
      raw: { statusCode: 202, headers: { "X-Amzn-Invoked": "a" }, body: `sent ${input.Variant}` },
    }),
  },
};

const request = (changes: Partial<WireRequest> = {}): WireRequest => ({
  method: "POST",
  hostname: "models.eu-west-1.amazonaws.com",
  path: "/",
  query: {},
  headers: {},
  body: "{}",
  ...changes,
});
const target = (name: string, changes: Partial<WireRequest> = {}): WireRequest =>
  request({
    ...changes,
    headers: { "X-Amz-Target": name, "Content-Type": "application/x-amz-json-1.1", ...changes.headers },
  });

async function answerTo(asked: WireRequest, intercept?: Intercept) {
  const twin = createTwin([models, parcels], () => 1_700_000_000_000, intercept ? { intercept } : {});
  const response = await twin.handle(asked);
  const text = new TextDecoder().decode(response.body);
  return { twin, response, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

describe("an AWS JSON request", () => {
  it("finds its operation by X-Amz-Target, and carries input and time", async () => {
    const { response, json } = await answerTo(
      target("ModelService.DescribeModel", { body: '{"Name":"chat"}' }),
    );

    expect(json()).toEqual({ operation: "DescribeModel", input: { Name: "chat" }, at: 1_700_000_000_000 });
    expect(response).toMatchObject({
      statusCode: 200,
      headers: {
        "content-type": "application/x-amz-json-1.1",
        "x-amzn-requestid": "00000000-0000-4000-8000-000000000001",
      },
    });
  });

  it("gets an error by name and message, with its details", async () => {
    const { response, json } = await answerTo(target("ModelService.DeleteModel"));

    expect(response.statusCode).toBe(400);
    expect(json()).toEqual({
      __type: "ResourceLimitExceeded",
      message: "one too many",
      ResourceName: "chat",
    });
  });

  it("is told the code of the query protocol where it asks for it", async () => {
    const { response } = await answerTo(
      target("ModelService.DeleteModel", { headers: { "x-amzn-query-mode": "true" } }),
    );

    expect(response.headers["x-amzn-query-error"]).toBe("ResourceLimitExceeded;Sender");
  });

  it.each([["{not json"], ["[]"], ['"text"']])(
    "is a SerializationException when its body is %s",
    async (body) => {
      const { response, json } = await answerTo(target("ModelService.DescribeModel", { body }));

      expect([response.statusCode, json().__type]).toEqual([400, "SerializationException"]);
    },
  );

  it("is refused by name when the twin does not model the operation or the service", async () => {
    const operation = await answerTo(target("ModelService.CreateCluster"));
    const inherited = await answerTo(target("ModelService.toString"));
    const service = await answerTo(target("AmazonEC2ContainerServiceV20141113.UpdateService"));

    expect(operation.json()).toEqual({
      __type: "UnknownOperationException",
      message: "the twin does not model Models.CreateCluster",
    });
    expect(inherited.json().message).toBe("the twin does not model Models.toString");
    expect(service.json().message).toBe(
      "the twin does not model the service of X-Amz-Target AmazonEC2ContainerServiceV20141113.UpdateService",
    );
    expect(operation.response.statusCode).toBe(400);
    expect(operation.twin.refusals).toEqual(["the twin does not model Models.CreateCluster"]);
  });
});

describe("a REST JSON request", () => {
  it("makes one input of path, query and body, and the path wins", async () => {
    const get = await answerTo(
      request({
        method: "GET",
        path: "/parcels/a%20b",
        query: { groupName: "default", State: null },
        body: undefined,
      }),
    );
    const put = await answerTo(
      request({ method: "PUT", path: "/parcels/box", body: '{"Weight":2,"Name":"other"}' }),
    );

    expect(get.json()).toMatchObject({
      operation: "GetParcel",
      input: { Name: "a b", GroupName: "default" },
    });
    expect(put.json().input).toEqual({ Name: "box", Weight: 2 });
  });

  it("hands over a payload as it came, reads headers, and gives a raw answer as it is", async () => {
    const headers = { "X-Amzn-Target-Variant": "canary", "Content-Type": "text/plain" };

    const { response, text } = await answerTo(
      request({ path: "/parcels/box/send", headers, body: "not json" }),
    );

    expect(text).toBe("sent canary");
    expect(response).toMatchObject({ statusCode: 202, headers: { "x-amzn-invoked": "a" } });
  });

  it("matches a greedy label over slashes", async () => {
    const { json } = await answerTo(
      request({ method: "GET", path: "/tags/arn%3Aaws%3Aparcel/box", body: undefined }),
    );

    expect(json().input).toEqual({ Arn: "arn:aws:parcel/box" });
  });

  it("is refused by the operation's name, or by service and path where there is no route", async () => {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=key/20260105/eu-west-1/lambda/aws4_request, SignedHeaders=host, Signature=0";

    const known = await answerTo(request({ method: "DELETE", path: "/parcels/box", body: undefined }));
    const unknown = await answerTo(
      request({ method: "GET", path: "/2015-03-31/functions", headers: { authorization }, body: undefined }),
    );

    expect(known.json().Message).toBe("the twin does not model Parcels.DeleteParcel");
    expect(known.response.headers["x-amzn-errortype"]).toBe("UnknownOperationException");
    expect(unknown.json().Message).toBe("the twin does not model lambda: GET /2015-03-31/functions");
  });

  it("is a SerializationException when a label is not percent-encoded", async () => {
    const { json, response } = await answerTo(
      request({ method: "GET", path: "/parcels/%zz", body: undefined }),
    );

    expect(response.headers["x-amzn-errortype"]).toBe("SerializationException");
    expect(json().Message).toContain("%zz");
  });
});

describe("another protocol", () => {
  it("is refused by the name of the query protocol, in XML", async () => {
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };

    const { response, text } = await answerTo(
      request({ headers, body: "Action=GetMetricData&Version=2010-08-01" }),
    );

    expect(response).toMatchObject({ statusCode: 400, headers: { "content-type": "text/xml" } });
    expect(text).toContain("<Code>UnknownOperationException</Code>");
    expect(text).toContain("the AWS query protocol (Action=GetMetricData)");
  });

  it("is refused by the name of CBOR, in CBOR", async () => {
    const headers = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
    const path = "/service/GraniteServiceVersion20100801/operation/GetMetricData";

    const { response, text } = await answerTo(request({ headers, path, body: new Uint8Array([0xa0]) }));

    expect(response.headers).toMatchObject({
      "smithy-protocol": "rpc-v2-cbor",
      "content-type": "application/cbor",
    });
    expect([response.body[0], response.body[1]]).toEqual([0xa2, 0x79]);
    expect(text).toContain("the smithy-rpc-v2-cbor protocol");
  });

  it("is refused by the name of REST XML where the signature is S3's", async () => {
    const authorization =
      "AWS4-HMAC-SHA256 Credential=key/20260105/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=0";

    const { text } = await answerTo(
      request({ method: "PUT", path: "/bucket/a&b", headers: { authorization }, body: "data" }),
    );

    expect(text).toContain(
      "<Message>the twin does not model the REST XML protocol (s3: PUT /bucket/a&amp;b)</Message>",
    );
  });
});

describe("whoever stands between the door and the services", () => {
  const asked = target("ModelService.DescribeModel");

  it("can throttle a call before it takes effect", async () => {
    const effects: unknown[] = [];
    const counted = { ...models, operations: { DescribeModel: () => effects.push("described") } };
    const throttling: Intercept = async () => {
      throw new AwsError("ThrottlingException", "Rate exceeded");
    };
    const twin = createTwin([counted], () => 0, { intercept: throttling });

    const response = await twin.handle(asked);

    expect(response.statusCode).toBe(400);
    expect(new TextDecoder().decode(response.body)).toContain('"__type":"ThrottlingException"');
    expect(effects).toEqual([]);
  });

  it("can let the effect happen and lose the response", async () => {
    const seen: unknown[] = [];
    const losing: Intercept = async (_call, next) => {
      seen.push(await next());
      throw new ConnectionLost("socket hang up");
    };

    const answer = answerTo(asked, losing);

    await expect(answer).rejects.toMatchObject({ name: "TimeoutError", code: "ECONNRESET" });
    expect(seen).toHaveLength(1);
  });

  it("sees refused calls too, with the error that AWS would give", async () => {
    const seen: unknown[] = [];
    const watching: Intercept = async (call, next) => {
      try {
        return await next();
      } catch (error) {
        seen.push([call.service, call.operation, (error as Error).name]);
        throw error;
      }
    };

    await answerTo(target("ModelService.DeleteModel"), watching);
    await answerTo(target("ModelService.CreateCluster"), watching);

    expect(seen).toEqual([
      ["models", "DeleteModel", "ResourceLimitExceeded"],
      ["models", "CreateCluster", "UnknownOperationException"],
    ]);
  });

  it("cannot hide a defect of a service behind an answer", async () => {
    const answer = answerTo(target("ModelService.Break"));

    await expect(answer).rejects.toThrow(new TypeError("a defect"));
  });
});
