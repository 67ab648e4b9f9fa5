#!/usr/bin/env bash
# Usage: ROUTING_KEY=… create.sh ROLE_ARN QUEUE_ARN
# ROLE_ARN trusts events.amazonaws.com and may events:InvokeApiDestination; QUEUE_ARN lets EventBridge send to it.
set -euo pipefail
cd "$(dirname "$0")"
role=$1 queue=$2

# PagerDuty takes its key from the body; EventBridge wants an authorization all the same.
connection=$(aws events create-connection --name pagerduty --authorization-type API_KEY \
  --auth-parameters "ApiKeyAuthParameters={ApiKeyName=X-Sent-By,ApiKeyValue=s3-airlock},InvocationHttpParameters={BodyParameters=[{Key=routing_key,Value=$ROUTING_KEY,IsValueSecret=true}]}" \
  --query ConnectionArn --output text)
destination=$(aws events create-api-destination --name pagerduty --connection-arn "$connection" \
  --invocation-endpoint https://events.pagerduty.com/v2/enqueue --http-method POST \
  --invocation-rate-limit-per-second 2 --query ApiDestinationArn --output text)
aws events put-rule --name malware-to-pagerduty --event-pattern file://pattern.json
aws events put-targets --rule malware-to-pagerduty --targets \
  "$(sed "s|DESTINATION_ARN|$destination|; s|ROLE_ARN|$role|; s|QUEUE_ARN|$queue|" targets.json)"
