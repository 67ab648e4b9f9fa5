#!/usr/bin/env python3
"""Uploads a file, waits for the verdict, and downloads it again if it is CLEAN.

    airlock_upload.py FILE BUCKET KEY [--queue-url URL]

Exits with 0 for CLEAN, 1 for any other verdict, 2 when there is none in time.
"""
import argparse
import json
import mimetypes
import sys
import time

import boto3
from botocore.exceptions import ClientError

# SQS holds a request for at most this long.
LONG_POLL_SECONDS = 20


def upload(s3, path, bucket, key):
    """Returns the version that was written; None in a bucket without versions."""
    # The stored type has to agree with the content: without one, S3 stores binary/octet-stream, which does.
    content_type, _ = mimetypes.guess_type(key)
    with open(path, "rb") as body:
        answer = s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type or "binary/octet-stream")
    return answer.get("VersionId")


def of_version(version):
    return {} if version is None else {"VersionId": version}


def verdict_by_tags(s3, bucket, key, version, deadline):
    """Needs s3:GetObjectTagging and s3:GetObjectVersionTagging, and no queue."""
    pause = 0.5
    while time.monotonic() < deadline:
        try:
            tags = s3.get_object_tagging(Bucket=bucket, Key=key, **of_version(version))["TagSet"]
        except ClientError as fault:
            # Gone before anybody looked: with onInfected "delete" or "quarantine" it was infected.
            if fault.response["Error"]["Code"] in ("NoSuchKey", "NoSuchVersion", "MethodNotAllowed"):
                return {"status": "GONE", "finding": None}
            raise
        found = {tag["Key"]: tag["Value"] for tag in tags}
        if "scan-status" in found:
            return {"status": found["scan-status"], "finding": found.get("scan-finding")}
        time.sleep(pause)
        pause = min(pause * 2, 10)
    return None


def verdict_by_queue(sqs, queue_url, bucket, key, version, deadline):
    """The queue is subscribed to the stack's topic; each process that waits has one of its own."""
    while (left := deadline - time.monotonic()) > 0:
        wait = max(1, min(LONG_POLL_SECONDS, int(left)))
        answer = sqs.receive_message(QueueUrl=queue_url, WaitTimeSeconds=wait, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            # Not raw: SNS puts the notification into a message of its own.
            notification = json.loads(json.loads(message["Body"])["Message"])
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            # Summaries of rescans have no key.
            about = (notification.get("bucket"), notification.get("key"), notification.get("version"))
            if about == (bucket, key, version):
                return notification
    return None


def download(s3, bucket, key, version, path):
    """Exactly the version that was scanned."""
    answer = s3.get_object(Bucket=bucket, Key=key, **of_version(version))
    with open(path, "wb") as file:
        for chunk in answer["Body"].iter_chunks():
            file.write(chunk)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("bucket")
    parser.add_argument("key")
    parser.add_argument("--queue-url", help="of a queue that subscribe.py made; default: look at the tags")
    parser.add_argument("--output", help="where the file goes when it is CLEAN; default: nowhere")
    parser.add_argument("--timeout", type=float, default=300, help="seconds to wait for the verdict")
    # boto3 reads AWS_ENDPOINT_URL_S3 and the like since 1.28; Debian 12 has an older one.
    parser.add_argument("--s3-endpoint")
    parser.add_argument("--sqs-endpoint")
    given = parser.parse_args()

    s3 = boto3.client("s3", endpoint_url=given.s3_endpoint)
    version = upload(s3, given.file, given.bucket, given.key)
    deadline = time.monotonic() + given.timeout
    if given.queue_url is None:
        verdict = verdict_by_tags(s3, given.bucket, given.key, version, deadline)
    else:
        sqs = boto3.client("sqs", endpoint_url=given.sqs_endpoint)
        verdict = verdict_by_queue(sqs, given.queue_url, given.bucket, given.key, version, deadline)
    if verdict is None:
        print("no verdict yet", file=sys.stderr)
        return 2
    print(" ".join(filter(None, (verdict["status"], verdict["finding"]))))
    if verdict["status"] != "CLEAN":
        return 1
    if given.output is not None:
        download(s3, given.bucket, given.key, version, given.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
