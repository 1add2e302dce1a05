/** Where a configuration says that profiles go, opened. */
import { after, pause } from '../../host/clock.ts';
import { sendBytes } from '../../host/http-send.ts';
import type { Caller } from '../../model/host.ts';
import { openStore, storePlace } from '../store/open-store.ts';
import { startPruning } from '../store/pruning.ts';
import type { CollectSettings } from './config-schema.ts';
import { postSink } from './post-sink.ts';
import { storeSink } from './store-sink.ts';
import type { CollectSink } from './take.ts';

/** A server, or a store of this machine. */
export async function collectSink(
  { to, prune }: Pick<CollectSettings, 'to' | 'prune'>,
  caller: Caller,
): Promise<CollectSink> {
  const post = (url: string, body: Uint8Array, options: Omit<Parameters<typeof sendBytes>[2], 'method'>) =>
    sendBytes(url, body, { method: 'POST', ...options });
  if ('url' in to) return postSink(to.url, { post, pause });
  const [place, store] = [storePlace(to.directory, caller), await openStore(to.directory, caller)];
  const means = { place, nowMs: caller.time.wallMs, after, log: caller.log };
  return storeSink(place, store, prune && startPruning(store, prune, means));
}
