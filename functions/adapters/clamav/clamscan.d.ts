/** What is used of the `clamscan` package, which carries no types. */
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
    /** Answers with the open connection. */
    ping(): Promise<Socket>;
    isInfected(path: string): Promise<ScanResult>;
    protected _initSocket(label: string): Promise<Socket>;
    /** Makes a result of the first packet of an answer. */
    protected _processResult(reply: string, file: string): ScanResult | Error;
  }
}
