import { type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch';
import { paginateListSubscriptionsByTopic, type Subscription } from '@aws-sdk/client-sns';
import { consoleLink } from '../console-link.ts';
import type { Patient } from './clients.ts';
import { type Check, failure, type Outcome, ok, warning } from './finding.ts';

const PAGE = 'docs/operations/alarms.md';

/** Which alarms are on. The stack's are those that notify its topic. */
export function alarmsCheck({ clients: { cloudWatch: client }, deployed }: Patient): Check {
  return {
    check: 'alarms',
    permissions: ['cloudwatch:DescribeAlarms'],
    async look() {
      const alarms: MetricAlarm[] = [];
      const ActionPrefix = deployed.output('AlarmsTopicArn');
      for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, { ActionPrefix })) {
        alarms.push(...MetricAlarms);
      }
      if (alarms.length === 0) return [failure('no alarm notifies the topic of alarms', 'deploy the stack again')];
      const on = alarms.filter(({ StateValue }) => StateValue === 'ALARM');
      const silent = alarms.filter(({ ActionsEnabled }) => ActionsEnabled === false);
      if (on.length + silent.length === 0) return [ok(`${alarms.length} alarms, none in ALARM`)];
      return [...on.map(inAlarm), ...silent.map(withoutActions)];
    },
  };
}

function inAlarm({ AlarmName = '', AlarmArn = '', AlarmDescription = '' }: MetricAlarm): Outcome {
  const link = consoleLink(AlarmArn);
  const found = ['in ALARM', AlarmDescription].filter(Boolean).join(': ');
  return { ...failure(found, link === undefined ? PAGE : `${link}; ${PAGE}`), subject: AlarmName };
}

function withoutActions({ AlarmName = '' }: MetricAlarm): Outcome {
  const todo = `aws cloudwatch enable-alarm-actions --alarm-names ${AlarmName}`;
  return { ...warning('its actions are off: it notifies nobody', todo), subject: AlarmName };
}

/** Whether anybody hears an alarm. */
export function subscribersCheck({ clients: { sns: client }, deployed }: Patient): Check {
  return {
    check: 'subscribers of alarms',
    permissions: ['sns:ListSubscriptionsByTopic'],
    async look() {
      const all: Subscription[] = [];
      const TopicArn = deployed.output('AlarmsTopicArn');
      for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic({ client }, { TopicArn })) {
        all.push(...Subscriptions);
      }
      const confirmed = all.filter(({ SubscriptionArn = '' }) => SubscriptionArn.startsWith('arn:'));
      const pending = all.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation');
      if (confirmed.length + pending.length === 0) {
        return [failure('nobody: alarms are not heard', 'set alarmEmail and deploy; docs/configuration.md')];
      }
      if (confirmed.length === 0) return pending.map((one) => unconfirmed(one, failure));
      return [ok(`${confirmed.length} confirmed`), ...pending.map((one) => unconfirmed(one, warning))];
    },
  };
}

/** @param outcome a failure where nobody else hears an alarm */
function unconfirmed({ Protocol = '', Endpoint = '' }: Subscription, outcome: typeof warning): Outcome {
  return outcome(
    `${Endpoint} (${Protocol}) has not confirmed: it gets no alarms`,
    `open the link in the message of AWS to ${Endpoint}; after three days it is dead: subscribe again in the SNS console`,
  );
}
