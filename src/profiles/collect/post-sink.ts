/** Profiles to a server with the API of profefe: `POST /api/0/profiles`, its labels encoded as profefe's own agent does. */
import type { SentAnswer } from '../../host/http-send.ts';
import { pageUnder, shownUrl } from '../../host/page-url.ts';
import { messageOf } from '../../model/errors.ts';
import type { NewProfile } from '../../model/profile-store.ts';
import type { CollectSink } from './take.ts';

/** What the sink uses of the world. */
export interface PostMeans {
  post(
    url: string,
    body: Uint8Array,
    options: { readonly headers: Readonly<Record<string, string>>; readonly signal: AbortSignal },
  ): Promise<SentAnswer>;
  /** Resolves after so long, also when the signal aborts. */
  pause(ms: number, options: { readonly signal: AbortSignal }): Promise<void>;
}

/** A server that is being started again is back after some seconds; a longer silence costs profiles, and is told. */
const pausesMs = [1000, 3000, 9000];
const answerMs = 30_000;

/** A sink that tries again where no answer comes or the server failed, and not where it refused; a token is the password in the URL. */
export function postSink(server: string, { post, pause }: PostMeans): CollectSink {
  const headers = { 'content-type': 'application/octet-stream' };
  return {
    name: shownUrl(server),
    keep: async (profile, signal) => {
      const url = pageUnder(server, 'api/0/profiles', parametersOf(profile));
      for (let tries = 0; ; tries++) {
        const patience = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
        const refusal = await post(url, profile.content, { headers, signal: patience }).then(
          refusalIn,
          (error: unknown) => ({
            why: messageOf(error),
            isFinal: false,
          }),
        );
        if (refusal === undefined) return;
        const pauseMs = pausesMs[tries];
        if (refusal.isFinal || pauseMs === undefined) throw new Error(`${shownUrl(server)}: ${refusal.why}`);
        await pause(pauseMs, { signal });
        signal.throwIfAborted();
      }
    },
    close: async () => undefined,
  };
}

function parametersOf({ service, type, labels, createdNs }: NewProfile): Record<string, string> {
  // The server decodes the list once as a parameter, and each key and value once more.
  const list = labels.map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join(',');
  const createdAt = new Date(Number(createdNs / 1_000_000n)).toISOString().slice(0, 19);
  return { service, type, labels: list, created_at: createdAt };
}

function refusalIn({ status, text }: SentAnswer): { readonly why: string; readonly isFinal: boolean } | undefined {
  if (status === 200) return undefined;
  return { why: `answered ${status}${errorIn(text)}`, isFinal: status < 500 };
}

function errorIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    return typeof error === 'string' ? `: ${error}` : '';
  } catch {
    const [line = ''] = text.split('\n');
    return line.trim() === '' ? '' : `: ${line.trim().slice(0, 200)}`;
  }
}
