/** Stands between the steps and the wire and breaks something on purpose: requests changed, swallowed, answers forged. */
import { currentFrame, type SdkRequest, type SdkResponse, type WireHandler } from "#twin/engine";

export type Body = Record<string, unknown>;

export interface Tampering {
  /** The operation's name; all services have their own. */
  readonly operation: string;
  /** Only in this state, of this execution. */
  readonly state?: string;
  readonly execution?: string;
  /** Only where this holds. */
  readonly when?: (input: Body) => boolean;
  /** Changes the request. */
  readonly request?: (input: Body) => Body;
  /** Answers by itself; the request never reaches AWS. */
  readonly swallow?: (input: Body) => Body;
  /** Changes what the step gets to read. */
  readonly answer?: (output: Body, input: Body) => Body;
}

/** A wire on which some calls are not what they seem. */
export function tampered(wire: WireHandler, tamperings: readonly Tampering[]): WireHandler {
  return {
    async handle(request, options) {
      const input = bodyOf(request);
      const found = tamperings.filter((each) => applies(each, request, input));
      const swallowing = found.find(({ swallow }) => swallow !== undefined);
      if (swallowing?.swallow !== undefined) return responseOf(swallowing.swallow(input));
      const sent = found.reduce((body, { request: change }) => change?.(body) ?? body, input);
      const response = await wire.handle(
        found.length === 0 ? request : { ...request, body: JSON.stringify(sent) },
        options,
      );
      const forging = found.find(({ answer }) => answer !== undefined);
      if (forging?.answer === undefined || response.response.statusCode !== 200) return response;
      return responseOf(forging.answer(answerOf(response), sent));
    },
  };
}

function applies(tampering: Tampering, request: SdkRequest, input: Body): boolean {
  const target = request.headers["x-amz-target"] ?? request.headers["X-Amz-Target"] ?? "";
  const frame = currentFrame();
  return (
    target.endsWith(`.${tampering.operation}`) &&
    (tampering.state ?? frame?.invocation?.state) === frame?.invocation?.state &&
    (tampering.execution ?? frame?.execution) === frame?.execution &&
    (tampering.when?.(input) ?? true)
  );
}

function bodyOf({ body }: SdkRequest): Body {
  if (body === undefined) return {};
  return JSON.parse(typeof body === "string" ? body : new TextDecoder().decode(body as Uint8Array));
}

function answerOf({ response }: SdkResponse): Body {
  return JSON.parse(new TextDecoder().decode(response.body as Uint8Array));
}

function responseOf(body: Body): SdkResponse {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { response: { statusCode: 200, headers, body: new TextEncoder().encode(JSON.stringify(body)) } };
}
