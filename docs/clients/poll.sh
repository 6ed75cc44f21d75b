#!/usr/bin/env bash
# Changed dossiers, page after page, by curl. The cursor is kept in a file: run it as often as you like, nothing is missed.
#   PORTAL=https://… KEY=… CURSOR_FILE=cursor bash poll.sh
set -euo pipefail
cursor=$(cat "${CURSOR_FILE:-cursor}" 2>/dev/null || true)
while :; do
  page=$(curl --fail-with-body --silent --show-error --get "$PORTAL/api/v1/dossiers" \
    -H "Authorization: Api-Key $KEY" --data-urlencode "limit=2" ${cursor:+--data-urlencode "cursor=$cursor"})
  printf '%s' "$page" | python3 -c 'import json, sys
for item in json.load(sys.stdin)["items"]: print(item["code"], item["state"], item["updated_at"])'
  cursor=$(printf '%s' "$page" | python3 -c 'import json, sys; print(json.load(sys.stdin)["next_cursor"])')
  printf '%s' "$cursor" > "${CURSOR_FILE:-cursor}"
  [ "$(printf '%s' "$page" | python3 -c 'import json, sys; print(json.load(sys.stdin)["more"])')" = True ] || break
done
