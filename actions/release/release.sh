#!/usr/bin/env bash
# Releases a version by `slipway emit --wait` and tells the run how that ended: outputs outcome, release, report, gates and
# exit-code, a summary, and the release's page. Ends with the command's own exit code.
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=actions/slipway.sh
source "${here}/../slipway.sh"

: "${PLAN:?the file of the plan}" "${VERSION:?the version to release}"
work="${RUNNER_TEMP:-$(mktemp -d)}/slipway-release"
mkdir -p "${work}"
told="${work}/told.json"
markdown="${work}/told.md"
page="${work}/release.html"
gates="${work}/gates.xml"
rm -f "${told}" "${markdown}" "${page}" "${gates}"

prepare_slipway || exit 1

where=()
[[ -n "${STAGE:-}" ]] && where+=(--stage "${STAGE}")
words=(emit "${PLAN}" --version "${VERSION}" --wait --json --markdown "${markdown}")
words+=(--timeout "${TIMEOUT:-4h}" --every "${EVERY:-30}" --on-cancel "${ON_CANCEL:-leave}")
[[ -n "${MILESTONE:-}" ]] && words+=(--milestone "${MILESTONE}")
[[ -n "${REASON:-}" ]] && words+=(--reason "${REASON}")
[[ -n "${ATTEMPT:-}" ]] && words+=(--attempt "${ATTEMPT}")
[[ "${AGAIN:-false}" == true ]] && words+=(--again)
[[ "${FAIL_ON_IGNORED:-false}" == true ]] && words+=(--fail-on-ignored)

# told_as OUTCOME RELEASE CODE
told_as() {
  output outcome "$1"
  output release "$2"
  output report "$([[ -f "${page}" ]] && echo "${page}")"
  output gates "$([[ -f "${gates}" ]] && echo "${gates}")"
  output exit-code "$3"
}

if [[ "${APPLY:-false}" == true ]]; then
  slipway plan apply "${PLAN}" "${where[@]+"${where[@]}"}" || {
    code=$?
    told_as not-started "" "${code}"
    tell error "not started" "${PLAN} could not be put in force; what slipway plan apply said is in this step's log"
    exit "${code}"
  }
fi

# A runner that cancels tells this process alone, and has no patience: the command hears of it at once. It sends SIGINT and,
# seconds later, SIGTERM: the command hears of the first, since the same one twice would end it before it has stopped anything.
"${slipway_command[@]}" "${words[@]}" "${where[@]+"${where[@]}"}" >"${told}" &
command_id=$!
trap 'trap : INT TERM; kill -TERM "${command_id}" 2>/dev/null' INT TERM
wait "${command_id}"
code=$?
# A signal ends the waiting, not the command.
while kill -0 "${command_id}" 2>/dev/null; do
  wait "${command_id}"
  code=$?
done
# The second may come while the run is told how that ended: that is still told.
trap : INT TERM

release="$(field "${told}" release)"
outcome="$(field "${told}" outcome)"
# Without a document: of bad input nothing was started, and of anything else that is not known.
[[ -n "${outcome}" ]] || outcome="$([[ "${code}" -eq 64 ]] && echo bad-input || echo unknown)"
cat "${told}"
if [[ -n "${release}" && "${code}" -lt 64 && "${outcome}" != ignored ]]; then
  slipway report "${release}" --report "${page}" --junit "${gates}" "${where[@]+"${where[@]}"}" >/dev/null ||
    tell notice "no page" "the page of ${release} could not be made; it is not needed" >&2
fi
told_as "${outcome}" "${release}" "${code}"
summary "${markdown}"
case "${code}" in
  0) ;;
  5) tell warning "still under way" "${release} goes on; run this job again and it attaches" ;;
  6) tell warning "waits for a person" "${release}: the summary has the commands that answer; then run this job again" ;;
  130 | 143) tell warning "cancelled" "${release:-the release}: ${outcome}; run this job again, and it attaches or hears how it ended" ;;
  *) tell error "${outcome}" "${release:-no release}: the summary says why" ;;
esac
exit "${code}"
