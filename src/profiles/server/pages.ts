/** The pages of the server, for people. */
import { profileStyles } from '../../report/html/profiles/frame.ts';
import { profilesScript } from '../../report/html/profiles/script.ts';
import { styles } from '../../report/html/styles.ts';
import type { Answer } from './ask.ts';
import { difference, flame } from './flame-page.ts';
import { listing } from './listing-page.ts';
import { type PageMaking, pageAnswer } from './page-asks.ts';

/** Who answers at which path; `version` is the tool's. */
export function profilePages(version: string): Readonly<Record<string, Answer>> {
  const making: PageMaking = {
    tool: `rampart ${version}`,
    texts: { styles: styles + profileStyles, scripts: [profilesScript()] },
  };
  return {
    '/': pageAnswer(making, (ask) => listing(ask, making)),
    '/flame': pageAnswer(making, (ask) => flame(ask, making)),
    '/difference': pageAnswer(making, (ask) => difference(ask, making)),
    '/favicon.ico': ({ response }) => {
      response.writeHead(204).end();
    },
  };
}
