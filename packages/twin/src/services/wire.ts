/**
 * Requests as they come over HTTP, decoded to a service, an operation and its input. AWS JSON 1.0 and
 * 1.1, REST JSON and the query protocol are understood; what else arrives is refused by the name of its protocol.
 */
import { findRoute, restInput } from "./protocol-rest.ts";
import type { Input, Operation, Service } from "./service.ts";
import { notModelled } from "./service.ts";
import { bodyBytes, parseJsonObject } from "./wire-body.ts";
import { lowerCased, type WireRequest } from "./wire-message.ts";

/** How the caller speaks, and so how it must be answered, whatever it asks for. */
export type Dialect =
  | { readonly kind: "json"; readonly contentType: string; readonly queryErrors: boolean }
  | { readonly kind: "rest" }
  | { readonly kind: "query"; readonly action: string; readonly xmlNamespace?: string }
  | { readonly kind: "cbor" | "xml" };

export interface Decoded {
  readonly service: Service;
  readonly operation: string;
  readonly input: Input;
  /** Absent: the service does not model it. */
  readonly run: Operation | undefined;
  /** How the answer is to be written, now that it is known whose it is. */
  readonly dialect: Dialect;
}

export function dialectOf(request: WireRequest): Dialect {
  const headers = lowerCased(request.headers);
  const contentType = (headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? "";
  if (headers["smithy-protocol"] === "rpc-v2-cbor" || contentType === "application/cbor")
    return { kind: "cbor" };
  if (contentType === "application/x-www-form-urlencoded" || "Action" in request.query)
    return { kind: "query", action: formOf(request, headers).get("Action") ?? "" };
  if (headers["x-amz-target"] !== undefined) {
    const known = contentType.startsWith("application/x-amz-json-");
    const queryErrors = headers["x-amzn-query-mode"] === "true";
    return { kind: "json", contentType: known ? contentType : "application/x-amz-json-1.1", queryErrors };
  }
  if (/xml$/.test(contentType) || XML_SERVICES.has(addressee(request, headers))) return { kind: "xml" };
  return { kind: "rest" };
}

/**
 * Finds the operation and its input. Throws AwsError: UnknownOperationException naming the protocol or operation
 * that the twin does not speak, SerializationException for a body that cannot be read.
 */
export function decode(request: WireRequest, dialect: Dialect, services: readonly Service[]): Decoded {
  const headers = lowerCased(request.headers);
  switch (dialect.kind) {
    case "json":
      return { ...decodeJson(request, headers, services), dialect };
    case "rest":
      return { ...decodeRest(request, headers, services), dialect };
    case "query":
      return decodeQuery(request, headers, services);
    case "cbor":
      throw notModelled(`the smithy-rpc-v2-cbor protocol (${request.path}), only AWS JSON and REST JSON`);
    case "xml":
      return { ...decodeXml(request, headers, services), dialect };
  }
}

function decodeXml(
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
  services: readonly Service[],
): Omit<Decoded, "dialect"> {
  const match = findRoute(request, services, addressee(request, headers));
  if (!match) throw notModelled(`the REST XML protocol (${unknownRest(request, headers)})`);
  const { service, route } = match;
  const input = restInput(match, request, headers);
  return { service, operation: route.operation, input, run: ownOperation(service, route.operation) };
}

function decodeJson(
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
  services: readonly Service[],
): Omit<Decoded, "dialect"> {
  const target = headers["x-amz-target"] ?? "";
  const dot = target.lastIndexOf(".");
  const prefix = target.slice(0, Math.max(dot, 0));
  const operation = target.slice(dot + 1);
  const service = services.find(
    ({ protocol }) => protocol.kind === "json" && protocol.targetPrefix === prefix,
  );
  if (!service) throw notModelled(`the service of X-Amz-Target ${target}`);
  const input = parseJsonObject(request, headers);
  return { service, operation, input, run: ownOperation(service, operation) };
}

function decodeRest(
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
  services: readonly Service[],
): Omit<Decoded, "dialect"> {
  const match = findRoute(request, services);
  if (!match) throw notModelled(unknownRest(request, headers));
  const { service, route } = match;
  const input = restInput(match, request, headers);
  return {
    service,
    operation: route.operation,
    input,
    run: ownOperation(service, route.operation),
  };
}

function decodeQuery(
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
  services: readonly Service[],
): Decoded {
  const { Action: operation = "", Version, ...input } = Object.fromEntries(formOf(request, headers));
  for (const service of services) {
    const { protocol } = service;
    if (protocol.kind !== "query" || protocol.version !== Version) continue;
    const dialect = { kind: "query", action: operation, xmlNamespace: protocol.xmlNamespace } as const;
    return { service, operation, input, run: ownOperation(service, operation), dialect };
  }
  const whose = signingName(headers) ?? "an unknown service";
  throw notModelled(`${whose} by the AWS query protocol (Action=${operation})`);
}

/** The parameters of a form: in the body, or in the address. */
function formOf(request: WireRequest, headers: Readonly<Record<string, string>>): URLSearchParams {
  const form = new URLSearchParams(new TextDecoder().decode(bodyBytes(request, headers)));
  for (const [name, value] of Object.entries(request.query))
    if (typeof value === "string") form.append(name, value);
  return form;
}

function ownOperation(service: Service, operation: string): Operation | undefined {
  return Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
}

/** The services whose REST speaks XML, by signing name (botocore's service models, metadata.protocol). */
const XML_SERVICES = new Set(["s3", "s3express", "cloudfront", "route53"]);

/** AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/scheduler/aws4_request, … → scheduler */
function signingName(headers: Readonly<Record<string, string>>): string | undefined {
  return /Credential=[^/]+\/[^/]+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1];
}

/** Whom a request is for, by who signed it or else by its host: s3.eu-west-1.amazonaws.com → s3. */
const addressee = ({ hostname }: WireRequest, headers: Readonly<Record<string, string>>): string =>
  signingName(headers) ?? hostname.split(".", 1)[0] ?? "";

function unknownRest(request: WireRequest, headers: Readonly<Record<string, string>>): string {
  const service = signingName(headers) ?? request.hostname;
  return `${service}: ${request.method} ${request.path}`;
}
