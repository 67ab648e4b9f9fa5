/** What one notification says. A channel sends the parts that it has room for. */
export interface MessageContent {
  /** Text. */
  readonly body: string;
  /** SNS's `Subject`, the subject of an e-mail; none: SNS chooses one for e-mails. */
  readonly subject?: string;
  /** To filter by, empty values left out. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The same as a JSON object. */
  readonly detail: object;
}
