#!/usr/bin/env bash
# Usage: SLACK_TOKEN=xoxb-… create.sh ROLE_ARN QUEUE_ARN
# ROLE_ARN trusts events.amazonaws.com and may events:InvokeApiDestination; QUEUE_ARN lets EventBridge send to it.
set -euo pipefail
cd "$(dirname "$0")"
role=$1 queue=$2

connection=$(aws events create-connection --name slack --authorization-type API_KEY \
  --auth-parameters "ApiKeyAuthParameters={ApiKeyName=Authorization,ApiKeyValue=Bearer $SLACK_TOKEN}" \
  --query ConnectionArn --output text)
destination=$(aws events create-api-destination --name slack --connection-arn "$connection" \
  --invocation-endpoint https://slack.com/api/chat.postMessage --http-method POST \
  --invocation-rate-limit-per-second 1 --query ApiDestinationArn --output text)
aws events put-rule --name refused-uploads-to-slack --event-pattern file://pattern.json
aws events put-targets --rule refused-uploads-to-slack --targets \
  "$(sed "s|DESTINATION_ARN|$destination|; s|ROLE_ARN|$role|; s|QUEUE_ARN|$queue|" targets.json)"
