import { z } from 'zod';

/** Firefox's limit; Chromium's is two hours. */
const LONGEST_PREFLIGHT_SECONDS = 86_400;

const LABEL = '[a-z0-9](?:[a-z0-9-]*[a-z0-9])?';
const HOST = `(?:${LABEL}(?:\\.${LABEL})*|\\*\\.${LABEL}(?:\\.${LABEL})+)`;
/** As a browser sends it: lower case, no path, no slash at the end. `*.` stands for subdomains, never for every site. */
const ORIGIN = new RegExp(`^(https://${HOST}|https?://(localhost|127\\.0\\.0\\.1|\\[::1\\]))(:[1-9]\\d{0,4})?$`);
/** A name of RFC 9110 with at most one `*`, as S3 takes it. */
const HEADER = /^(?!.*\*.*\*)[!#$%&'*+.^_`|~\w-]+$/;

const headers = (description: string, defaults: string[], pattern: RegExp) =>
  z.array(z.string().regex(pattern, 'is not the name of a header')).default(defaults).describe(description);

/**
 * An S3 CORS rule, with defaults for direct uploads. It grants nothing: it lets pages of an origin read the
 * responses to requests that are allowed anyway.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html
 */
const CorsRule = z.strictObject({
  allowedOrigins: z
    .array(
      z
        .string()
        .regex(ORIGIN, 'is not an origin like https://app.example.com, https://*.example.com or http://localhost:3000'),
    )
    .min(1, 'is empty: no site would be allowed')
    .describe('Sites whose pages may send requests; https except for localhost, and never every site.'),
  allowedMethods: z
    .array(z.enum(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']))
    .min(1, 'is empty: nothing would be allowed')
    .default(['PUT'])
    .describe('`PUT` for presigned uploads, `POST` for browser forms, `GET` for pages that read objects.'),
  allowedHeaders: headers(
    'Headers that requests may have; one `*` each.',
    ['Content-Type', 'Content-MD5', 'Content-Disposition', 'If-None-Match', 'x-amz-*'],
    HEADER,
  ),
  exposedHeaders: headers('Response headers that pages may read.', ['ETag'], /^[!#$%&'+.^_`|~\w-]+$/),
  maxAgeSeconds: z
    .int()
    .min(0, 'is no time')
    .max(LONGEST_PREFLIGHT_SECONDS, `is over ${LONGEST_PREFLIGHT_SECONDS}, the longest a browser keeps it`)
    .default(3600)
    .describe('Seconds for which a browser caches the response to a preflight request.'),
});
export type CorsRule = z.output<typeof CorsRule>;

export const CorsConfig = z
  .array(CorsRule)
  .min(1, 'is empty: leave it out')
  .max(100, 'are more rules than S3 accepts, 100');
