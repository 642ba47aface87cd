/**
 * dynalite's store and operations, called as functions. dynalite brings DynamoDB's semantics (keys, conditions,
 * expressions, their error messages); its HTTP front is left out, so no port, no stream and no random request id.
 */
import { createRequire } from "node:module";
import type { Json } from "../vocabulary/json.ts";
import type { Input } from "./service.ts";

/** One table description as the store keeps it, and DescribeTable shows it. */
export type TableRecord = { readonly TableName: string; readonly [member: string]: Json };

interface Store {
  readonly tableDb: {
    awsAccountId: string;
    awsRegion: string;
    put(name: string, table: TableRecord, done: (error: Error | null) => void): void;
  };
}
type Action = (store: Store, input: Input, done: (error: unknown, answer?: Json) => void) => void;
interface Validation {
  readonly types: Readonly<Record<string, unknown>>;
  readonly custom?: (input: Input, store: Store) => string | undefined;
}
interface Validations {
  checkTypes(input: Input, types: Validation["types"]): Input;
  checkValidations(
    input: Input,
    types: Validation["types"],
    custom: Validation["custom"],
    store: Store,
  ): void;
}

/** What a failed operation throws: an HTTP status and a JSON body with `__type` and `message` or `Message`. */
export interface StoreError {
  readonly statusCode: number;
  readonly body: { readonly __type: string; readonly [member: string]: Json };
}

export function isStoreError(error: unknown): error is StoreError {
  return error instanceof Error && "statusCode" in error && "body" in error;
}

export interface OpenStore {
  /** Rejects with a StoreError for what DynamoDB would refuse. */
  run(operation: string, input: Input): Promise<Json>;
  /** The input members that the operation knows; others it would ignore in silence. */
  members(operation: string): readonly string[];
  putTable(table: TableRecord): Promise<void>;
}

const load: (path: string) => unknown = createRequire(import.meta.url);

/** An empty store in memory. dynalite 4: db/index.js, actions/*, validations/*. */
export function openStore(account: string, region: string): OpenStore {
  const { create } = load("dynalite/db") as { create(options: object): Store };
  const { checkTypes, checkValidations } = load("dynalite/validations") as Validations;
  const store = create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = account;
  store.tableDb.awsRegion = region;
  const validation = (operation: string) => load(`dynalite/validations/${fileOf(operation)}`) as Validation;
  return {
    members: (operation) => Object.keys(validation(operation).types),
    putTable: (table) =>
      new Promise((resolve, reject) => {
        store.tableDb.put(table.TableName, table, (error) => (error ? reject(error) : resolve()));
      }),
    run: (operation, input) =>
      new Promise((resolve, reject) => {
        const { types, custom } = validation(operation);
        const checked = checkTypes(copyOf(input), types);
        checkValidations(checked, types, custom, store);
        const action = load(`dynalite/actions/${fileOf(operation)}`) as Action;
        action(store, checked, (error, answer) => (error ? reject(error) : resolve(answer ?? {})));
      }),
  };
}

/** dynalite changes the input that it is given; a caller's own is plain JSON. */
function copyOf<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as T;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner)])) as T;
}

/** PutItem → putItem */
function fileOf(operation: string): string {
  return `${operation.charAt(0).toLowerCase()}${operation.slice(1)}`;
}
