/** The script of pages whose only moving part is flame graphs. */
import { shortFunction } from '../../../model/function-name.ts';
import type { Doc, MakeElement } from './browser.ts';
import { type FlameParts, flameBoxes, startFlames, walkFlame } from './flames.ts';
import { elementMaker } from './tools.ts';

interface Parts extends FlameParts {
  readonly elementMaker: (doc: Doc) => MakeElement;
  readonly startFlames: typeof startFlames;
}

/** The script: brings every flame graph of the document to life. */
export function flameScript(): string {
  const parts: Parts = { elementMaker, startFlames, flameBoxes, walkFlame, shortFunction };
  const members = Object.entries(parts).map(([name, part]) => `${name}: ${part.toString()}`);
  return `'use strict';\n(${start.toString()})(document, {\n${members.join(',\n')}\n});`;
}

/** A closed function: its source is embedded. */
function start(document: Doc, parts: Parts): void {
  parts.startFlames(document.querySelectorAll('.flame'), parts.elementMaker(document), parts);
}
