import { z } from 'zod';

/** What Step Functions accepts. @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html */
const EXECUTION_NAME = /^[^\s\p{Cc}<>{}[\]?*"#%\\^|~`$&,;:/]{1,80}$/u;

/** What an EXPRESS execution hands over when all engines are busy: its own name and input, for a STANDARD one. */
export const OverflowingScan = z.strictObject({
  name: z.string().regex(EXECUTION_NAME, 'is not the name of an execution'),
  input: z.looseObject({ detail: z.looseObject({}), policy: z.looseObject({}) }),
});
export type OverflowingScan = z.infer<typeof OverflowingScan>;
