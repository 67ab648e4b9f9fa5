import { type Notices, withNews } from '../model/notices.ts';
import { ask } from './call.ts';

/** For usePolled: asks only for what is new. */
export async function newNotices(signal: AbortSignal, previous: Notices | undefined): Promise<Notices> {
  const asked = { after: previous?.all[0]?.number ?? 0, listener: previous?.listener ?? '' };
  return withNews(previous, await ask('Notifications', asked, signal));
}
