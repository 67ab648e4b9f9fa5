import type { LocalStack } from '../../emulator/cloudformation/template.ts';
import type { LogsApiProps } from '../../emulator/cloudwatch-logs/api.ts';
import type { LogStream } from '../../emulator/cloudwatch-logs/filter-log-events.ts';
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
  functions: Pick<FunctionLogs, 'streamsOf'>,
): LogsApiProps['streamsOf'] {
  const machines = new Map(
    stack.ofType('AWS::StepFunctions::StateMachine').map(({ arn, properties }) => {
      const { Destinations, Level } = properties.LoggingConfiguration as Logging;
      const group = Destinations[0]?.CloudWatchLogsLogGroup.LogGroupArn;
      return [group?.split(':log-group:')[1]?.replace(/:\*$/, ''), { arn, level: Level }];
    }),
  );
  return function streamsOf(logGroupName) {
    const machine = machines.get(logGroupName);
    return machine === undefined ? functions.streamsOf(logGroupName) : streamsOfMachine(executions, machine);
  };
}

/** One stream for each execution; those of the children of its Map Runs are in the same log group. */
function* streamsOfMachine(
  executions: Executions,
  { arn, level }: { readonly arn: string; readonly level: string },
): Generator<LogStream> {
  for (const record of executions.all()) {
    if (record.stateMachineArn !== arn && !record.stateMachineArn.startsWith(`${arn}/`)) continue;
    yield {
      name: record.arn,
      from: record.startedAt,
      // An event may have a later time than the end, by a clock that moves.
      to: record.status === 'RUNNING' ? Number.MAX_SAFE_INTEGER : (record.stoppedAt ?? 0) + LATE_MS,
      *events() {
        for (const event of record.data.events) {
          if (!isLogged(event, level)) continue;
          yield { timestamp: event.timestamp, message: lineOf(record.arn, event) };
        }
      },
    };
  }
}

const LATE_MS = 1000;

/**
 * What DescribeStateMachine answers about a state machine of the template.
 * @param created milliseconds since 1970: by it a client sees that another pipeline has come to its address
 */
export function describedStateMachine(
  stack: LocalStack,
  machines: ReadonlyMap<string, LocalStateMachine>,
  arn: string,
  created: number,
): object {
  const { RoleArn, LoggingConfiguration } = stack.byArn(arn)?.properties ?? {};
  const { Level, IncludeExecutionData, Destinations } = LoggingConfiguration as Logging;
  return {
    roleArn: RoleArn,
    definition: JSON.stringify(machines.get(arn)?.definition),
    creationDate: created / 1000,
    loggingConfiguration: {
      level: Level,
      includeExecutionData: IncludeExecutionData,
      destinations: Destinations.map(({ CloudWatchLogsLogGroup: { LogGroupArn } }) => ({
        cloudWatchLogsLogGroup: { logGroupArn: LogGroupArn },
      })),
    },
  };
}
