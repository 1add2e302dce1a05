/** What the pages have in common: what was asked for as it was written, and how a page is sent. */
import type { ServerResponse } from 'node:http';
import type { StoredType } from '../../model/profile-store.ts';
import type { FilterTexts } from '../../report/html/profiles/filter.ts';
import { type Elsewhere, type ProfilePageTexts, refusalPage } from '../../report/html/profiles/frame.ts';
import { tokenVariable } from './access.ts';
import { ApiError } from './api-error.ts';
import type { Answer, Ask } from './ask.ts';
import { pprofCommand } from './page-links.ts';
import type { Parameters } from './query-string.ts';

/** What every page is made with. */
export interface PageMaking {
  /** Name and version. */
  readonly tool: string;
  readonly texts: ProfilePageTexts;
}

/** The selection of a page, as it stands in its address. */
export function askedTexts(parameters: Parameters): FilterTexts {
  const text = (name: string) => parameters.get(name) ?? '';
  return {
    service: text('service'),
    type: text('type'),
    labels: text('labels'),
    from: text('from'),
    to: text('to'),
  };
}

/** Whether profiles of this type can be put together and drawn. */
export function isDrawn(type: StoredType): boolean {
  return type !== 'trace';
}

/** The file at a path, and what opens it in the terminal of whoever asks. */
export function elsewhereOf({ request, backend }: Ask, file: string): Elsewhere {
  const address = `http://${request.headers.host ?? 'localhost'}${file}`;
  const { wantsToken } = backend;
  return { file, command: pprofCommand(address, backend), tokenVariable: wantsToken ? tokenVariable : undefined };
}

/** Answers with a page; what cannot be shown is said on one. */
export function pageAnswer({ tool, texts }: PageMaking, make: (ask: Ask) => Promise<string>): Answer {
  return async (ask) => {
    try {
      sendPage(ask.response, 200, await make(ask));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      sendPage(ask.response, error.status, refusalPage(error.message, tool, texts));
    }
  };
}

/** The policy that stands in the document, said in its head too, where it can keep the page out of frames. */
function sendPage(response: ServerResponse, status: number, html: string): void {
  const [, own = "default-src 'none'"] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': `${own}; frame-ancestors 'none'`,
  });
  response.end(html);
}
