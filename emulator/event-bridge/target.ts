export interface Target {
  readonly Arn: string;
  /** The role that EventBridge assumes to start it. */
  readonly RoleArn?: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
  /** JSON, whatever the event is. */
  readonly Input?: string;
  /** The part of the event that it gets. */
  readonly InputPath?: string;
  readonly InputTransformer?: { readonly InputPathsMap?: Record<string, string>; readonly InputTemplate: string };
}
