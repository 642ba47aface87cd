/**
 * OTLP's request to take traces, as JSON: "lowerCamelCase" keys, ids as hex digits, enums as integers, integers of 64 bits as
 * decimal strings (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding).
 */

export type OtlpValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number };

export interface OtlpAttribute {
  readonly key: string;
  readonly value: OtlpValue;
}

export interface OtlpEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly OtlpAttribute[];
}

export interface OtlpSpan {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits. */
  readonly spanId: string;
  /** Absent of the root. */
  readonly parentSpanId?: string;
  readonly name: string;
  /** 1 is INTERNAL, 2 is SERVER (opentelemetry-proto, trace.proto). */
  readonly kind: 1 | 2;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly OtlpAttribute[];
  readonly events: readonly OtlpEvent[];
  readonly droppedEventsCount?: number;
  /** 2 is ERROR; absent is unset. */
  readonly status?: { readonly code: 2; readonly message: string };
}

export interface OtlpTraceRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string };
      readonly spans: readonly OtlpSpan[];
      readonly schemaUrl: string;
    }[];
    readonly schemaUrl: string;
  }[];
}

/** By name; what is undefined is left out. */
export type Attributes = Readonly<Record<string, OtlpValue | undefined>>;

export const text = (value: string | undefined): OtlpValue | undefined =>
  value === undefined ? undefined : { stringValue: value };
export const integer = (value: number | undefined): OtlpValue | undefined =>
  value === undefined ? undefined : { intValue: String(value) };
export const double = (value: number | undefined): OtlpValue | undefined =>
  value === undefined ? undefined : { doubleValue: value };

export const attributesOf = (attributes: Attributes): OtlpAttribute[] =>
  Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }]));

/** Nanoseconds of an epoch in milliseconds are beyond what a number holds exactly. */
export const nanosOf = (epochMs: number): string => `${epochMs}000000`;
