/** The lines of a bill, in the order in which they are printed. */
export const LINES = [
  'Step Functions',
  'execution log',
  'X-Ray',
  'scanner',
  'other functions',
  'SQS',
  'S3 requests',
  'tags, one month',
  'logs of functions',
  'SNS, EventBridge',
  'alarms, dashboard, metrics',
  'KMS keys',
] as const;
export type Line = (typeof LINES)[number];

/** US dollars by line; a line that is missing is 0. */
export type Bill = Readonly<Partial<Record<Line, number>>>;

export const totalOf = (bill: Bill): number => LINES.reduce((sum, line) => sum + (bill[line] ?? 0), 0);

export const times = (bill: Bill, factor: number): Bill => byLine((line) => (bill[line] ?? 0) * factor);

export const sumOf = (bills: readonly Bill[]): Bill =>
  byLine((line) => bills.reduce((sum, bill) => sum + (bill[line] ?? 0), 0));

const byLine = (usd: (line: Line) => number): Bill =>
  Object.fromEntries(LINES.map((line) => [line, usd(line)] as const).filter(([, value]) => value !== 0));
