/** The script of a profile server's pages as text, made like that of the report. */
import { shortFunction } from '../../../model/function-name.ts';
import type { View } from '../client/browser.ts';
import { type FlameParts, flameBoxes, startFlames, walkFlame } from '../client/flames.ts';
import { sortTables } from '../client/sort-tables.ts';
import { elementMaker, startTheme } from '../client/tools.ts';

/** Every function of the script, by name. */
interface ProfileParts extends FlameParts {
  readonly elementMaker: typeof elementMaker;
  readonly startTheme: typeof startTheme;
  readonly startFlames: typeof startFlames;
  readonly sortTables: typeof sortTables;
}

const parts: ProfileParts = { elementMaker, startTheme, startFlames, sortTables, flameBoxes, walkFlame, shortFunction };

/** Brings a page to life. A closed function: its source is embedded. */
function startProfiles(view: View, own: ProfileParts): void {
  const { document } = view;
  const make = own.elementMaker(document);
  const theme = document.getElementById('theme');
  if (theme) own.startTheme(view, theme, () => {});
  own.sortTables(document.querySelectorAll('.hot table'), make);
  own.startFlames(document.querySelectorAll('.flame'), make, own);
}

/** The script: starts the page on its own window. */
export function profilesScript(): string {
  const members = Object.entries(parts).map(([name, part]) => `${name}: ${part.toString()}`);
  return `'use strict';\n(${startProfiles.toString()})(window, {\n${members.join(',\n')}\n});`;
}
