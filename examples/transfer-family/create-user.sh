#!/usr/bin/env bash
# Usage: create-user.sh SERVER_ID ROLE_ARN PUBLIC_KEY_FILE
# ROLE_ARN trusts transfer.amazonaws.com, and has role-policy.json.
set -euo pipefail
key=$(cat "$3")
cd "$(dirname "$0")"

# Programs set times and modes after an upload, which S3 has not: without this they report a failure.
aws transfer update-server --server-id "$1" --protocol-details SetStatOption=ENABLE_NO_OP
aws transfer create-user --server-id "$1" --user-name acme --role "$2" --ssh-public-key-body "$key" \
  --home-directory-type LOGICAL --home-directory-mappings file://directories.json
