import type { ListedVersion } from '../../functions/domain/object-versions.ts';
import type { DeployedStack } from './deployed-stack.ts';
import { findExecutions, scanMachines } from './execution-logs.ts';
import type { Story } from './execution-story.ts';
import { isAbout, type StatusClients, storyOfExecution, windowsOf } from './object-status.ts';
import { objectVersions } from './object-versions.ts';
import { readVerdict } from './read-verdict.ts';
import { type ObjectAddress, shownObject } from './s3-uri.ts';

export interface StoryOfVersion {
  readonly deployed: DeployedStack;
  /** Default: the current version. */
  readonly versionId?: string | undefined;
  readonly since?: Date | undefined;
}

/** One execution of a version of an object. */
export interface ObjectStory extends Story, ObjectAddress {
  readonly versionId: string;
  readonly execution: string;
  readonly startedAt: Date;
}

/**
 * The executions that were about a version of an object, oldest first.
 * @throws Error when there is no such version, and what the SDK throws
 */
export async function* objectStories(
  clients: StatusClients,
  object: ObjectAddress,
  { deployed, versionId, since }: StoryOfVersion,
): AsyncGenerator<ObjectStory> {
  const gate = deployed.gateOf(object.bucket);
  const version = await versionOfObject(clients, object, versionId);
  const { scanTime } = await readVerdict(clients.s3, object, version.versionId, gate);
  const machines = await scanMachines(clients.stepFunctions, deployed);
  const found = await findExecutions(clients, machines, object, windowsOf(version, scanTime, since));
  for (const execution of found.filter((candidate) => isAbout(candidate, version))) {
    const story = await storyOfExecution(clients, execution);
    const { arn, startedAt } = execution;
    yield { ...object, versionId: version.versionId, execution: arn, startedAt, ...story };
  }
}

async function versionOfObject(
  { s3 }: Pick<StatusClients, 's3'>,
  object: ObjectAddress,
  versionId: string | undefined,
): Promise<ListedVersion> {
  for await (const version of objectVersions(s3, object)) {
    if (version.content !== undefined && version.versionId === (versionId ?? version.versionId)) return version;
  }
  throw new Error(
    versionId === undefined
      ? `there is no object ${shownObject(object)}`
      : `${shownObject(object)} has no version ${versionId} with content`,
  );
}
