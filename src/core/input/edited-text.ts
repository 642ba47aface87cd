/** Sets values in a text of YAML as a person would: what is beside them, comments among it, stays as it is written. */
import { type Document, isMap, isScalar, parseDocument } from "yaml";

export interface TextEdit {
  readonly path: readonly string[];
  readonly to: unknown;
}

/** Edit after edit; a path that is not there is made. */
export const edited = (text: string, edits: readonly TextEdit[]): string =>
  edits.reduce((all, edit) => editedOnce(all, edit), text);

function editedOnce(text: string, { path, to }: TextEdit): string {
  const doc = parseDocument(text, { merge: true });
  const found = doc.getIn(path, true);
  // In its place: a document that is written anew loses how it was laid out.
  if (isScalar(found) && found.anchor === undefined && found.range)
    return spliced(text, [found.range[0], found.range[1]], JSON.stringify(to));
  const { contents } = doc;
  const isBlock = isMap(contents) && contents.flow !== true && !contents.has(path[0] ?? "");
  if (isBlock) return `${text.replace(/\n*$/, "\n")}\n${blockOf(path, to)}`;
  return rewritten(doc, { path, to });
}

const spliced = (text: string, [from, to]: readonly [number, number], by: string): string =>
  text.slice(0, from) + by + text.slice(to);

/** A section of its own, at the end. */
const blockOf = (path: readonly string[], to: unknown): string =>
  `${path.map((key, depth) => `${"  ".repeat(depth)}${key}:`).join("\n")} ${flowText(to)}\n`;

/** JSON, with the spaces that people write. */
function flowText(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([key, each]) => `${key}: ${flowText(each)}`);
  return `{ ${members.join(", ")} }`;
}

function rewritten(doc: Document, { path, to }: TextEdit): string {
  doc.setIn(path, doc.createNode(to));
  return doc.toString({ lineWidth: 0 });
}
