/**
 * Lambda's function URLs: an HTTP request that becomes a function's event, and the function's answer as HTTP. With AWS_IAM it is
 * signed, and AWS says in the event who it was; with NONE anybody may send one. Source: Lambda developer guide, "Invoking Lambda function URLs" (urls-invocation),
 * format 2.0 of requests and answers. Nobody's rights to call one are asked.
 */
import { accessKeyIn, type Caller, callerBy } from "./callers.ts";
import { lowerCased, type WireRequest, type WireResponse } from "./wire-message.ts";

export interface FunctionUrl {
  /** `ID.lambda-url.REGION.on.aws` */
  readonly host: string;
  /** AuthType NONE. */
  readonly isOpen?: boolean;
  /** Rejects where the function fails. Its event has the id of the invocation in it, which is Lambda's to give. */
  readonly invoke: (eventBy: (id: string) => unknown) => Promise<unknown>;
}

export interface FunctionUrls {
  isFor(request: Pick<WireRequest, "hostname">): boolean;
  handle(request: WireRequest): Promise<WireResponse>;
}

/** @param account twelve digits. @param now epoch milliseconds. */
export function functionUrls(
  urls: readonly FunctionUrl[],
  { account, now }: { account: string; now: () => number },
): FunctionUrls {
  const find = ({ hostname }: Pick<WireRequest, "hostname">) => urls.find(({ host }) => host === hostname);
  return {
    isFor: (request) => find(request) !== undefined,
    async handle(request) {
      const url = find(request);
      const accessKey = accessKeyIn(lowerCased(request.headers).authorization);
      // In the words that an unsigned request gets; of one that is badly signed nobody looks.
      const isLetIn = url?.isOpen === true || accessKey !== undefined;
      if (url === undefined || !isLetIn) return told(403, { Message: "Forbidden" });
      const caller = url.isOpen === true ? undefined : callerBy(accessKey ?? "", account);
      const arrival = { caller, account, nowMs: now() };
      try {
        return answered(await url.invoke((id) => eventOf(request, { ...arrival, id })));
      } catch {
        return told(502, { Message: "Internal Server Error" });
      }
    },
  };
}

interface Arrival {
  /** Absent where nobody is asked who they are. */
  readonly caller: Caller | undefined;
  readonly account: string;
  readonly nowMs: number;
  /** Of the invocation. */
  readonly id: string;
}

function eventOf(request: WireRequest, { caller, account, nowMs, id }: Arrival): unknown {
  const { hostname, path, method, body = "" } = request;
  const headers = lowerCased(request.headers);
  const [apiId = ""] = hostname.split(".");
  const query = new URLSearchParams(
    Object.entries(request.query).flatMap(([name, value]) =>
      [value ?? ""].flat().map((one) => [name, one] as [string, string]),
    ),
  );
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query.toString(),
    headers,
    requestContext: {
      accountId: account,
      apiId,
      authentication: null,
      ...(caller !== undefined && { authorizer: { iam: identityOf(caller, account) } }),
      domainName: hostname,
      domainPrefix: apiId,
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: headers["user-agent"] },
      requestId: id,
      routeKey: "$default",
      stage: "$default",
      time: new Date(nowMs).toISOString(),
      timeEpoch: nowMs,
    },
    body: typeof body === "string" ? body : new TextDecoder().decode(body),
    isBase64Encoded: false,
  };
}

const identityOf = ({ accessKey, userId, arn }: Caller, account: string) => ({
  accessKey,
  accountId: account,
  callerId: userId,
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: arn,
  userId,
});

/** An answer that is no HTTP answer is its body, as JSON (developer guide, "Response payload format"). */
function answered(answer: unknown): WireResponse {
  const {
    statusCode,
    headers = {},
    body = "",
  } = (answer ?? {}) as {
    statusCode?: number;
    headers?: Record<string, string>;
    body?: string;
  };
  if (statusCode === undefined) return told(200, answer);
  return { statusCode, headers: { ...lowerCased(headers) }, body: new TextEncoder().encode(body) };
}

const told = (statusCode: number, body: unknown): WireResponse => ({
  statusCode,
  headers: { "content-type": "application/json" },
  body: new TextEncoder().encode(JSON.stringify(body ?? null)),
});
