import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { LogsApiProps } from '../../emulator/cloudwatch-logs/api.ts';
import { isLogged, lineOf } from '../../emulator/step-functions/execution-log.ts';
import type { Executions } from '../../emulator/step-functions/executions.ts';
import type { LocalStateMachine } from '../../emulator/step-functions/state-machine.ts';
import type { FunctionLogs } from './function-logs.ts';

/** What the template says of logging: CloudFormation's names. */
interface Logging {
  readonly Level: string;
  readonly IncludeExecutionData: boolean;
  readonly Destinations: readonly { readonly CloudWatchLogsLogGroup: { readonly LogGroupArn: string } }[];
}

/**
 * The log groups of the template's state machines, with the events of the executions that are remembered as the log level
 * has them, and the functions' with their faults.
 */
export function logsOf(
  stack: LocalStack,
  executions: Executions,
  functions: Pick<FunctionLogs, 'eventsOf'>,
): LogsApiProps['eventsOf'] {
  const machines = new Map(
    stack.ofType('AWS::StepFunctions::StateMachine').map(({ arn, properties }) => {
      const { Destinations, Level } = properties.LoggingConfiguration as Logging;
      const group = Destinations[0]?.CloudWatchLogsLogGroup.LogGroupArn;
      return [group?.split(':log-group:')[1]?.replace(/:\*$/, ''), { arn, level: Level }];
    }),
  );
  return function eventsOf(logGroupName) {
    const machine = machines.get(logGroupName);
    return machine === undefined ? functions.eventsOf(logGroupName) : linesOf(executions, machine);
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
