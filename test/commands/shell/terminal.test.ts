/** When output may have colour, and when progress may draw over itself. */
import { expect, it } from 'vitest';
import { terminalManners } from '../../../src/commands/shell/terminal.ts';

const terminal = { isStdoutTerminal: true, isStderrTerminal: true };
const pipe = { isStdoutTerminal: false, isStderrTerminal: false };

it.each([
  ['a terminal', {}, terminal, true, true],
  ['pipes', {}, pipe, false, false],
  ['only stdout redirected', {}, { ...pipe, isStderrTerminal: true }, false, true],
  ['CI with a terminal', { CI: 'true' }, terminal, false, false],
  ['CI that is set to 1', { CI: '1' }, terminal, false, false],
  ['CI that is not', { CI: 'false' }, terminal, true, true],
  ['a dumb terminal', { TERM: 'dumb' }, terminal, false, false],
  ['NO_COLOR', { NO_COLOR: '1' }, terminal, false, true],
  ['an empty NO_COLOR', { NO_COLOR: '' }, terminal, true, true],
  ['FORCE_COLOR in a pipe', { FORCE_COLOR: '1' }, pipe, true, false],
  ['FORCE_COLOR in CI', { FORCE_COLOR: '3', CI: 'true' }, pipe, true, false],
  ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, terminal, false, true],
  ['both', { FORCE_COLOR: '1', NO_COLOR: '1' }, terminal, false, true],
])('%s', (_, env, streams, color, redraw) => {
  expect(terminalManners(env, streams)).toEqual({ color, redraw });
});
