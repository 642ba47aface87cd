/**
 * JSON Schemas of TypeScript types, with their comments as descriptions: by the compiler that the project is checked with, whose
 * API is not stable yet; a newer compiler may ask for changes here, and nothing but the documents depends on it.
 */
import { fileURLToPath } from "node:url";
import {
  API,
  type Checker,
  SymbolFlags,
  type Symbol as TsSymbol,
  type Type,
  TypeFlags,
  type UnionType,
} from "typescript/unstable/sync";
import type { Schema } from "./schema-words.ts";

/** Types whose keys are told elsewhere. */
const elsewhere = new Set(["Plan"]);
/** A type of itself, that says nothing more. */
const anyJson = "JsonValue";
/** Names that say nothing of what is in them. */
const generic = new Set(["Readonly", "Record", "Partial", "Pick", "Omit", "Required", "output", "infer"]);

/** Of each member of the interface `Documents` of documents.ts. */
export function documentSchemas(): Map<string, Schema> {
  const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const api = new API({ cwd: here("../..") });
  try {
    const snapshot = api.updateSnapshot({ openProjects: [here("tsconfig.json")] });
    const project = snapshot.getProject(here("tsconfig.json"));
    const file = project?.program.getSourceFile(here("documents.ts"));
    if (project === undefined || file === undefined) throw new Error("documents.ts is in no project");
    const { checker } = project;
    const module = checker.getSymbolAtLocation(file);
    const exported = module === undefined ? [] : checker.getExportsOfModule(module);
    const membersOf = (name: string) => {
      const found = exported.find((each) => each.name === name);
      if (found === undefined) throw new Error(`documents.ts exports no ${name}`);
      return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(found));
    };
    const named = new Map(membersOf("Named").map((each) => [typeOf(checker, each).id, each]));
    return new Map(
      membersOf("Documents").map((document) => [document.name, schemaOf(checker, named, document)]),
    );
  } finally {
    api.close();
  }
}

/** What is told of one document: each named type once, among its definitions. */
interface Told {
  readonly checker: Checker;
  /** Names for types that have none, by the types' ids. */
  readonly named: ReadonlyMap<number, TsSymbol>;
  readonly definitions: Record<string, Schema>;
  readonly names: Map<number, string>;
}

function schemaOf(checker: Checker, named: Told["named"], document: TsSymbol): Schema {
  const told: Told = { checker, named, definitions: {}, names: new Map() };
  const { properties = {}, ...rest } = objectOf(told, typeOf(checker, document));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: `slipway ${document.name.replace("-", " --")} --json`,
    ...describedBy(told, document),
    ...rest,
    properties,
    definitions: sorted(told.definitions),
  };
}

const sorted = (schemas: Record<string, Schema>): Record<string, Schema> =>
  Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));

function typeOf(checker: Checker, symbol: TsSymbol): Type {
  const type = checker.getTypeOfSymbol(symbol);
  if (type === undefined) throw new Error(`${symbol.name} has no type`);
  return type;
}

function describedBy({ checker }: Told, symbol: TsSymbol): { description?: string } {
  const description = symbol.getDocumentationComment(checker).replaceAll(/\s+/g, " ").trim();
  return description === "" ? {} : { description };
}

function schemaFor(told: Told, type: Type): Schema {
  const given = told.named.get(type.id);
  if (given !== undefined)
    return elsewhere.has(given.name) ? describedBy(told, given) : referenceTo(told, type, given.name);
  if (nameOf(type) === anyJson) return { description: "Any JSON." };
  return plain(type) ?? (type.isUnionType() ? unionOf(told, type) : structured(told, type));
}

/** Of a name that the project gave. */
function nameOf(type: Type): string | undefined {
  const name = (type.getAliasSymbol() ?? type.getSymbol())?.name;
  return name === undefined || name.startsWith("__") || generic.has(name) ? undefined : name;
}

const primitives: readonly (readonly [flag: TypeFlags, schema: Schema])[] = [
  [TypeFlags.AnyOrUnknown, {}],
  [TypeFlags.Null, { type: "null" }],
  [TypeFlags.String | TypeFlags.TemplateLiteral, { type: "string" }],
  [TypeFlags.Number, { type: "number" }],
  [TypeFlags.Boolean, { type: "boolean" }],
];

