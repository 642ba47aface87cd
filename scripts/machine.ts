/**
 * The state machine as it is deployed and rehearsed, out of the one that people read and write (release.asl.yml), and a
 * picture of it. `npm run machine` writes both; a test fails when they are stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { pictured } from "./machine-picture.ts";

const source = "statemachines/release.asl.yml";
const widest = 110;

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

type State = { readonly [key: string]: Json };
interface Machine {
  readonly States: { readonly [name: string]: State };
  readonly [key: string]: Json | { readonly [name: string]: State };
}

/** The text of each file that is made of the machine, by its path in the project. */
export function machineFiles(): Map<string, string> {
  const text = readFileSync(new URL(`../${source}`, import.meta.url), "utf8");
  const { Machine: machine } = parse(text, { merge: true }) as { readonly Machine: Machine };
  const States = Object.fromEntries(
    Object.entries(machine.States).map(([name, state]) => [name, ordered(state)]),
  );
  return new Map([
    ["statemachines/release.asl.json", `${written({ ...machine, States })}\n`],
    ["docs/STATE-MACHINE.md", pictured(States as never)],
  ]);
}

/** What a state is comes first, what its Lambda is asked next, and where it leads last, wherever it was shared from. */
const order = ["Type", "Comment", "Resource", "Parameters", "ResultPath", "TimeoutSeconds", "Retry", "Catch"];
const placeOf = (key: string): number => (order.includes(key) ? order.indexOf(key) : order.length);

function ordered(state: State): State {
  const sorted = Object.entries(state).toSorted(([one], [other]) => placeOf(one) - placeOf(other));
  return Object.fromEntries(
    sorted.map(([key, value]) => [key, key === "ItemProcessor" ? withOrdered(value as never) : value]),
  );
}

/** What a Map runs for each item, its states ordered as the machine's own. */
const withOrdered = ({ States, ...rest }: { readonly States: Readonly<Record<string, State>> }): State => ({
  ...rest,
  States: Object.fromEntries(Object.entries(States).map(([name, state]) => [name, ordered(state)])),
});

/** JSON with what is in a list on one line where that fits: a rule of a Choice is read as a line. */
function written(value: Json, indent = "", key = "", inList = false): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const line = onOneLine(value);
  const isShort = indent.length + key.length + line.length < widest;
  if (isShort && (inList || isInline(value))) return line;
  const more = `${indent}  `;
  const [open, shut, parts] = Array.isArray(value)
    ? ["[", "]", value.map((each) => written(each, more, "", true))]
    : ["{", "}", Object.entries(value).map(([name, each]) => member(name, each, more))];
  return `${open}\n${parts.map((part) => `${more}${part}`).join(",\n")}\n${indent}${shut}`;
}

const member = (name: string, value: Json, indent: string): string =>
  `${JSON.stringify(name)}: ${written(value, indent, `${JSON.stringify(name)}: `)}`;

/** Lists of words or of one thing, and what a function of the template stands for. */
const isInline = (value: Json): boolean =>
  Array.isArray(value)
    ? value.length === 1 || value.every((each) => typeof each !== "object")
    : Object.keys(value as object).some((key) => key.startsWith("Fn::"));

function onOneLine(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${onOneLine(each)}`);
  return `{ ${members.join(", ")} }`;
}

if (import.meta.main)
  for (const [path, text] of machineFiles()) writeFileSync(new URL(`../${path}`, import.meta.url), text);
