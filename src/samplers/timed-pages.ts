/** Pages of targets over HTTP, each stamped with the middle of the time it took. */
import { createHttpGetter } from '../host/http.ts';
import type { SamplerContext } from '../model/contracts.ts';
import { createStampErrors } from './stamp-errors.ts';

/** One answer; `atUs` is the middle between question and last byte, as near as can be said to when it was true. */
export interface Page {
  readonly target: string;
  readonly atUs: number;
  /** Where it came from, fit to be shown. */
  readonly url: string;
  /** As the service says; empty where it does not. */
  readonly contentType: string;
  readonly body: Buffer;
}

/** Asks for pages; closing it says of each target how far off the stamps may have been. */
export interface TimedPages {
  get(target: string, url: string, signal: AbortSignal): Promise<Page>;
  close(): void;
}

/** A getter of pages of at most `maxBytes` for one sampler, which wants these types if it says so. */
export function createTimedPages(
  source: string,
  maxBytes: number,
  context: Pick<SamplerContext, 'clock' | 'emit'>,
  accept?: string,
): TimedPages {
  const getter = createHttpGetter();
  const errors = createStampErrors(source, 'http-middle', context);
  return {
    async get(target, url, signal) {
      const askedUs = context.clock.nowUs();
      const { body, contentType, url: from } = await getter.get(url, { maxBytes, signal, accept });
      const halfUs = (context.clock.nowUs() - askedUs) / 2;
      errors.add(target, halfUs);
      return { target, atUs: askedUs + halfUs, url: from, contentType, body };
    },
    close() {
      getter.close();
      errors.tell();
    },
  };
}
