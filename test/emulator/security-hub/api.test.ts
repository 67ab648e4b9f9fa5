import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  GetFindingsCommand,
  paginateGetFindings,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Listening } from '../../../emulator/http/loopback.ts';
import { startSecurityHubApi } from '../../../emulator/security-hub/api.ts';
import { DEFAULT_PRODUCT, SecurityHub } from '../../../emulator/security-hub/hub.ts';

let api: Listening;
let hub: SecurityHub;
let client: SecurityHubClient;
const clientOf = (accessKeyId: string) =>
  new SecurityHubClient({
    ...{ endpoint: api.endpoint, region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId, secretAccessKey: 'secret' },
  });
beforeAll(async () => {
  hub = new SecurityHub();
  api = await startSecurityHubApi({
    hub,
    authorize: async (accessKeyId, action, resource) => {
      const allowed = accessKeyId === 'notifier' && (action.endsWith('GetFindings') || resource === DEFAULT_PRODUCT);
      return { allowed, grants: [], reason: 'no policy' };
    },
  });
  client = clientOf('notifier');
});
beforeEach(() => {
  hub.enabled = true;
});
afterAll(() => {
  client.destroy();
  return api.close();
});

const finding = (over: Partial<AwsSecurityFinding> = {}): AwsSecurityFinding => ({
  ...{ SchemaVersion: '2018-10-08', Id: 'one', ProductArn: DEFAULT_PRODUCT, GeneratorId: 'g' },
  ...{ AwsAccountId: '000000000000', Title: 't', Description: 'd', Types: ['TTPs/Initial Access/Malicious File'] },
  ...{ CreatedAt: '2026-11-27T03:00:00.000Z', UpdatedAt: '2026-11-27T03:00:00.000Z' },
  Severity: { Label: 'HIGH' },
  Resources: [{ Type: 'AwsS3Bucket', Id: 'arn:aws:s3:::uploads' }],
  ...over,
});
const send = (...Findings: AwsSecurityFinding[]) => client.send(new BatchImportFindingsCommand({ Findings }));
const find = async (Id: string) => {
  const filters = { Id: [{ Value: Id, Comparison: 'EQUALS' as const }] };
  return (await client.send(new GetFindingsCommand({ Filters: filters }))).Findings?.[0];
};

describe('BatchImportFindings', () => {
  it('takes a finding, and updates it by its id', async () => {
    expect(await send(finding())).toMatchObject({ SuccessCount: 1, FailedCount: 0, FailedFindings: [] });
    expect(await find('one')).toMatchObject({
      ...{ RecordState: 'ACTIVE', Workflow: { Status: 'NEW' }, Severity: { Label: 'HIGH', Normalized: 70 } },
    });
    await send(finding({ UpdatedAt: '2026-11-28T03:00:00.000Z', RecordState: 'ARCHIVED', Severity: { Label: 'LOW' } }));
    // Its severity is the users' from now on.
    expect(await find('one')).toMatchObject({ RecordState: 'ARCHIVED', Severity: { Label: 'HIGH' } });
    await send(finding({ RecordState: 'ACTIVE' }));
    expect(await find('one')).toMatchObject({ RecordState: 'ARCHIVED' });
    expect(hub.all()).toHaveLength(1);
  });

  it.each<[string, Partial<Record<keyof AwsSecurityFinding, unknown>>]>([
    ['SchemaVersion', { SchemaVersion: '1' }],
    ['Id', { Id: 'x'.repeat(513) }],
    ['Title', { Title: 'x'.repeat(257) }],
    ['Title', { Title: ' ' }],
    ['Description', { Description: 'x'.repeat(1025) }],
    ['CreatedAt', { CreatedAt: 'yesterday' }],
    ['Types', { Types: ['Malware'] }],
    ['Types', { Types: undefined }],
    ['Severity', { Severity: undefined }],
    ['Severity', { Severity: { Label: 'BAD' } }],
    ['Resources', { Resources: [] }],
    ['Resources', { Resources: [{ Type: 'AwsS3Object', Id: 'x'.repeat(513) }] }],
    ['Malware', { Malware: [{ Name: 'x'.repeat(65) }] }],
    ['Malware', { Malware: [{ Name: 'x', Path: 'x'.repeat(513) }] }],
    ['ProductFields', { ProductFields: { key: 'x'.repeat(2049) } }],
    ['RecordState', { RecordState: 'GONE' }],
    ['AwsAccountId', { AwsAccountId: '111122223333' }],
    ['240 KB', { UserDefinedFields: { a: 'x'.repeat(240 * 1024) } }],
  ])('does not take what is no ASFF: %s of %j', async (field, over) => {
    const answer = await send(finding({ ...over, Id: String(over.Id ?? 'bad') } as Partial<AwsSecurityFinding>));
    expect(answer).toMatchObject({ SuccessCount: 0, FailedCount: 1 });
    expect(answer.FailedFindings?.[0]).toMatchObject({
      ErrorCode: 'InvalidInput',
      ErrorMessage: expect.stringContaining(field),
    });
    expect(await find('bad')).toBeUndefined();
  });

  it('refuses too many, strangers, other products, and an account without Security Hub', async () => {
    const many = Array.from({ length: 101 }, (_, index) => finding({ Id: String(index) }));
    await expect(send(...many)).rejects.toMatchObject({ name: 'InvalidInputException' });
    const other = finding({ ProductArn: 'arn:aws:securityhub:us-east-1:000000000000:product/other/x' });
    await expect(send(other)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const stranger = clientOf('stranger');
    await expect(stranger.send(new GetFindingsCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    stranger.destroy();
    hub.enabled = false;
    await expect(send(finding())).rejects.toMatchObject({ name: 'InvalidAccessException' });
  });
});

describe('GetFindings', () => {
  it('filters, and pages', async () => {
    await send(
      ...Array.from({ length: 7 }, (_, index) => finding({ Id: `paged/${index}`, Title: `title ${index % 2}` })),
    );
    const Filters = {
      Id: [{ Value: 'paged/', Comparison: 'PREFIX' as const }],
      Title: [{ Value: 'title 1', Comparison: 'NOT_EQUALS' as const }],
    };
    const found: unknown[] = [];
    for await (const { Findings = [] } of paginateGetFindings({ client, pageSize: 3 }, { Filters })) {
      expect(Findings.length).toBeLessThanOrEqual(3);
      found.push(...Findings.map(({ Id }) => Id));
    }
    expect(found).toEqual(['paged/0', 'paged/2', 'paged/4', 'paged/6']);
  });

  it('refuses filters that are not served', async () => {
    const Filters = { Keyword: [{ Value: 'x' }] };
    await expect(client.send(new GetFindingsCommand({ Filters }))).rejects.toMatchObject({ name: 'NotImplemented' });
  });
});
