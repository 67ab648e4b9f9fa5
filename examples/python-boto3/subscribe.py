#!/usr/bin/env python3
"""Makes a queue that gets the verdicts of one bucket, and prints its URL.

    subscribe.py QUEUE TOPIC_ARN BUCKET

TOPIC_ARN is the stack's output NotificationsTopicArn. Safe to repeat.
"""
import argparse
import json

import boto3


def subscribe(sqs, sns, name, topic_arn, bucket):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    # Without it SNS may not send to the queue, and says so to nobody.
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }
        ],
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    attributes = {"FilterPolicy": json.dumps({"bucket": [bucket]})}
    sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return url


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("queue")
    parser.add_argument("topic_arn")
    parser.add_argument("bucket")
    parser.add_argument("--sqs-endpoint")
    parser.add_argument("--sns-endpoint")
    given = parser.parse_args()
    sqs = boto3.client("sqs", endpoint_url=given.sqs_endpoint)
    sns = boto3.client("sns", endpoint_url=given.sns_endpoint)
    print(subscribe(sqs, sns, given.queue, given.topic_arn, given.bucket))


if __name__ == "__main__":
    main()
