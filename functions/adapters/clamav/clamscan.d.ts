/** The used part of the `clamscan` package, which has no types. */
declare module 'clamscan' {
  import type { Socket } from 'node:net';

  export interface ScanResult {
    file: string;
    /** null: could not scan. */
    isInfected: boolean | null;
    viruses: string[];
  }

  export default class NodeClam {
    init(options: object): Promise<NodeClam>;
    /** Resolves with the open connection. */
    ping(): Promise<Socket>;
    isInfected(path: string): Promise<ScanResult>;
    protected _initSocket(label: string): Promise<Socket>;
    /** Converts the first packet of an answer to a result. */
    protected _processResult(reply: string, file: string): ScanResult | Error;
  }
}
