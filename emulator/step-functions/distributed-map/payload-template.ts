import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions';

/**
 * Evaluates a payload template (`"Bucket.$": "$.bucket"`) with the same engine as all others: a Pass state with that
 * template.
 */
export function fillTemplate(template: object, input: unknown, context: object): Promise<Record<string, unknown>> {
  const definition = { StartAt: 'Fill', States: { Fill: { Type: 'Pass', Parameters: template, End: true } } };
  const machine = new StateMachine(definition as StateMachineDefinition, { validationOptions: { noValidate: true } });
  const { result, eventLogs } = machine.run(input as never, { context: context as never });
  void drained(eventLogs);
  return result as Promise<Record<string, unknown>>;
}

async function drained(events: AsyncGenerator<unknown>): Promise<void> {
  for await (const _ of events);
}

/** A number in the definition (`MaxConcurrency`) or at a path (`MaxConcurrencyPath`). */
export async function numberOf(
  state: object,
  field: string,
  input: unknown,
  context: object,
): Promise<number | undefined> {
  const fields = state as Record<string, unknown>;
  const path = fields[`${field}Path`];
  if (path === undefined) return fields[field] as number | undefined;
  const { value } = await fillTemplate({ 'value.$': path }, input, context);
  if (Number.isInteger(value)) return value as number;
  throw Object.assign(new Error(`${field}Path ${path} leads to ${JSON.stringify(value)}`), { name: 'States.Runtime' });
}
