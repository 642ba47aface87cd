#!/usr/bin/env bash
# A comment on the pull request, or the merge request, that a script runs for; sourced after slipway.sh.

# comment_api: sets how comments are asked for, where all and each of them are, and by what method one is changed. Ends with 1 where the run is for
# no request, or has no token that could write to it.
comment_api() {
  local number
  ask=(curl --silent --show-error --fail-with-body --max-time 30 --header "Content-Type: application/json")
  if [[ -n "${GITHUB_EVENT_PATH:-}" ]]; then
    number="$(node -e 'const e = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")); console.log(e.pull_request?.number ?? "")' "${GITHUB_EVENT_PATH}")"
    [[ -n "${number}" ]] || return 1
    local api="${GITHUB_API_URL:-https://api.github.com}/repos/${GITHUB_REPOSITORY:?}"
    ask+=(--header "Authorization: Bearer ${GITHUB_TOKEN:?}" --header "Accept: application/vnd.github+json")
    comments="${api}/issues/${number}/comments"
    each="${api}/issues/comments"
    change=PATCH
  elif [[ -n "${CI_MERGE_REQUEST_IID:-}" && -n "${GITLAB_TOKEN:-}" ]]; then
    ask+=(--header "PRIVATE-TOKEN: ${GITLAB_TOKEN}")
    comments="${CI_API_V4_URL:?}/projects/${CI_PROJECT_ID:?}/merge_requests/${CI_MERGE_REQUEST_IID}/notes"
    each="${comments}"
    change=PUT
  else
    return 1
  fi
}

# upsert FILE MARKER: puts the file onto the request, in the place of the comment before, which begins with the marker as the file does.
upsert() {
  local file=$1 marker=$2 id="-" count=0 page answer
  local -a ask
  local comments each change
  comment_api || return 0
  for ((page = 1; page <= 30; page += 1)); do
    answer="$("${ask[@]}" "${comments}?per_page=100&page=${page}")" || return 1
    read -r id count < <(MARKER="${marker}" node -e '
      const comments = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
      const own = comments.find(({ body }) => (body ?? "").startsWith(process.env.MARKER));
      console.log(own?.id ?? "-", comments.length);
    ' <<<"${answer}")
    [[ "${id}" != "-" || "${count}" -lt 100 ]] && break
  done
  node -e 'console.log(JSON.stringify({ body: require("node:fs").readFileSync(process.argv[1], "utf8").slice(0, 65000) }))' "${file}" |
    if [[ "${id}" == "-" ]]; then
      "${ask[@]}" --request POST --data-binary @- "${comments}" >/dev/null
    else
      "${ask[@]}" --request "${change}" --data-binary @- "${each}/${id}" >/dev/null
    fi
}
