/** CDK's settings that cdk.json may not hold: the command warns about each key that begins with `aws:`. */
export const APP_CONTEXT = {
  // They are of no use here, and take seconds.
  'aws:cdk:disable-stack-trace': true,
  'aws:cdk:disable-creation-stack-traces': true,
} as const;
