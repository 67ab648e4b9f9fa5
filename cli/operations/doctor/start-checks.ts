import { DescribeRuleCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { ruleOf } from '../../../functions/domain/rule-of.ts';
import type { Patient } from './clients.ts';
import { type Check, failure, ok } from './finding.ts';

/** Whether uploads start executions. */
export function uploadRule({ clients: { eventBridge }, deployed }: Patient, bucket: string): Check {
  const { Name, EventBusName } = ruleOf(deployed.bucketOf(bucket).starts.uploadRuleArn);
  const afterwards = `airlock rescan ${bucket} --strategy unscanned`;
  return {
    check: 'upload rule',
    subject: bucket,
    permissions: ['events:DescribeRule', 'events:ListTargetsByRule'],
    async look() {
      try {
        const { State } = await eventBridge.send(new DescribeRuleCommand({ Name, EventBusName }));
        if (State === 'DISABLED') {
          const todo = `aws events enable-rule --name ${Name}, then: ${afterwards}`;
          return [failure(`${Name} is disabled: uploads are not scanned`, todo)];
        }
        const { Targets = [] } = await eventBridge.send(new ListTargetsByRuleCommand({ Rule: Name, EventBusName }));
        if (Targets.some(({ Arn }) => Arn === deployed.output('ScanUploadArn'))) return [ok(`${Name} is enabled`)];
        return [failure(`${Name} does not start ScanUpload`, `${DEPLOY_AGAIN}, then: ${afterwards}`)];
      } catch (fault) {
        if ((fault as Error).name !== 'ResourceNotFoundException') throw fault;
        return [failure(`${Name} does not exist: uploads are not scanned`, `${DEPLOY_AGAIN}, then: ${afterwards}`)];
      }
    },
  };
}

const DEPLOY_AGAIN = 'docs/operations/doctor.md#make-a-missing-resource-again';
