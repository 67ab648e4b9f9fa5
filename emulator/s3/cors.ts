import type { IncomingMessage, ServerResponse } from 'node:http';
import { S3Error } from './errors.ts';

/** A rule of the bucket, as in its template. */
export interface CorsRule {
  /** One `*` each, at most. */
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  /** One `*` each, at most; upper or lower case. */
  readonly AllowedHeaders?: readonly string[] | undefined;
  readonly ExposedHeaders?: readonly string[] | undefined;
  /** Seconds. */
  readonly MaxAge?: number | undefined;
}

/** The spelling of S3. */
const NOT_ALLOWED =
  'This CORS request is not allowed. This is usually because the evalution of Origin, request method / ' +
  "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";

/**
 * Answers a preflight request with the first rule that allows it. Checks no permissions.
 * @throws S3Error 403 AccessForbidden when none does, 400 BadRequest when it asks for nothing
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
 */
export function answerPreflight(request: IncomingMessage, response: ServerResponse, rules: readonly CorsRule[]): void {
  const { origin } = request.headers;
  const method = request.headers['access-control-request-method'];
  if (origin === undefined) {
    throw new S3Error(400, 'BadRequest', 'Insufficient information. Origin request header needed.');
  }
  if (method === undefined) throw new S3Error(400, 'BadRequest', 'Invalid Access-Control-Request-Method: null');
  if (rules.length === 0) throw forbidden('CORS is not enabled for this bucket.', method, 'BUCKET');

  const headers = (request.headers['access-control-request-headers'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter(Boolean);
  const rule = rules.find(
    (candidate) =>
      letsIn(candidate, origin, method) &&
      headers.every((header) =>
        matches(
          candidate.AllowedHeaders?.map((name) => name.toLowerCase()),
          header,
        ),
      ),
  );
  if (rule === undefined) throw forbidden(NOT_ALLOWED, method, 'OBJECT');
  setHeaders(response, rule, origin);
  if (headers.length > 0) response.setHeader('Access-Control-Allow-Headers', headers.join(', '));
  response.writeHead(200, { 'Content-Length': 0 }).end();
}

/** Lets the page that sends this request read the answer, whatever it is, if a rule allows it. */
export function showAnswer(request: IncomingMessage, response: ServerResponse, rules: readonly CorsRule[]): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  const rule = rules.find((candidate) => letsIn(candidate, origin, request.method ?? ''));
  if (rule !== undefined) setHeaders(response, rule, origin);
}

const letsIn = ({ AllowedOrigins, AllowedMethods }: CorsRule, origin: string, method: string) =>
  matches(AllowedOrigins, origin) && AllowedMethods.includes(method);

function setHeaders(response: ServerResponse, rule: CorsRule, origin: string): void {
  const { AllowedOrigins, AllowedMethods, ExposedHeaders = [], MaxAge } = rule;
  const anyone = AllowedOrigins.includes('*');
  response.setHeader('Access-Control-Allow-Origin', anyone ? '*' : origin);
  response.setHeader('Access-Control-Allow-Methods', AllowedMethods.join(', '));
  if (ExposedHeaders.length > 0) response.setHeader('Access-Control-Expose-Headers', ExposedHeaders.join(', '));
  if (MaxAge !== undefined) response.setHeader('Access-Control-Max-Age', MaxAge);
  if (!anyone) response.setHeader('Access-Control-Allow-Credentials', 'true');
  response.setHeader('Vary', 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method');
}

function matches(patterns: readonly string[] | undefined, text: string): boolean {
  return (patterns ?? []).some((pattern) => {
    const [start = '', end] = pattern.split('*');
    if (end === undefined) return pattern === text;
    return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
  });
}

const forbidden = (reason: string, Method: string, ResourceType: string) =>
  new S3Error(403, 'AccessForbidden', `CORSResponse: ${reason}`, { details: { Method, ResourceType } });
