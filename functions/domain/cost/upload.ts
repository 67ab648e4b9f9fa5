import { ASSUMED_COSTS } from './assumed.ts';
import { type Bill, sumOf, times } from './bill.ts';
import { BYTES, billedMs, countOf, lambdaUsd, otherCallsOf, processorMsOf, type Sample, s3Usd } from './invocation.ts';
import { MEASURED } from './measured.ts';
import {
  type Call,
  CONTENTS,
  type Ending,
  type EndingName,
  type FunctionName,
  type Requests,
  type Size,
} from './measurement.ts';
import { PRICES } from './prices.ts';
import type { CostSettings } from './settings.ts';

const GB = 1024 ** 3;
const MESSAGES_REQUESTS = 3;
const EXPRESS_STEP_MS = 100;
/** EXPRESS bills memory in steps of this; an execution of an upload fits into one. */
const EXPRESS_GB = 64 / 1024;
const PROVENANCE_TAGS = 2;
/** Tags that a clean object keeps. */
export const TAGS_OF_CLEAN = { full: 3, status: 1 } as const;
const SCANNER: FunctionName = 'scan-object';

/**
 * The bill of one upload that ends so.
 * @param sample its content; without it a text of some bytes
 */
export function uploadBill(ending: EndingName, settings: CostSettings, sample?: Sample): Bill {
  return endingBill(MEASURED.counts.endings[settings.workflow][ending], settings, sample);
}

/** One that found no engine under EXPRESS: its execution, and the STANDARD one that it led to. */
export function overflowBill(settings: CostSettings, sample?: Sample): Bill {
  const express = endingBill(MEASURED.counts.overflow, { ...settings, workflow: 'EXPRESS' }, sample);
  const message: Bill = { SQS: MESSAGES_REQUESTS * PRICES.sqs.request };
  return sumOf([express, message, uploadBill('clean', { ...settings, workflow: 'STANDARD' }, sample)]);
}

/** A clean upload of this size, whatever kind of content it is: a quarter of each. */
export const cleanBill = (settings: CostSettings, size: Size): Bill =>
  meanOf((sample) => uploadBill('clean', settings, sample), size);

export const meanOverflowBill = (settings: CostSettings, size: Size): Bill =>
  meanOf((sample) => overflowBill(settings, sample), size);

const meanOf = (bill: (sample: Sample) => Bill, size: Size): Bill =>
  times(sumOf(CONTENTS.map((content) => bill({ content, size }))), 1 / CONTENTS.length);

/** One start of an engine, to be added for each upload that finds none warm. */
export const engineStartUsd = ({ functions }: CostSettings): number =>
  lambdaUsd(ASSUMED_COSTS.engineStartSeconds * 1000, functions[SCANNER]) - PRICES.lambda.request;

function endingBill({ transitions, log, tags, calls }: Ending, settings: CostSettings, sample?: Sample): Bill {
  const { workflow, functions, channels } = settings;
  const queued = workflow === 'STANDARD';
  const told = Number(channels.sns) + Number(channels.events);
  const invocations = (Object.entries(calls) as [FunctionName, Call][]).map(([name, { s3, logBytes }]) => {
    const requests = requestsOf(name, s3, settings, sample);
    const milliseconds = billedMs(functions[name], {
      processorMs: processorMsOf(name, sample),
      calls: countOf(requests) + otherCallsOf(name, queued, told),
      bytes: name === SCANNER && sample !== undefined ? BYTES[sample.size] : 0,
    });
    const logged = logBytes + ASSUMED_COSTS.lambdaLogBytes;
    return { name, milliseconds, logged, usd: lambdaUsd(milliseconds, functions[name]), s3: s3Usd(requests) };
  });
  const total = (of: (each: (typeof invocations)[number]) => number) =>
    invocations.reduce((sum, each) => sum + of(each), 0);
  const level = settings.logLevel[workflow];
  const notified = calls.notify === undefined ? 0 : 1;
  return {
    'Step Functions': queued
      ? transitions * PRICES.stepFunctions.stateTransition
      : expressUsd(total(({ milliseconds }) => milliseconds) + transitions * ASSUMED_COSTS.expressStateMs),
    'execution log': level === 'OFF' ? 0 : (log[level] / GB) * PRICES.logs.ingestedGb,
    'X-Ray': settings.tracing ? PRICES.xray.trace : 0,
    scanner: total(({ name, usd }) => (name === SCANNER ? usd : 0)),
    'other functions': total(({ name, usd }) => (name === SCANNER ? 0 : usd)),
    SQS: queued && calls[SCANNER] !== undefined ? MESSAGES_REQUESTS * PRICES.sqs.request : 0,
    'S3 requests': total(({ s3 }) => s3),
    'tags, one month': keptTags(tags, settings) * PRICES.s3.tagMonth,
    'logs of functions': (total(({ logged }) => logged) / GB) * PRICES.logs.ingestedGb,
    'SNS, EventBridge':
      notified * (Number(channels.sns) * PRICES.sns.publish + Number(channels.events) * PRICES.eventBridge.customEvent),
  };
}

function requestsOf(name: FunctionName, counted: Requests, settings: CostSettings, sample?: Sample): Requests {
  const { unversioned, reads } = MEASURED.counts;
  const requests = settings.versioned ? counted : { ...counted, ...unversioned[name] };
  if (sample === undefined || requests.GetObject === undefined) return requests;
  if (name !== 'scan-object' && name !== 'check-file-type') return requests;
  return { ...requests, GetObject: reads[name][sample.content][sample.size] };
}

/** The status stays; a status alone, or with a finding, is never less than one tag. */
const keptTags = (tags: number, { tags: kept }: CostSettings): number =>
  kept === 'full' || tags === 0 ? tags : Math.max(1, tags - PROVENANCE_TAGS);

const expressUsd = (milliseconds: number): number =>
  PRICES.stepFunctions.expressRequest +
  ((Math.ceil(milliseconds / EXPRESS_STEP_MS) * EXPRESS_STEP_MS) / 1000) *
    EXPRESS_GB *
    PRICES.stepFunctions.expressGbSecond;
