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

/** Headers by their names in lower case; those that have them are given back as they are. */
export function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const names = Object.keys(headers);
  if (names.every((name) => name === name.toLowerCase())) return headers;
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
