/** Name and bus of a rule, by its ARN. */
export function ruleOf(arn: string): { readonly Name: string; readonly EventBusName: string } {
  const [Name = '', EventBusName = 'default'] = (arn.split(':rule/')[1] ?? '').split('/').reverse();
  return { Name, EventBusName };
}
