/** The completion for zsh, by its own system (zshcompsys): with what each command and option is for. */
import { type Completed, firstWords, quoted, secondWords } from "./completed.ts";

export function zshScript(all: readonly Completed[]): string[] {
  const second = secondWords(all);
  return [
    "#compdef slipway",
    "# Completion of slipway for zsh.",
    "_slipway_word_or_file() {",
    "  local -a listed",
    '  listed=("$@")',
    "  _alternative 'words:word:compadd -a listed' 'files:file:_files'",
    "}",
    "_slipway() {",
    "  local -a commands",
    `  commands=(${described(firstWords(all))})`,
    "  if (( CURRENT == 2 )); then",
    "    _describe -t commands command commands",
    "    return",
    "  fi",
    '  case "$words[2] $words[3]" in',
    ...all.filter(({ name }) => name.includes(" ")).flatMap((each) => caseOf(each, second)),
    "  esac",
    '  case "$words[2]" in',
    ...all.filter(({ name }) => !name.includes(" ")).flatMap((each) => caseOf(each, second)),
    "    help)",
    "      (( CURRENT == 3 )) && _describe -t commands command commands ;;",
    "  esac",
    "}",
    "# Found by its name in fpath, or run by eval.",
    'if [ "$funcstack[1]" = _slipway ]; then _slipway "$@"; else compdef _slipway slipway; fi',
  ];
}

/** A command of two words counts from its second word on, and only once something follows that. */
function caseOf(command: Completed, second: ReturnType<typeof secondWords>): string[] {
  const skipped = command.name.split(" ").length;
  const cut = `        words=("\${(@)words[${skipped + 1},-1]}"); (( CURRENT -= ${skipped} ))`;
  const lines = [
    cut,
    `        _arguments -s -S ${argumentsOf(command, second).map(quoted).join(" \\\n          ")}`,
  ];
  if (skipped === 1) return [`    ${command.name})`, ...lines, "        return ;;"];
  return [
    `    ${quoted(command.name)})`,
    "      if (( CURRENT > 3 )); then",
    ...lines,
    "        return",
    "      fi ;;",
  ];
}

function argumentsOf(command: Completed, second: ReturnType<typeof secondWords>): string[] {
  const { takes, files } = command;
  const words = [...command.words, ...(second.get(command.name) ?? []).map(([word]) => word)];
  return [
    ...command.options.map(({ name, help, value, repeatable, ...filled }) => {
      const about = `${repeatable ? "*" : ""}--${name}${value === undefined ? "" : "="}[${escaped(help)}]`;
      return value === undefined ? about : `${about}:${escaped(value)}:${action(filled.words, filled.files)}`;
    }),
    ...(takes === "" ? [] : [`1:${escaped(takes)}:${action(words, files)}`]),
  ];
}

/** What _arguments is to offer; after a space it runs a command as it stands. */
function action(words: readonly string[], files: boolean): string {
  if (words.length === 0) return files ? "_files" : " ";
  return files ? ` _slipway_word_or_file ${words.join(" ")}` : `(${words.join(" ")})`;
}

/** In a specification of _arguments, colons and brackets have a meaning. */
const escaped = (text: string): string => text.replace(/[[\]:\\]/g, (sign) => `\\${sign}`);

const described = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([word, summary]) => quoted(`${word}:${summary}`)).join(" ");
