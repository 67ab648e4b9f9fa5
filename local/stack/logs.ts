import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { LogsApiProps } from '../../emulator/cloudwatch-logs/api.ts';
import { isLogged, lineOf } from '../../emulator/step-functions/execution-log.ts';
import type { Executions } from '../../emulator/step-functions/executions.ts';
import type { LocalStateMachine } from '../../emulator/step-functions/state-machine.ts';
import type { Refusals } from './refusals.ts';

/** What the template says of logging: CloudFormation's names. */
interface Logging {
  readonly Level: string;
  readonly IncludeExecutionData: boolean;
  readonly Destinations: readonly { readonly CloudWatchLogsLogGroup: { readonly LogGroupArn: string } }[];
}

/**
 * The log groups of the template's state machines, with the events of the executions that are remembered as the log level
 * has them, and the scanner's with what it refused.
 */
export function logsOf(stack: LocalStack, executions: Executions, refusals: Refusals): LogsApiProps['eventsOf'] {
  const machines = new Map(
    stack.ofType('AWS::StepFunctions::StateMachine').map(({ arn, properties }) => {
      const { Destinations, Level } = properties.LoggingConfiguration as Logging;
      const group = Destinations[0]?.CloudWatchLogsLogGroup.LogGroupArn;
      return [group?.split(':log-group:')[1]?.replace(/:\*$/, ''), { arn, level: Level }];
    }),
  );
  const groups = new Set(stack.ofType('AWS::Logs::LogGroup').map(({ ref }) => ref));
  return function eventsOf(logGroupName) {
    if (logGroupName === refusals.logGroupName) return refusals.events;
    const machine = machines.get(logGroupName);
    if (machine !== undefined) return linesOf(executions, machine);
    // What other functions log is printed.
    return groups.has(logGroupName) ? [] : undefined;
  };
}

function* linesOf(executions: Executions, { arn, level }: { readonly arn: string; readonly level: string }) {
  for (const { execution } of executions.of(arn)) {
    for (const event of execution.events()) {
      if (!isLogged(event, level)) continue;
      yield { stream: execution.arn, timestamp: event.timestamp, message: lineOf(execution.arn, event) };
    }
  }
}

/** What DescribeStateMachine answers about a state machine of the template. */
export function describedStateMachine(
  stack: LocalStack,
  machines: ReadonlyMap<string, LocalStateMachine>,
  arn: string,
): object {
  const { RoleArn, LoggingConfiguration } = stack.byArn(arn)?.properties ?? {};
  const { Level, IncludeExecutionData, Destinations } = LoggingConfiguration as Logging;
  return {
    roleArn: RoleArn,
    definition: JSON.stringify(machines.get(arn)?.definition),
    creationDate: CREATED / 1000,
    loggingConfiguration: {
      level: Level,
      includeExecutionData: IncludeExecutionData,
      destinations: Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
        cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn },
      })),
    },
  };
}

const CREATED = Date.now();
