/** How AWS says no, be it a service of the twin that refuses a call or the world that has no room for it. */
import type { Json } from "./json.ts";

/** An error that AWS would send: its exact name, message and HTTP status. */
export class AwsError extends Error {
  override readonly name: string;
  readonly statusCode: number;
  readonly detail: { readonly [key: string]: Json | undefined };
  constructor(
    name: string,
    message: string,
    options: { statusCode?: number; detail?: Record<string, Json> } = {},
  ) {
    super(message);
    this.name = name;
    this.statusCode = options.statusCode ?? 400;
    this.detail = options.detail ?? {};
  }
}
