/**
 * US dollars in us-east-1, on demand, without free tiers and volume discounts, as of 2026-11-26.
 * The one place for prices: docs, estimates and simulations take theirs from here.
 * @see https://aws.amazon.com/s3/pricing/ https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/step-functions/pricing/
 * @see https://aws.amazon.com/sqs/pricing/ https://aws.amazon.com/sns/pricing/ https://aws.amazon.com/eventbridge/pricing/
 * @see https://aws.amazon.com/cloudwatch/pricing/ https://aws.amazon.com/xray/pricing/ https://aws.amazon.com/kms/pricing/
 * @see https://aws.amazon.com/guardduty/pricing/
 */
export const PRICES = {
  s3: {
    listRequest: 0.005 / 1000,
    readRequest: 0.0004 / 1000,
    writeRequest: 0.005 / 1000,
    /** Not confirmed by the price page: second-hand sources say $0.0065 and, for 2024 and before, $0.01 per 10,000. */
    tagMonth: 0.0065 / 10_000,
  },
  lambda: {
    request: 0.2 / 1_000_000,
    gbSecond: { x86_64: 0.000_016_666_7, arm64: 0.000_013_333_4 },
  },
  stepFunctions: {
    stateTransition: 0.025 / 1000,
    expressRequest: 1 / 1_000_000,
    /** First tier; memory in chunks of 64 MB, time rounded up to 100 ms. */
    expressGbSecond: 0.000_016_67,
  },
  sqs: {
    /** Standard queue; each action is one request, also one that carries ten messages of up to 64 KB together. */
    request: 0.4 / 1_000_000,
  },
  sns: { publish: 0.5 / 1_000_000 },
  eventBridge: {
    /** Events of S3 and their delivery to a target of the same account are free. */
    customEvent: 1 / 1_000_000,
  },
  logs: { ingestedGb: 0.5 },
  xray: { trace: 5 / 1_000_000 },
  cloudWatch: { alarmMetricMonth: 0.1, metricMonth: 0.3, dashboardMonth: 3, metricRequested: 0.01 / 1000 },
  kms: { keyMonth: 1 },
  /** Malware Protection for S3. */
  guardDuty: { object: 0.215 / 1000, gb: 0.09 },
} as const;

export type Architecture = keyof typeof PRICES.lambda.gbSecond;
