#!/usr/bin/env bash
# How the scripts of the actions call the command: as SLIPWAY says, or from this checkout, which is made ready once.

# The folder of the repository that these actions are in.
slipway_home="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# The command and its first words; SLIPWAY has them with spaces in between.
if [[ -n "${SLIPWAY:-}" ]]; then
  read -ra slipway_command <<<"${SLIPWAY}"
else
  slipway_command=(node "${slipway_home}/dist/slipway.js")
fi

slipway() {
  "${slipway_command[@]}" "$@"
}

# The bundle takes Node 20 or newer; what builds it comes with the lockfile.
prepare_slipway() {
  [[ -n "${SLIPWAY:-}" || -f "${slipway_home}/dist/slipway.js" ]] && return 0
  (cd "${slipway_home}" && npm ci --no-audit --no-fund >&2 && npm run --silent build >&2)
}

# output NAME VALUE: one line, for the steps that follow, or the jobs.
output() {
  [[ -z "${GITHUB_OUTPUT:-}" ]] || printf '%s=%s\n' "$1" "$2" >>"${GITHUB_OUTPUT}"
  [[ -z "${SLIPWAY_DOTENV:-}" ]] || printf 'SLIPWAY_%s=%s\n' "$(tr a-z- A-Z_ <<<"$1")" "$2" >>"${SLIPWAY_DOTENV}"
}

# tell error|warning|notice TITLE TEXT [FILE]: where the CI system shows what is to be seen first.
tell() {
  if [[ -n "${GITHUB_ACTIONS:-}" ]]; then
    printf '::%s %stitle=%s::%s\n' "$1" "${4:+file=$4,}" "$2" "$3"
  else
    printf '%s: %s%s: %s\n' "$1" "${4:+$4: }" "$2" "$3"
  fi
}

# summary FILE: onto the page of the run, or into what it prints where there is no such page.
summary() {
  [[ -f "$1" ]] || return 0
  if [[ -n "${GITHUB_STEP_SUMMARY:-}" ]]; then cat "$1" >>"${GITHUB_STEP_SUMMARY}"; else cat "$1"; fi
}

# field FILE NAME: a value of a JSON document that is a word, empty where there is none.
field() {
  node -e '
    const [file, name] = process.argv.slice(1);
    let document = {};
    try { document = JSON.parse(require("node:fs").readFileSync(file, "utf8")); } catch {}
    console.log(String(document[name] ?? "").replace(/[\r\n]+/g, " "));
  ' "$1" "$2"
}
