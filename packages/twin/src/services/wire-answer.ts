/** Answers and errors in the shape that the caller's protocol gives them, so that any AWS client can read them. */
import type { AwsError } from "../vocabulary/aws-error.ts";
import type { Json } from "../vocabulary/json.ts";
import type { RawAnswer } from "./service.ts";
import type { Dialect } from "./wire.ts";
import type { WireResponse } from "./wire-message.ts";

/** One answer of a service, encoded. The request id counts calls, so that it is the same in every run. */
export function encodeAnswer(answer: Json | RawAnswer, dialect: Dialect, requestId: string): WireResponse {
  const id = { "x-amzn-requestid": requestId };
  if (isRaw(answer)) {
    const headers = Object.entries(answer.raw.headers).map(([name, value]) => [name.toLowerCase(), value]);
    return {
      statusCode: answer.raw.statusCode,
      headers: { ...Object.fromEntries(headers), ...id },
      body: encodeText(answer.raw.body),
    };
  }
  if (dialect.kind === "query") return encodeForm(answer, dialect, requestId);
  const contentType = dialect.kind === "json" ? dialect.contentType : "application/json";
  return {
    statusCode: 200,
    headers: { "content-type": contentType, ...id },
    body: json(answer),
  };
}

export function encodeError(error: AwsError, dialect: Dialect, requestId: string): WireResponse {
  const { statusCode } = error;
  const id = { "x-amzn-requestid": requestId };
  switch (dialect.kind) {
    case "json": {
      const headers = {
        "content-type": dialect.contentType,
        ...id,
        ...(dialect.queryErrors ? queryError(error) : {}),
      };
      return {
        statusCode,
        headers,
        body: json({ ...error.detail, __type: error.name, message: error.message }),
      };
    }
    case "rest": {
      const headers = { "content-type": "application/json", "x-amzn-errortype": error.name, ...id };
      return { statusCode, headers, body: json({ ...error.detail, Message: error.message }) };
    }
    case "cbor": {
      const headers = { "content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor", ...id };
      return { statusCode, headers, body: cborTextMap({ __type: error.name, message: error.message }) };
    }
    case "query":
    case "xml":
      return {
        statusCode,
        headers: { "content-type": "text/xml", ...id },
        body: encodeText(xmlError(error, dialect.kind, requestId)),
      };
  }
}

/** The query protocol's answer: XML in which a list is its members. */
function encodeForm(
  answer: Json,
  { action, xmlNamespace }: Extract<Dialect, { kind: "query" }>,
  requestId: string,
): WireResponse {
  const result = `<${action}Result>${xmlOf(answer)}</${action}Result>`;
  const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
  const text = `<${action}Response xmlns="${xmlNamespace}">${result}${metadata}</${action}Response>`;
  const headers = { "content-type": "text/xml", "x-amzn-requestid": requestId };
  return { statusCode: 200, headers, body: encodeText(text) };
}

function xmlOf(value: Json | undefined): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return escapeXml(String(value));
  const members: (readonly [string, Json | undefined])[] = Array.isArray(value)
    ? value.map((each: Json) => ["member", each] as const)
    : Object.entries(value);
  return members
    .filter(([, each]) => each !== undefined && each !== null)
    .map(([name, each]) => `<${name}>${xmlOf(each)}</${name}>`)
    .join("");
}

/** A body of JSON text. */
function json(value: Json): Uint8Array {
  return encodeText(JSON.stringify(value));
}

function encodeText(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function isRaw(answer: Json | RawAnswer): answer is RawAnswer {
  return (
    typeof answer === "object" &&
    answer !== null &&
    !Array.isArray(answer) &&
    "raw" in answer &&
    isRawBody(answer.raw)
  );
}

function isRawBody(raw: unknown): boolean {
  return typeof raw === "object" && raw !== null && "statusCode" in raw && "headers" in raw && "body" in raw;
}

/**
 * A service that once spoke the query protocol tells JSON clients the code they used to get, on their request
 * (header x-amzn-query-mode). Codes: CloudWatch's service model in botocore 1.43, `error.code` of each exception.
 */
const QUERY_CODES: Readonly<Record<string, string>> = {
  InternalServiceFault: "InternalServiceError",
  InvalidFormatFault: "InvalidFormat",
  InvalidParameterCombinationException: "InvalidParameterCombination",
  InvalidParameterValueException: "InvalidParameterValue",
  LimitExceededFault: "LimitExceeded",
  MissingRequiredParameterException: "MissingParameter",
};

function queryError(error: AwsError): Record<string, string> {
  const fault = error.statusCode < 500 ? "Sender" : "Receiver";
  return { "x-amzn-query-error": `${QUERY_CODES[error.name] ?? error.name};${fault}` };
}

function xmlError(error: AwsError, kind: "query" | "xml", requestId: string): string {
  const inner = `<Code>${error.name}</Code><Message>${escapeXml(error.message)}</Message>`;
  return kind === "query"
    ? `<ErrorResponse><Error><Type>Sender</Type>${inner}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`
    : `<Error>${inner}<RequestId>${requestId}</RequestId></Error>`;
}

export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** A CBOR map of short text (RFC 8949: major type 5, then pairs of major type 3 with a two-byte length). */
function cborTextMap(map: Readonly<Record<string, string>>): Uint8Array {
  const texts = Object.entries(map).flat().map(encodeText);
  const encoded = texts.flatMap((bytes) => [0x79, bytes.length >> 8, bytes.length & 0xff, ...bytes]);
  return Uint8Array.from([0xa0 + Object.keys(map).length, ...encoded]);
}
