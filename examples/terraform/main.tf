# An application in Terraform, beside an airlock that CDK has deployed: a queue with the verdicts on its uploads.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.0"
    }
  }
}

variable "airlock_stack" {
  description = "Name of the airlock's stack."
  type        = string
  default     = "S3Airlock"
}

variable "bucket" {
  description = "A watched bucket; null for the one that the stack has made and named."
  type        = string
  default     = null
}

variable "application_role" {
  description = "Name of the IAM role of the application."
  type        = string
}

data "aws_cloudformation_stack" "airlock" {
  name = var.airlock_stack
}

locals {
  outputs = data.aws_cloudformation_stack.airlock.outputs
  topic   = local.outputs["NotificationsTopicArn"]
  bucket  = var.bucket != null ? var.bucket : local.outputs["UploadsBucketName"]
}

resource "aws_sqs_queue" "undelivered" {
  name                      = "upload-verdicts-undelivered"
  message_retention_seconds = 1209600
}

resource "aws_sqs_queue" "verdicts" {
  name = "upload-verdicts"
  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.undelivered.arn
    maxReceiveCount     = 5
  })
}

# Without it SNS may not send to the queue, and says so to nobody.
data "aws_iam_policy_document" "verdicts" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.verdicts.arn]

    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [local.topic]
    }
  }
}

resource "aws_sqs_queue_policy" "verdicts" {
  queue_url = aws_sqs_queue.verdicts.url
  policy    = data.aws_iam_policy_document.verdicts.json
}

resource "aws_sns_topic_subscription" "verdicts" {
  topic_arn            = local.topic
  protocol             = "sqs"
  endpoint             = aws_sqs_queue.verdicts.arn
  raw_message_delivery = true
  filter_policy        = jsonencode({ bucket = [local.bucket] })

  depends_on = [aws_sqs_queue_policy.verdicts]
}

# What the application needs. The bucket's gate denies reads until an object is CLEAN, whatever is allowed here.
data "aws_iam_policy_document" "application" {
  statement {
    actions = [
      "s3:PutObject",
      "s3:GetObject",
      "s3:GetObjectVersion",
      "s3:GetObjectTagging",
      "s3:GetObjectVersionTagging",
    ]
    resources = ["arn:aws:s3:::${local.bucket}/*"]
  }

  statement {
    actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]
    resources = [aws_sqs_queue.verdicts.arn]
  }
}

resource "aws_iam_role_policy" "application" {
  name   = "uploads"
  role   = var.application_role
  policy = data.aws_iam_policy_document.application.json
}

output "verdicts_queue_url" {
  value = aws_sqs_queue.verdicts.url
}
