/**
 * Wildcards of IAM: `*` is any text, `?` any one character, `${*}`, `${?}` and `${$}` the characters themselves.
 * Other policy variables are refused by name.
 */
export type Matcher = (text: string) => boolean;

/**
 * A matcher of whole texts; letters must agree in case unless `caseless` is set. Throws on a policy variable.
 * Source: IAM user guide, policy variables, "Where you can use policy variables" and "special characters".
 */
export function wildcards(pattern: string, { caseless = false } = {}): Matcher {
  if (pattern === "*") return () => true;
  const pieces = piecesOf(pattern);
  const source = pieces.map(sourceOf).join("");
  const [first] = pieces;
  if (pieces.length <= 1 && typeof first !== "symbol" && !caseless) return (text) => text === (first ?? "");
  const expression = new RegExp(`^${source}$`, caseless ? "is" : "s");
  return (text) => expression.test(text);
}

const anyText = Symbol("*");
const oneCharacter = Symbol("?");
type Piece = string | typeof anyText | typeof oneCharacter;

function piecesOf(pattern: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [piece] of pattern.matchAll(/\$\{[^}]*\}?|[*?]|[^*?$]+|\$/g)) {
    if (piece === "*") pieces.push(anyText);
    else if (piece === "?") pieces.push(oneCharacter);
    else pieces.push(piece.startsWith("${") ? specialCharacter(piece) : piece);
  }
  return pieces;
}

function specialCharacter(variable: string): string {
  const [, character] = /^\$\{([*?$])\}$/.exec(variable) ?? [];
  if (character === undefined) throw new Error(`the policy variable ${variable} is not modelled`);
  return character;
}

function sourceOf(piece: Piece): string {
  if (piece === anyText) return ".*";
  if (piece === oneCharacter) return ".";
  return String(piece).replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** arn:partition:service:region:account:resource */
const parts = 6;

/**
 * A matcher of ARNs: each of the six parts on its own, the last one with all colons in it; parts that an incomplete
 * pattern lacks match anything. Throws when `pattern` is no ARN.
 * Source: IAM user guide, Resource element and ARN condition operators. It also says that a `*` at the end of a part
 * can reach beyond the colon; here it does not, which is the stricter reading of an Allow.
 */
export function arns(pattern: string): Matcher {
  if (!pattern.startsWith("arn:")) throw new Error(`expected an ARN, found ${JSON.stringify(pattern)}`);
  const matchers = partsOf(pattern).map((part) => wildcards(part));
  return (text) => {
    const found = partsOf(text);
    return found.length === parts && matchers.every((matches, index) => matches(found[index] ?? ""));
  };
}

function partsOf(arn: string): string[] {
  const all = arn.split(":");
  return all.length <= parts ? all : [...all.slice(0, parts - 1), all.slice(parts - 1).join(":")];
}
