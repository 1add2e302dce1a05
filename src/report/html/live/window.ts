/** What the live page uses of the browser beyond what the report does. */
import type { View } from '../client/browser.ts';

/** A stream of server-sent events. */
interface LiveStream {
  /** 2 when it will not come again by itself. */
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { readonly data?: string }) => void): void;
  close(): void;
}

/** The window of the live page. */
export interface LiveView extends View {
  readonly EventSource: new (url: string) => LiveStream;
  readonly location: View['location'] & { replace(url: string): void; reload(): void };
  fetch(
    url: string,
    options: { readonly method: string; readonly headers: Readonly<Record<string, string>> },
  ): Promise<{ readonly ok: boolean; text(): Promise<string> }>;
  setTimeout(listener: () => void, ms: number): number;
}
