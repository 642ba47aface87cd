/**
 * The completion for bash, from 3.2 on: without associative arrays, and without the package bash-completion, which a
 * machine may not have.
 */
import { type Completed, firstWords, quoted, secondWords } from "./completed.ts";

export function bashScript(all: readonly Completed[]): string[] {
  const second = secondWords(all);
  const long = all.filter(({ name }) => name.includes(" ")).map(({ name }) => quoted(name));
  const first = [...firstWords(all).map(([word]) => word), "--help", "--version"].join(" ");
  return [
    `# Completion of slipway for bash.
_slipway() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]}
  local command=\${COMP_WORDS[1]} words= files= at=2
  COMPREPLY=()
  # bash parts a line at =, too: what stands before it is the option.
  if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ]; then prev=\${COMP_WORDS[COMP_CWORD - 2]}; fi
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
    ${long.join("|")})
      if [ "$COMP_CWORD" -gt 2 ]; then command="\${COMP_WORDS[1]} \${COMP_WORDS[2]}" at=3; fi ;;
  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    words=${quoted(first)}
  else
    case "$command $prev" in`,
    ...all.flatMap(valueCases),
    "      *)",
    '        case "$command" in',
    ...all.flatMap((each) => commandCase(each, second.get(each.name)?.map(([word]) => word) ?? [])),
    ...helpCase(all, second),
    "        esac ;;",
    "    esac",
    "  fi",
    "  # A word has no space in it; the name of a file may.",
    '  COMPREPLY=($(compgen -W "$words" -- "$cur"))',
    '  if [ -n "$files" ]; then',
    "    local IFS=$'\\n'",
    "    compopt -o filenames 2>/dev/null",
    '    COMPREPLY+=($(compgen -f -- "$cur"))',
    "  fi",
    "}",
    "complete -F _slipway slipway",
  ];
}

/** After an option that takes a value comes nothing but that. */
const valueCases = ({ name, options }: Completed): string[] =>
  options
    .filter(({ value }) => value !== undefined)
    .map(
      ({ name: option, words, files }) =>
        `      ${quoted(`${name} --${option}`)}) ${settings(words, files)} ;;`,
    );

function commandCase({ name, options, words, files }: Completed, second: readonly string[]): string[] {
  const switches = options.map((option) => `--${option.name}`).join(" ");
  const first = [...words, ...second].join(" ");
  return [
    `          ${quoted(name)})`,
    `            case "$cur" in -*) words=${quoted(switches)} ;; *)`,
    ...(first === ""
      ? []
      : [`              if [ "$COMP_CWORD" -eq "$at" ]; then words=${quoted(first)}; fi`]),
    `              files=${files ? "1" : ""} ;;`,
    "            esac ;;",
  ];
}

const settings = (words: readonly string[], files: boolean): string =>
  `words=${quoted(words.join(" "))} files=${files ? "1" : ""}`;

function helpCase(
  all: readonly Completed[],
  second: ReadonlyMap<string, readonly (readonly [string, string])[]>,
): string[] {
  const names = firstWords(all).map(([word]) => word);
  return [
    "          help)",
    '            case "$prev" in',
    `              help) words=${quoted(names.filter((name) => name !== "help").join(" "))} ;;`,
    ...[...second].map(
      ([first, words]) => `              ${first}) words=${quoted(words.map(([word]) => word).join(" "))} ;;`,
    ),
    "            esac ;;",
  ];
}
