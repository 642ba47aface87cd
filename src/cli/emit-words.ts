/** The command line of an emission, to be given once more: words that a shell takes as they stand. */
import type { CommandLine } from "./arguments.ts";
import { bindingOptions } from "./binding-options.ts";
import { quoted } from "./completion/completed.ts";

const word = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text));

/** ` --stage prod`, by what the line says itself. */
export const whereWords = ({ values }: CommandLine): string =>
  Object.keys(bindingOptions)
    .flatMap((name) => (values[name] === undefined ? [] : [` --${name} ${word(values[name])}`]))
    .join("");

/** The same line, which waits; with a key it asks for one more attempt. */
export function emitWords(line: CommandLine, { attempt }: { readonly attempt?: string }): string {
  const { positionals, values, switches } = line;
  const asks = attempt === undefined ? {} : { attempt };
  const given = Object.entries({ ...values, ...asks }).map(([name, value]) => `--${name} ${word(value)}`);
  const flags = new Set([...switches, "wait", ...(attempt === undefined ? [] : ["again"])]);
  return ["slipway emit", ...positionals.map(word), ...given, ...[...flags].map((name) => `--${name}`)].join(
    " ",
  );
}
