# An existing bucket whose policy Terraform owns. A bucket has one policy, and this resource replaces it: leave the gate
# out, and the next apply opens the bucket. After a deployment of the airlock that replaced roles, print the gate again:
#
#   npx airlock bucket-policy print NAME > gate.json
#
# If Terraform does not own the policy, have none of this, and merge the gate: npx airlock bucket-policy merge NAME

variable "bucket" {
  description = "A bucket of airlock.buckets[] with \"existing\": true."
  type        = string
}

data "aws_iam_policy_document" "existing" {
  source_policy_documents = [file("${path.module}/gate.json")]

  # The bucket's own statements.
  statement {
    sid       = "DenyHttp"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::${var.bucket}", "arn:aws:s3:::${var.bucket}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "existing" {
  bucket = var.bucket
  policy = data.aws_iam_policy_document.existing.json
}
