import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_OBJECT_BYTES_CEILING } from '../../../functions/domain/scan-policy.ts';
import { configurationTable } from '../../../infra/config/documentation-table.ts';
import { parseConfig } from '../../../infra/config/schema.ts';

const GIB = 1024 ** 3;

describe('parseConfig', () => {
  it('needs nothing: every key has a default', () => {
    expect(parseConfig(undefined)).toEqual(parseConfig({}));
    expect(parseConfig({})).toMatchObject({
      buckets: [{ existing: false, prefixes: [], suffixes: [] }],
      maxObjectBytes: MAX_OBJECT_BYTES_CEILING,
      workflow: 'STANDARD',
      dialect: 'airlock',
      onInfected: 'tag',
      engine: { timeoutSeconds: 900 },
    });
  });

  it('has as many engines for what overflows as for direct calls, unless it says otherwise', () => {
    const enginesOf = (engine: object) => parseConfig({ workflow: 'EXPRESS', engine }).engine.overflowConcurrency;
    expect(enginesOf({})).toBe(20);
    expect(enginesOf({ reservedConcurrency: 100 })).toBe(100);
    expect(enginesOf({ reservedConcurrency: null })).toBeNull();
    expect(enginesOf({ reservedConcurrency: null, overflowConcurrency: 5 })).toBe(5);
    expect(enginesOf({ reservedConcurrency: 100, overflowConcurrency: null })).toBeNull();
  });

  it('takes what fits five minutes as EXPRESS defaults', () => {
    const { maxObjectBytes, engine } = parseConfig({ workflow: 'EXPRESS' });
    expect([maxObjectBytes, engine.timeoutSeconds]).toEqual([GIB / 2, 120]);
  });

  it('takes buckets of both kinds, and leaves out nothing it was given', () => {
    const buckets = [
      {},
      {
        name: 'made',
        versioned: false,
        prefixes: ['in/'],
        suffixes: ['.pdf'],
        reasons: ['PutObject'],
        onInfected: 'tag',
      },
      { name: 'there', existing: true },
    ];
    expect(parseConfig({ buckets }).buckets).toMatchObject(buckets);
  });

  it('takes any number of engines for rescans, as many as their batches, and no limits at all', () => {
    for (const engine of [
      { rescanConcurrency: 1 },
      { rescanConcurrency: null },
      { reservedConcurrency: null, largeConcurrency: null, rescanConcurrency: null },
      { reservedConcurrency: 2, largeConcurrency: 1000, maxWaitHours: 336 },
    ]) {
      const buckets = [{ rescan: { maxConcurrency: engine.rescanConcurrency === 1 ? 1 : 20 } }];
      expect(parseConfig({ engine, buckets }).engine).toMatchObject(engine);
    }
  });

  it('takes http and allow-lists where they are accepted by name', () => {
    const customUrls = ['http://m.example/a.ign2', 'http://m.example/a.ndb'];
    const definitions = { mirror: 'http://m.example', customUrls, allowInsecureMirror: true, allowLists: ['a.ign2'] };
    expect(parseConfig({ definitions }).definitions).toMatchObject(definitions);
  });

  test.each<[string, unknown, string]>([
    ['an unknown key', { bukets: [] }, 'airlock.bukets: unknown key ([]), did you mean buckets?'],
    [
      'an unknown key in a bucket',
      { buckets: [{ prefix: 'a/' }] },
      'airlock.buckets[0].prefix: unknown key ("a/"), did you mean prefixes?',
    ],
    [
      'an unknown key in a section',
      { engine: { memoryMB: 4096 } },
      'airlock.engine.memoryMB: unknown key (4096), did you mean memoryMb?',
    ],
    ['test signatures', { testSignatures: true }, 'airlock.testSignatures: unknown key (true)'],
    [
      'test signatures among the definitions',
      { definitions: { testSignatures: 'allowed' } },
      'airlock.definitions.testSignatures: unknown key ("allowed")',
    ],
    ['a key like no other', { zzzzzz: true }, 'airlock.zzzzzz: unknown key (true)'],
    ['something else than an object', 'x', 'airlock: "x" is not an object'],
    [
      'a size over the ceiling',
      { maxObjectBytes: 3e9 },
      "airlock.maxObjectBytes: 3000000000 is over ClamAV's ceiling 2147483645",
    ],
    ['no size', { maxObjectBytes: 0 }, 'airlock.maxObjectBytes: 0 is not a size'],
    ['updates too often', { definitions: { updateHours: 0 } }, 'airlock.definitions.updateHours: 0 is more often than'],
    [
      'a mirror that is none',
      { definitions: { mirror: 'file:///etc' } },
      'airlock.definitions.mirror: "file:///etc" is not an http or https URL',
    ],
    [
      'a mirror without TLS',
      { definitions: { mirror: 'http://m.example' } },
      'airlock.definitions.mirror: "http://m.example" is not https: whoever is on the way could replace',
    ],
    [
      'definitions without TLS',
      { definitions: { customUrls: ['https://m.example/a.ndb', 'http://m.example/b.ndb'] } },
      'airlock.definitions.customUrls[1]: "http://m.example/b.ndb" is not https',
    ],
    [
      'an allow-list from elsewhere',
      { definitions: { customUrls: ['https://m.example/a.fp'] } },
      'airlock.definitions.customUrls[0]: "https://m.example/a.fp" can make malware CLEAN, and nobody signed it',
    ],
    [
      'an allow-list that nothing downloads',
      { definitions: { allowLists: ['a.fp'] } },
      'airlock.definitions.allowLists[0]: "a.fp" is no allow-list that definitions.customUrls downloads',
    ],
    [
      'no definitions',
      { definitions: { customUrls: ['https://example.com/list.txt'] } },
      'airlock.definitions.customUrls[0]: "https://example.com/list.txt" does not name a file of definitions',
    ],
    [
      'an official set from elsewhere',
      { definitions: { customUrls: ['https://example.com/daily.cvd'] } },
      'airlock.definitions.customUrls[0]: "https://example.com/daily.cvd" does not name',
    ],
    // freshclam stores it by what follows the last slash, whatever that is a part of.
    ...['https://m.example/a.ndb?x=/evil.fp', 'https://m.example/a.ndb#/evil.fp'].map(
      (url): [string, object, string] => [
        `an allow-list behind another name: ${url}`,
        { definitions: { customUrls: [url] } },
        `airlock.definitions.customUrls[0]: "${url}" can make malware CLEAN`,
      ],
    ),
    ...[
      'https://m.example/a.ndb?x=/daily.cvd',
      'https://m.example/a.ndb?token=x',
      'https://m.example/a.ndb#c.ndb',
      'https://m.example/a.ndb?',
      'https://m.example/airlock-limits.ndb',
      String.raw`https:\\m.example\a.ndb`,
    ].map((url): [string, object, string] => [
      `what is stored under a name that it may not have: ${url}`,
      { definitions: { customUrls: [url] } },
      `airlock.definitions.customUrls[0]: ${JSON.stringify(url)} does not name a file of definitions`,
    ]),
    [
      'two definitions in one file',
      { definitions: { customUrls: ['https://m.example/a.ndb', 'https://n.example/a.ndb'] } },
      'airlock.definitions.customUrls[1]: "https://n.example/a.ndb" is stored as a.ndb, like another',
    ],
    ['half a byte', { maxObjectBytes: 1.5 }, 'airlock.maxObjectBytes: 1.5 is not an int'],
    ['a number in words', { engine: { memoryMb: '4096' } }, 'airlock.engine.memoryMb: "4096" is not a number'],
    ['too little memory', { engine: { memoryMb: 1024 } }, 'airlock.engine.memoryMb: 1024 is too little for clamd'],
    [
      'too little disk',
      { engine: { ephemeralStorageMb: 8192 } },
      'airlock.engine.ephemeralStorageMb: 8192 cannot hold maxObjectBytes 2147483645, what ClamAV unpacks and the definitions: at least 9216',
    ],
    [
      'a time without end',
      { engine: { timeoutSeconds: 901 } },
      "airlock.engine.timeoutSeconds: 901 is over Lambda's 900",
    ],
    [
      'EXPRESS, too large',
      { workflow: 'EXPRESS', maxObjectBytes: GIB },
      'airlock.maxObjectBytes: 1073741824 does not fit workflow EXPRESS, which runs five minutes: at most 536870912',
    ],
    [
      'EXPRESS, too long',
      { workflow: 'EXPRESS', engine: { timeoutSeconds: 300 } },
      'airlock.engine.timeoutSeconds: 300 does not fit workflow EXPRESS, which runs five minutes: at most 120',
    ],
    [
      'fewer engines than a queue can feed',
      { engine: { reservedConcurrency: 1 } },
      'airlock.engine.reservedConcurrency: 1 is fewer than a queue can feed: Lambda needs 2',
    ],
    [
      'more engines than a queue can feed',
      { engine: { reservedConcurrency: 1001 } },
      'airlock.engine.reservedConcurrency: 1001 is more than a queue can feed: Lambda allows 1000',
    ],
    [
      'one engine for large objects',
      { engine: { largeConcurrency: 1 } },
      'airlock.engine.largeConcurrency: 1 is fewer than a queue can feed: Lambda needs 2',
    ],
    [
      'no engine for rescans',
      { engine: { rescanConcurrency: 0 } },
      'airlock.engine.rescanConcurrency: 0 would never scan',
    ],
    [
      'a rescan with more batches than there are engines',
      { engine: { rescanConcurrency: 5 }, buckets: [{ rescan: { maxConcurrency: 6 } }] },
      'airlock.buckets[0].rescan.maxConcurrency: 6 is more than engine.rescanConcurrency, 5: its batches would only wait',
    ],
    [
      'too few engines for what overflows',
      { workflow: 'EXPRESS', engine: { overflowConcurrency: 1 } },
      'airlock.engine.overflowConcurrency: 1 is fewer than a queue can feed: Lambda needs 2',
    ],
    [
      'too many engines for what overflows',
      { workflow: 'EXPRESS', engine: { overflowConcurrency: 1001 } },
      'airlock.engine.overflowConcurrency: 1001 is more than a queue can feed: Lambda allows 1000',
    ],
    [
      'engines for what overflows under STANDARD',
      { engine: { overflowConcurrency: 10 } },
      'airlock.engine.overflowConcurrency: 10 has no meaning in workflow STANDARD, where nothing overflows',
    ],
    [
      'no limit for what overflows under STANDARD',
      { engine: { overflowConcurrency: null } },
      'airlock.engine.overflowConcurrency: null has no meaning in workflow STANDARD',
    ],
    ['no time to wait', { engine: { maxWaitHours: 0 } }, 'airlock.engine.maxWaitHours: 0 is no time for a burst'],
    [
      'a wait that SQS does not keep',
      { engine: { maxWaitHours: 337 } },
      'airlock.engine.maxWaitHours: 337 is longer than SQS keeps a message: 14 days',
    ],
    ['an unknown word', { workflow: 'FAST' }, 'airlock.workflow: "FAST" is none of STANDARD, EXPRESS'],
    [
      'an unknown group',
      { allowedTypes: ['document'] },
      'airlock.allowedTypes[0]: "document" is neither *, nor a media type, nor one of documents, images, audio, video, archives, text, office-legacy, email, rtf, design, data, did you mean documents?',
    ],
    ['a misspelled group', { allowedTypes: ['text', 'ofice-legacy'] }, 'data, did you mean office-legacy?'],
    ['a group like no other', { allowedTypes: ['everything'] }, 'rtf, design, data'],
    ['an empty allowlist', { allowedTypes: [] }, 'airlock.allowedTypes: [] is empty: everything would be rejected'],
    [
      'a lock that outlives what it locks',
      { quarantine: { retentionDays: 30, objectLockDays: 31 } },
      'airlock.quarantine.objectLockDays: 31 is longer than quarantine.retentionDays, 30',
    ],
    [
      'a user for a role',
      { quarantine: { operatorRoleArns: ['arn:aws:iam::111122223333:user/me'] } },
      'airlock.quarantine.operatorRoleArns[0]: "arn:aws:iam::111122223333:user/me" is not the ARN of a role',
    ],
    [
      'a tag key without a use',
      { tagKey: 'scan' },
      'airlock.tagKey: "scan" has no meaning in dialect airlock, only in s3-virusscan',
    ],
    [
      'a detail type that no event may have',
      { detailType: 'two\nlines' },
      'airlock.detailType: "two\\nlines" is not a detail type: 1 to 128 printable ASCII characters',
    ],
    [
      'the detail type of rescans',
      { detailType: 'Bucket Rescan Completed' },
      'airlock.detailType: "Bucket Rescan Completed" is the detail type of rescans, which rules could not tell apart',
    ],
    ['a tag key of AWS', { dialect: 's3-virusscan', tagKey: 'aws:x' }, 'airlock.tagKey: "aws:x" is not an S3 tag key'],
    ['no buckets', { buckets: [] }, 'airlock.buckets: [] is empty: nothing would be watched'],
    [
      'a stack name that is none',
      { stackName: 'my_stack' },
      'airlock.stackName: "my_stack" is not the name of a stack',
    ],
    [
      'a bucket name that is none',
      { buckets: [{ name: 'Not_A_Bucket' }] },
      'airlock.buckets[0].name: "Not_A_Bucket" is not a bucket name',
    ],
    [
      'an existing bucket without a name',
      { buckets: [{ existing: true }] },
      'airlock.buckets[0].existing: true needs the name of the bucket',
    ],
    ['two buckets without a name', { buckets: [{}, {}] }, 'needs a name: only airlock.buckets[0] may have none'],
    [
      'a bucket twice',
      { buckets: [{ name: 'one' }, { name: 'one', existing: true }] },
      'airlock.buckets[1].name: "one" is a duplicate of airlock.buckets[0]',
    ],
    [
      'versioning of another’s bucket',
      { buckets: [{ name: 'one', existing: true, versioned: true }] },
      'airlock.buckets[0].versioned: true has no meaning for an existing bucket',
    ],
    [
      'CORS of another’s bucket',
      { buckets: [{ name: 'one', existing: true, cors: [{ allowedOrigins: ['https://app.example.com'] }] }] },
      'airlock.buckets[0].cors: [{"allowedOrigins":["https://app.example.com"],"allowedMethods":["PUT"]',
    ],
    [
      'CloudFront for an existing bucket',
      { buckets: [{ name: 'one', existing: true, cloudFront: {} }] },
      'airlock.buckets[0].cloudFront: {"distributionArns":[],"originAccessIdentityArns":[]} has no meaning for an existing bucket',
    ],
    [
      'a distribution by its id',
      { buckets: [{ cloudFront: { distributionArns: ['EDFDVBD6EXAMPLE'] } }] },
      'airlock.buckets[0].cloudFront.distributionArns[0]: "EDFDVBD6EXAMPLE" is not the ARN of a distribution',
    ],
    [
      'every distribution',
      { buckets: [{ cloudFront: { distributionArns: ['arn:aws:cloudfront::111122223333:distribution/*'] } }] },
      'airlock.buckets[0].cloudFront.distributionArns[0]: "arn:aws:cloudfront::111122223333:distribution/*" is not the ARN',
    ],
    ['CORS without rules', { buckets: [{ cors: [] }] }, 'airlock.buckets[0].cors: [] is empty: leave it out'],
    ['CORS for nobody', { buckets: [{ cors: [{}] }] }, 'airlock.buckets[0].cors[0].allowedOrigins is missing'],
    [
      'an unknown key of a CORS rule',
      { buckets: [{ cors: [{ allowedOrigins: ['https://a.example'], allowedMethod: ['PUT'] }] }] },
      'airlock.buckets[0].cors[0].allowedMethod: unknown key (["PUT"]), did you mean allowedMethods?',
    ],
    [
      'a method that S3 does not take',
      { buckets: [{ cors: [{ allowedOrigins: ['https://a.example'], allowedMethods: ['PATCH'] }] }] },
      'airlock.buckets[0].cors[0].allowedMethods[0]: "PATCH" is none of GET, HEAD, PUT, POST, DELETE',
    ],
    [
      'two `*` in a header',
      { buckets: [{ cors: [{ allowedOrigins: ['https://a.example'], allowedHeaders: ['x-*-*'] }] }] },
      'airlock.buckets[0].cors[0].allowedHeaders[0]: "x-*-*" is not the name of a header',
    ],
    ['a log without errors', { logLevel: 'FATAL' }, 'airlock.logLevel: "FATAL" is none of ALL, ERROR'],
    [
      'a processor that Lambda does not have',
      { engine: { architecture: 'x86' } },
      'airlock.engine.architecture: "x86" is none of x86_64, arm64',
    ],
    [
      'stale without the tag it reads',
      { tags: 'status', buckets: [{ rescan: { strategy: 'stale' } }] },
      'airlock.buckets[0].rescan.strategy: "stale" needs the tag scan-definitions, which tags "status" leaves out',
    ],
    [
      'fewer tags than one',
      { tags: 'status', dialect: 'guardduty' },
      'airlock.tags: "status" has no meaning in dialect guardduty, which writes nothing but a status',
    ],
    [
      'a `*` in a header to be exposed',
      { buckets: [{ cors: [{ allowedOrigins: ['https://a.example'], exposedHeaders: ['x-amz-*'] }] }] },
      'airlock.buckets[0].cors[0].exposedHeaders[0]: "x-amz-*" is not the name of a header',
    ],
    [
      'a preflight that no browser keeps so long',
      { buckets: [{ cors: [{ allowedOrigins: ['https://a.example'], maxAgeSeconds: 86_401 }] }] },
      'airlock.buckets[0].cors[0].maxAgeSeconds: 86401 is over 86400',
    ],
    ['an unknown status', { notify: { sns: ['DIRTY'] } }, 'airlock.notify.sns[0]: "DIRTY" is none of CLEAN, INFECTED'],
    ['a key alias', { kmsKeyArns: ['alias/x'] }, 'airlock.kmsKeyArns[0]: "alias/x" is not the ARN of a KMS key'],
    ['a retention CloudWatch does not have', { logRetentionDays: 8 }, 'airlock.logRetentionDays: 8 is none of 1, 3, 5'],
    ['no e-mail address', { alarmEmail: 'me' }, 'airlock.alarmEmail: "me" is not an e-mail address'],
    [
      'a schedule that is none',
      { buckets: [{ rescan: { schedule: 'daily' } }] },
      'airlock.buckets[0].rescan.schedule: "daily" is not a schedule like rate(1 day)',
    ],
    [
      'a cron schedule that AWS would refuse',
      { buckets: [{ rescan: { schedule: 'cron(0 3 * * * *)' } }] },
      'airlock.buckets[0].rescan.schedule: "cron(0 3 * * * *)" is not a schedule like rate(1 day)',
    ],
    [
      'an alarm that would ring between two runs',
      { buckets: [{ rescan: { schedule: 'cron(0 3 ? * MON-FRI *)', lateAfterDays: 2 } }] },
      'airlock.buckets[0].rescan.lateAfterDays: 2 would go off between two runs of schedule cron(0 3 ? * MON-FRI *): at least 4',
    ],
    [
      'an alarm as short as its schedule',
      { buckets: [{ rescan: { lateAfterDays: 1 } }] },
      'airlock.buckets[0].rescan.lateAfterDays: 1 would go off between two runs of schedule rate(1 day): at least 2',
    ],
    [
      'a schedule too rare for its alarm',
      { buckets: [{ rescan: { schedule: 'rate(7 days)' } }] },
      'airlock.buckets[0].rescan.schedule: "rate(7 days)" is too rare for an alarm on late runs, which looks back 7 days: set "lateAfterDays": null',
    ],
    ...(
      [
        [[], 'airlock.buckets[0].rescan.ages: [] is empty: nothing would ever be due'],
        [[7, 3], 'airlock.buckets[0].rescan.ages: [7,3] does not ascend'],
        [[0], 'airlock.buckets[0].rescan.ages[0]: 0 is younger than a day'],
        [[4000], 'airlock.buckets[0].rescan.ages[0]: 4000 is over ten years'],
      ] as const
    ).map(([ages, message]): [string, object, string] => [
      `ages ${ages}`,
      { buckets: [{ rescan: { ages } }] },
      message,
    ]),
    [
      'a schedule with an end',
      { buckets: [{ rescan: { schedule: 'cron(0 3 * * ? 2027)', lateAfterDays: 7 } }] },
      'airlock.buckets[0].rescan.schedule: "cron(0 3 * * ? 2027)" is too rare',
    ],
    [
      'an alarm without a schedule',
      { buckets: [{ rescan: { schedule: null, lateAfterDays: 3 } }] },
      'airlock.buckets[0].rescan.lateAfterDays: 3 has no meaning without a schedule',
    ],
    [
      'a strategy that the dialect has no tag for',
      { dialect: 'guardduty', buckets: [{ rescan: { strategy: 'stale' } }] },
      'airlock.buckets[0].rescan.strategy: "stale" needs the tag scan-definitions, which dialect guardduty does not',
    ],
  ])('refuses %s and names key and value', (_, airlock, message) => {
    expect(() => parseConfig(airlock)).toThrow(message);
  });

  test.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'https://*.example.com',
    'https://intranet',
    'http://localhost:3000',
    'http://127.0.0.1:8080',
    'http://[::1]:5173',
  ])('takes %s for an origin, with what direct uploads need', (origin) => {
    const [bucket] = parseConfig({ buckets: [{ cors: [{ allowedOrigins: [origin] }] }] }).buckets;
    expect(bucket?.cors).toEqual([
      {
        allowedOrigins: [origin],
        allowedMethods: ['PUT'],
        allowedHeaders: ['Content-Type', 'Content-MD5', 'Content-Disposition', 'If-None-Match', 'x-amz-*'],
        exposedHeaders: ['ETag'],
        maxAgeSeconds: 3600,
      },
    ]);
  });

  test.each<[string | null, number | null]>([
    ['rate(1 day)', 2],
    ['rate(6 hours)', 2],
    ['cron(0 3 ? * MON-FRI *)', 4],
    ['rate(5 days)', 6],
    [null, null],
  ])('waits for late runs of schedule %p %p days', (schedule, days) => {
    const [bucket] = parseConfig({ buckets: [{ rescan: { schedule } }] }).buckets;
    expect(bucket?.rescan.lateAfterDays).toBe(days);
  });

  it('takes any schedule without an alarm', () => {
    for (const schedule of ['rate(30 days)', 'cron(0 3 1 * ? *)', null]) {
      const rescan = { schedule, lateAfterDays: null };
      expect(parseConfig({ buckets: [{ rescan }] }).buckets[0]?.rescan).toMatchObject(rescan);
    }
  });

  it('sets no CORS unless it is asked for', () => {
    expect(parseConfig({}).buckets[0]).not.toHaveProperty('cors');
  });

  test.each([
    '*',
    'https://*',
    'https://*.com',
    'https://app.*.com',
    'https://*.*.example.com',
    'http://app.example.com',
    'http://localhost.example.com',
    'app.example.com',
    'https://app.example.com/',
    'https://app.example.com/uploads',
    'https://App.example.com',
    'https://me@app.example.com',
    'null',
    '',
  ])('does not take %p for an origin', (origin) => {
    expect(() => parseConfig({ buckets: [{ cors: [{ allowedOrigins: [origin] }] }] })).toThrow(
      `airlock.buckets[0].cors[0].allowedOrigins[0]: ${JSON.stringify(origin)} is not an origin like https://app.example.com`,
    );
  });

  it('names every fault at once, a line each', () => {
    expect(() => parseConfig({ workflow: 'FAST', logRetentionDays: 8, x: 1 })).toThrow(
      /^airlock\.workflow.*\nairlock\.logRetentionDays.*\nairlock\.x/,
    );
  });

  it('lets no size through that its own engine could not hold', () => {
    const settings = fc.record({
      workflow: fc.constantFrom('STANDARD', 'EXPRESS'),
      maxObjectBytes: fc.integer({ min: 1, max: MAX_OBJECT_BYTES_CEILING }),
      engine: fc.record({
        ephemeralStorageMb: fc.integer({ min: 512, max: 10_240 }),
        timeoutSeconds: fc.integer({ min: 60, max: 900 }),
      }),
    });
    fc.assert(
      fc.property(settings, (airlock) => {
        const objectMb = airlock.maxObjectBytes / 1024 ** 2;
        const fits =
          airlock.engine.ephemeralStorageMb >= 1024 + Math.ceil(objectMb) + Math.max(4000, 3 * Math.ceil(objectMb)) &&
          (airlock.workflow === 'STANDARD' || (objectMb <= 512 && airlock.engine.timeoutSeconds <= 120));
        if (fits) expect(parseConfig(airlock)).toMatchObject(airlock);
        else expect(() => parseConfig(airlock)).toThrow(/^airlock\.(maxObjectBytes|engine)/);
      }),
    );
  });

  it('lets no unknown key through, wherever it stands', () => {
    const known = new Set(Object.keys(parseConfig({ tagKey: 'x', dialect: 's3-virusscan', alarmEmail: 'a@b.io' })));
    const at = (place: string, settings: object) =>
      place === 'top' ? settings : place === 'bucket' ? { buckets: [settings] } : { [place]: settings };
    const key = fc.string({ minLength: 1 }).filter((name) => !known.has(name) && name !== '__proto__');
    fc.assert(
      fc.property(key, fc.jsonValue(), fc.constantFrom('top', 'bucket', 'engine', 'notify'), (name, value, place) => {
        const airlock = at(place, { [name]: value });
        const inBucket = ['name', 'existing', 'versioned', 'prefixes', 'suffixes', 'reasons', 'onInfected', 'cors'];
        fc.pre(
          !inBucket.includes(name) && !['sns', 'events'].includes(name) && !/Mb$|Seconds$|Concurrency$/.test(name),
        );
        // Comments are for people, `$schema` is for editors.
        if (name.startsWith('//') || name === '$schema')
          expect(parseConfig(airlock)).toEqual(parseConfig(at(place, {})));
        else expect(() => parseConfig(airlock)).toThrow(`${name}: unknown key`);
      }),
      {
        examples: [
          ['// ', false, 'top'],
          ['//', 1, 'bucket'],
          ['// odd', {}, 'engine'],
          ['$schema', 'x', 'top'],
        ],
      },
    );
  });
});

describe('what is said of the configuration elsewhere', () => {
  it('cdk.json holds the defaults', () => {
    const { context } = JSON.parse(readFileSync('cdk.json', 'utf8'));
    expect({ ...parseConfig(context.airlock), buckets: [] }).toEqual({ ...parseConfig({}), buckets: [] });
  });

  it('docs/configuration.md lists every key as the schema has it', () => {
    expect(readFileSync('docs/configuration.md', 'utf8')).toContain(configurationTable());
  });

  it('the examples of docs/configuration.md are valid', () => {
    const text = readFileSync('docs/configuration.md', 'utf8');
    const examples = [...text.matchAll(/```json\n(.*?)```/gs)].map(([, json = '']) => JSON.parse(json));
    expect(examples.length).toBeGreaterThan(2);
    for (const { airlock } of examples) expect(() => parseConfig(airlock)).not.toThrow();
  });
});
