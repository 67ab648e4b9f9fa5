import { Disconnected } from '../lib/call.ts';

/** What went wrong, in words. That nobody answers stands at the top of the page already. */
export function Fault({ fault }: { readonly fault: Error | undefined }) {
  if (fault === undefined || fault instanceof Disconnected) return null;
  return (
    <p class="fault" role="alert">
      <strong>{fault.name}</strong> {fault.message}
    </p>
  );
}
