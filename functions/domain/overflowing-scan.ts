import { z } from 'zod';

/** What an EXPRESS execution hands over when all engines are busy: its own name and input, for a STANDARD one. */
export const OverflowingScan = z.strictObject({
  name: z.string().regex(/^[\w-]{1,80}$/, 'is not the name of an execution'),
  input: z.looseObject({ detail: z.looseObject({}), policy: z.looseObject({}) }),
});
export type OverflowingScan = z.infer<typeof OverflowingScan>;
