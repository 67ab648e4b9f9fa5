/**
 * How clients that do not read AWS_ENDPOINT_URL_S3 upload FILE: the AWS CLI before 2.13, rclone and s3cmd. rclone would
 * read before and after writing, which the gate refuses until the object is CLEAN, and create the bucket.
 */
export function clientLines(endpoint: string, bucket: string): readonly string[] {
  const { host } = new URL(endpoint);
  const remote = `:s3,provider=Other,env_auth,endpoint='${endpoint}':${bucket}`;
  return [
    `aws --endpoint-url ${endpoint} s3 cp FILE s3://${bucket}`,
    `rclone --s3-no-head --s3-no-check-bucket --no-check-dest copy FILE "${remote}"`,
    `s3cmd --no-ssl --host=${host} --host-bucket=${host} put FILE s3://${bucket}`,
  ];
}
