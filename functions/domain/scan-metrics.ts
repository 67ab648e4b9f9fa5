import type { Metrics } from './ports.ts';
import type { ScanPorts } from './scan-content.ts';

/** Wraps the ports to count every object that gets a verdict; a failed attempt is counted by its retry. */
export function metered({ scratch, clock, ...ports }: ScanPorts, metrics: Metrics): ScanPorts {
  return {
    ...ports,
    clock,
    scratch: {
      async withCopy(object, use, signal) {
        const begun = clock().getTime();
        const result = await scratch.withCopy(object, use, signal);
        metrics.record({
          ObjectsScanned: 1,
          BytesScanned: object.size,
          ScanMilliseconds: clock().getTime() - begun,
        });
        return result;
      },
    },
  };
}
