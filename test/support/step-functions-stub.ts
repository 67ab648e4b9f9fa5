import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A Step Functions that says what it is told to, and remembers what it was asked. */
export interface StepFunctionsStub {
  /** What it says to the next calls; undefined: yes. */
  refusal: { readonly status: number; readonly name: string } | undefined;
  calls: { readonly action: string; readonly body: object }[];
  readonly environment: Readonly<Record<string, string>>;
  close(): void;
}

export async function startStepFunctionsStub(): Promise<StepFunctionsStub> {
  const server = createServer(async (request, response) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    stub.calls.push({ action, body: JSON.parse(await text(request)) });
    const { refusal } = stub;
    const body = refusal === undefined ? {} : { __type: refusal.name, message: 'no' };
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const stub: StepFunctionsStub = {
    refusal: undefined,
    calls: [],
    environment: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_ENDPOINT_URL_SFN: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return stub;
}
