#!/usr/bin/env bash
# The step of action.yml. Its inputs come as variables: nothing that a workflow holds becomes a word of this script.
set -euo pipefail

root=()
[ "$(id -u)" -eq 0 ] || root=(sudo -E)
kept=$(mktemp -d "${RUNNER_TEMP:-/tmp}/pktwhy.XXXXXX")
read -r -a called <<<"${PKTWHY:-pktwhy}"
[ "${#called[@]}" -ne 1 ] || called=("$(command -v "${called[0]}")")
read -r -a options <<<"${PKTWHY_OPTIONS:-}"
expect=()
[ -z "${PKTWHY_EXPECT:-}" ] || expect=(--expect "$PKTWHY_EXPECT")

status=0
"${root[@]}" "${called[@]}" run "${options[@]}" "${expect[@]}" -w "$kept/case/" -f md -o "$kept/report.md" \
  -- bash -c "$PKTWHY_COMMAND" || status=$?
[ "${#root[@]}" -eq 0 ] || sudo chown -R "$(id -u):$(id -g)" "$kept"

# Without a report (bad usage, no permission) there is nothing to summarise; the log says why.
if [ -s "$kept/report.md" ]; then
  cat "$kept/report.md" >>"${GITHUB_STEP_SUMMARY:-/dev/stdout}"
  "${called[@]}" explain "$kept/case/" --json -o "$kept/report.json" || true
fi
{
  echo "status=$status"
  echo "report=$kept/report.json"
} >>"${GITHUB_OUTPUT:-/dev/null}"
exit "$status"
