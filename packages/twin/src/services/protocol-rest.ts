/**
 * Requests of the REST JSON services: which route a request takes, and the one input that its path, query,
 * headers and body make. Source of the binding rules: the Smithy specification, HTTP bindings.
 */
import { AwsError } from "../vocabulary/aws-error.ts";
import type { Input, Route, Service } from "./service.ts";
import { bodyBytes, parseJsonObject } from "./wire-body.ts";
import type { WireRequest } from "./wire-message.ts";

export interface RouteMatch {
  readonly service: Service;
  readonly route: Route;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * The route that a request takes among all REST services of JSON, or that of the signing name whose REST is XML; undefined
 * where there is none. A greedy label is written `{Name+}`.
 */
export function findRoute(
  request: WireRequest,
  services: readonly Service[],
  xml?: string,
): RouteMatch | undefined {
  for (const service of services) {
    if (service.protocol.kind !== "rest" || service.protocol.xml !== xml) continue;
    for (const route of service.protocol.routes) {
      const isMeant =
        route.method === request.method && (route.has === undefined || route.has in request.query);
      const labels = isMeant ? matchPath(route.path, request.path) : undefined;
      if (labels) return { service, route, labels };
    }
  }
  return undefined;
}

/** One input from a request: members from the body first, then query, headers and path, which cannot be overridden. */
export function restInput(
  match: RouteMatch,
  request: WireRequest,
  headers: Readonly<Record<string, string>>,
): Input {
  const { route, labels } = match;
  const body = route.payload
    ? { [route.payload]: bodyBytes(request, headers) }
    : parseJsonObject(request, headers);
  const query = Object.entries(request.query)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [route.query?.[name] ?? name, value] as const);
  const fromHeaders = Object.entries(route.headers ?? {})
    .map(([header, member]) => [member, headers[header]] as const)
    .filter(([, value]) => value !== undefined);
  return { ...body, ...Object.fromEntries(query), ...Object.fromEntries(fromHeaders), ...labels };
}

function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const names: string[] = [];
  const source = pattern.replace(
    /\{(\w+)(\+?)\}|[.*^$()|[\]\\]/g,
    (token, name: string | undefined, greedy: string) => {
      if (name === undefined) return `\\${token}`;
      names.push(name);
      return greedy === "+" ? "(.+)" : "([^/]+)";
    },
  );
  const found = new RegExp(`^${source}/?$`).exec(path);
  return found
    ? Object.fromEntries(names.map((name, index) => [name, decodeLabel(found[index + 1] ?? "")]))
    : undefined;
}

function decodeLabel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (!(cause instanceof URIError)) throw cause;
    throw new AwsError(
      "SerializationException",
      `the path holds a label that is not percent-encoded UTF-8: ${text}`,
    );
  }
}