/** Of what has no parts. */
function plain(type: Type): Schema | undefined {
  if (type.isStringLiteralType() || type.isNumberLiteralType()) return { const: type.value };
  if (type.flags & TypeFlags.BooleanLiteral)
    return { const: type.isBooleanLiteralType() ? type.value : type.isIntrinsicType() };
  return primitives.find(([flag]) => (type.flags & flag) !== 0)?.[1];
}

const isUndefined = ({ flags }: Type): boolean => (flags & TypeFlags.Undefined) !== 0;

/** Constants as one enumeration; both truth values as a boolean. */
function unionOf(told: Told, type: UnionType): Schema {
  const parts = (type.getTypes() ?? []).filter((part) => !isUndefined(part));
  const isTruth = ({ flags }: Type) => (flags & TypeFlags.BooleanLiteral) !== 0;
  const truths = parts.filter(isTruth);
  const others = parts
    .filter((part) => truths.length < 2 || !isTruth(part))
    .map((part) => schemaFor(told, part));
  const constants = others.filter((each) => each.const !== undefined).map((each) => each.const);
  const rest = others.filter((each) => each.const === undefined);
  const forms: Schema[] = [
    ...(truths.length < 2 ? [] : [{ type: "boolean" }]),
    ...(constants.length === 0 ? [] : [{ enum: constants.toSorted() }]),
    ...rest,
  ];
  return forms.length === 1 ? (forms[0] ?? {}) : { anyOf: forms };
}

function structured(told: Told, type: Type): Schema {
  const { checker } = told;
  if (checker.isArrayType(type) || nameOf(type) === "ReadonlyArray") {
    const [item] = type.isTypeReference() ? checker.getTypeArguments(type) : [];
    return { type: "array", items: item === undefined ? {} : schemaFor(told, item) };
  }
  if (type.isIntersectionType()) {
    // A unit of ours: a number, or a text, that bears a mark for the compiler.
    const bare = (type.getTypes() ?? []).map(plain).find((part) => part !== undefined);
    if (bare !== undefined) return bare;
  }
  const name = nameOf(type);
  if (name === undefined) return objectOf(told, type);
  return referenceTo(told, type, name);
}

function referenceTo(told: Told, type: Type, name: string): Schema {
  const { names, definitions } = told;
  let own = names.get(type.id);
  if (own === undefined) {
    own = name;
    for (let nth = 2; definitions[own] !== undefined; nth += 1) own = `${name}${nth}`;
    names.set(type.id, own);
    definitions[own] = {};
    definitions[own] = type.isUnionType() ? unionOf(told, type) : objectOf(told, type);
  }
  return { $ref: `#/definitions/${own}` };
}

function objectOf(told: Told, type: Type): Schema {
  const { checker } = told;
  const members = checker.getPropertiesOfType(type);
  const [index] = checker.getIndexInfosOfType(type);
  const isOptional = ({ flags }: TsSymbol) => (flags & SymbolFlags.Optional) !== 0;
  const properties = Object.fromEntries(members.map((member) => [member.name, memberOf(told, member)]));
  const required = members.filter(
    (member) => !isOptional(member) && !mayBeUndefined(typeOf(told.checker, member)),
  );
  return {
    type: "object",
    ...(members.length > 0 && { properties }),
    ...(required.length > 0 && { required: required.map(({ name }) => name) }),
    ...(index !== undefined && { additionalProperties: schemaFor(told, index.valueType) }),
  };
}

/** JSON leaves out what is undefined. */
const mayBeUndefined = (type: Type): boolean =>
  isUndefined(type) || (type.isUnionType() && (type.getTypes() ?? []).some(isUndefined));

/** What is beside a reference is not read by draft 7, so the two are put into one by `allOf`. */
function memberOf(told: Told, member: TsSymbol): Schema {
  const schema = schemaFor(told, typeOf(told.checker, member));
  const own = describedBy(told, member);
  if (own.description === undefined) return schema;
  return schema.$ref === undefined ? { ...own, ...schema, ...own } : { ...own, allOf: [schema] };
}
