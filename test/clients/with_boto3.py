"""What an application does with boto3: prints one JSON object, which the test compares."""
import io
import json
import sys
import urllib.error
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint, bucket, large = sys.argv[1:]
s3 = boto3.client("s3", endpoint_url=endpoint, config=Config(signature_version="s3v4"))
old = boto3.client("s3", endpoint_url=endpoint)
found = {}


def put(url, body):
    try:
        return urllib.request.urlopen(urllib.request.Request(url, body, method="PUT")).status, ""
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def code(call):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]


params = {"Bucket": bucket, "Key": "boto/presigned.txt"}
found["presigned"] = put(s3.generate_presigned_url("put_object", params), b"all is well")
found["version2"] = put(old.generate_presigned_url("put_object", params), b"all is well")
s3.upload_fileobj(io.BytesIO(b"all is well"), bucket, "boto/stream.txt")
s3.upload_file(large, bucket, "boto/large.txt")
s3.get_waiter("bucket_exists").wait(Bucket=bucket)
key = {"Bucket": bucket, "Key": "boto/parts.bin"}
upload = s3.create_multipart_upload(ChecksumAlgorithm="SHA256", **key)["UploadId"]
part = s3.upload_part(UploadId=upload, PartNumber=1, Body=b"one part", ChecksumAlgorithm="SHA256", **key)
parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumSHA256": part["ChecksumSHA256"]}]}
done = [s3.complete_multipart_upload(UploadId=upload, MultipartUpload=parts, **key) for _ in range(2)]
found["repeated"] = done[0]["VersionId"] == done[1]["VersionId"]
found["bucket"] = code(lambda: s3.create_bucket(Bucket="xn--bucket"))
print(json.dumps(found))
