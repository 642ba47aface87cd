/** A request and its response, as HTTP carries them. */

export interface WireRequest {
  readonly method: string;
  readonly hostname: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Decoded; an array where a parameter occurs several times, null where it has no value. */
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** Header names are lower case; the body is bytes, as SDK clients collect them. */
export interface WireResponse {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}
