/** Pages of a list: an opaque token says where the next one begins. */
import type { AwsError } from "../vocabulary/aws-error.ts";

export interface PageRequest {
  readonly limit: number;
  readonly token: string | undefined;
  /** What the service answers to a token it did not give. */
  readonly invalidToken: () => AwsError;
}

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Absent on the last page. */
  readonly nextToken?: string;
}

/** Throws `invalidToken()` for a token that no page of this twin has carried. */
export function page<Item>(items: readonly Item[], { limit, token, invalidToken }: PageRequest): Page<Item> {
  const start = token === undefined ? 0 : offsetIn(token);
  if (start === undefined) throw invalidToken();
  const end = start + limit;
  return { items: items.slice(start, end), ...(end < items.length ? { nextToken: tokenOf(end) } : {}) };
}

function tokenOf(offset: number): string {
  return Buffer.from(`offset:${offset}`).toString("base64");
}

function offsetIn(token: string): number | undefined {
  const digits = /^offset:(\d+)$/.exec(Buffer.from(token, "base64").toString())?.[1];
  return digits === undefined ? undefined : Number(digits);
}
