#!/usr/bin/env bash
# Rehearses a plan for a pull request: its mistakes at their lines, what came of it in each world as a comment that is kept
# up to date, and an end that says whether it went as expected.
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=actions/slipway.sh
source "${here}/../slipway.sh"
# shellcheck source=actions/comment.sh
source "${here}/../comment.sh"

: "${PLAN:?the file of the plan}"
work="${RUNNER_TEMP:-$(mktemp -d)}/slipway-rehearse"
mkdir -p "${work}"
facts="${work}/facts.json"
body="${work}/body.md"
comment="${work}/comment.md"
rm -f "${facts}" "${body}" "${comment}"

prepare_slipway || exit 1

# mistaken WORLD=OUTCOME…: which of them did not come so, in a line each.
mistaken() {
  # shellcheck disable=SC2016
  node -e '
    const [file, ...pairs] = process.argv.slice(1);
    const facts = JSON.parse(require("node:fs").readFileSync(file, "utf8"));
    const worlds = new Map((facts.worlds ?? [facts]).map((one) => [one.world.name, one.outcome]));
    for (const pair of pairs) {
      const [world, outcome] = pair.split("=");
      const found = worlds.get(world);
      if (found !== outcome) console.log(`${world}: expected ${outcome}, found ${found ?? "no such world in the rehearsal"}`);
    }
  ' "$@"
}

checked=(plan "${PLAN}")
[[ -n "${GITHUB_ACTIONS:-}" ]] && checked+=(--annotations github)
[[ -n "${LIMITS:-}" ]] && checked+=(--limits "${LIMITS}")
[[ -n "${SARIF:-}" ]] && checked+=(--sarif "${SARIF}")
[[ -n "${JUNIT:-}" ]] && checked+=(--junit "${JUNIT}")
marker="<!-- slipway-rehearse ${PLAN} -->"
slipway "${checked[@]}" >/dev/null
code=$?
wrong=""
if [[ "${code}" -eq 0 ]]; then
  words=(rehearse "${PLAN}" --world "${WORLD:-all}" --seed "${SEED:-1}" --quiet --json --markdown "${body}")
  [[ -n "${TRAFFIC:-}" ]] && words+=(--traffic "${TRAFFIC}")
  slipway "${words[@]}" >"${facts}"
  code=$?
fi
if [[ -s "${facts}" ]]; then
  read -ra expected <<<"${EXPECT-healthy=promoted}"
  wrong="$(mistaken "${facts}" "${expected[@]+"${expected[@]}"}")"
  # What a rehearsal ends with is an outcome: whether it is the right one is what was expected. A broken invariant never is.
  [[ "${code}" -eq 3 || "${code}" -eq 1 || "${code}" -ge 64 ]] || code=0
  [[ -z "${wrong}" || "${code}" -ne 0 ]] || code=2
else
  printf '### %s\n\nThe plan was not rehearsed: it has mistakes, which are at their lines (exit code %s).\n' \
    "$(basename "${PLAN}")" "${code}" >"${body}"
fi
{
  printf '%s\n' "${marker}"
  cat "${body}"
  if [[ -n "${wrong}" ]]; then printf '\n**Not as expected:**\n\n'; while read -r line; do printf -- '- %s\n' "${line}"; done <<<"${wrong}"; fi
} >"${comment}"
while read -r line; do
  [[ -z "${line}" ]] || tell error "not as expected" "${line}" "${PLAN}"
done <<<"${wrong}"
summary "${comment}"
output exit-code "${code}"
output markdown "${comment}"
output facts "${facts}"
if [[ "${COMMENT:-true}" == true ]]; then
  upsert "${comment}" "${marker}" ||
    tell warning "no comment" "the comment could not be written; that takes pull-requests: write, or GitLab's scope api, which a fork's run has not"
fi
exit "${code}"
