/**
 * Whether a model or a configuration that exists is the one that was asked for. AWS answers with more than it was
 * given (defaults, what it looked up in a package), so all that was asked must be there, and nothing that would make
 * it another thing: a bucket that requests are captured in, another network, another key.
 */
import type { JsonValue } from "./json-value.ts";

/** Members that AWS may answer with unasked and that change nothing about what serves, or who reads it. */
const harmless: ReadonlySet<string> = new Set(["MetricsConfig"]);

/** `found` is AWS's answer, null where there is none of that name; `asked` is what the ledger intended. */
export function isAsked(found: JsonValue, asked: JsonValue): boolean {
  if (!isMembers(found) || !isMembers(asked)) return found === asked;
  const [is, should] = [withContainers(found), withContainers(contentOf(asked))];
  const more = Object.keys(is).filter((key) => isNothing(should[key]) && !isNothing(is[key]));
  return shows(is, should) && more.every((key) => harmless.has(key));
}

type Members = { readonly [key: string]: JsonValue };
const isMembers = (value: JsonValue | undefined): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Tags are no content: whoever describes a thing does not say them, and anybody may change them at any time. */
const contentOf = ({ Tags: _, ...content }: Members): Members => content;

/** A model of one container may be asked for, and answered, in either of two ways (CreateModel, API reference). */
function withContainers({ PrimaryContainer, ...rest }: Members): Members {
  return isMembers(PrimaryContainer) ? { ...rest, Containers: [PrimaryContainer] } : rest;
}

/** What AWS may leave out of its answer. */
function isNothing(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  if (value === 0 || value === "") return true;
  return typeof value === "object" && Object.values(value).every(isNothing);
}

function shows(found: JsonValue | undefined, asked: JsonValue): boolean {
  if (isNothing(asked)) return isNothing(found);
  if (typeof asked === "number" && typeof found === "number")
    return Math.fround(found) === Math.fround(asked);
  if (Array.isArray(asked)) {
    const [is, should] = [found, asked as readonly JsonValue[]];
    return (
      Array.isArray(is) &&
      is.length === should.length &&
      should.every((one, i) => (typeof one === "string" ? is.includes(one) : shows(is[i], one)))
    );
  }
  if (isMembers(asked))
    return isMembers(found) && Object.entries(asked).every(([key, one]) => shows(found[key], one));
  return found === asked;
}
