/** Where a run goes, and where it is shown, by the flags of its command. */
import { describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../src/commands/parse.ts';
import { runCommand, runPlace } from '../../src/commands/run.ts';
import { argsOf, contextOf } from '../helpers/command-context.ts';

const place = (flags: Parameters<typeof argsOf>[0]) => runPlace(argsOf(flags), '/work');

describe('--ui', () => {
  it('takes any free port, or the one after =', () => {
    expect(place({})).toEqual({ out: undefined, metrics: undefined, uiPort: undefined });
    expect(place({ ui: '0' }).uiPort).toBe(0);
    expect(place({ ui: '4777' }).uiPort).toBe(4777);
  });

  it.each(['', 'x', '-1', '65536', '80.5', '127.0.0.1:80'])('is refused with %j', (ui) => {
    expect(() => place({ ui })).toThrow(`--ui must be a port from 0 to 65535, got ${ui} (example: --ui, or --ui=4777)`);
  });

  it('and the port for metrics are refused together', () => {
    expect(() => place({ ui: 'x', 'metrics-port': 1.5 })).toThrow(/--metrics-port must be .*\n--ui must be /);
  });

  it('is what --ui-keep goes with', () => {
    expect(() => place({ 'ui-keep': true })).toThrow('--ui-keep goes with --ui');
    expect(place({ 'ui-keep': true, ui: '0' }).uiPort).toBe(0);
  });

  it.each([
    ['alone before the scenario', ['--ui', 'ramp.yaml'], '0'],
    ['alone behind it', ['ramp.yaml', '--ui'], '0'],
    ['with a port', ['--ui=4777', 'ramp.yaml'], '4777'],
    ['not at all', ['ramp.yaml'], undefined],
  ])('on a command line, %s, leaves the scenario alone', async (_, words, ui) => {
    const seen = vi.spyOn(runCommand, 'run').mockResolvedValue(0);
    await runCommandLine(['run', ...words], contextOf({}).context);
    const [args] = seen.mock.calls[0] ?? [];
    seen.mockRestore();
    expect([args?.string('scenario'), args?.string('ui')]).toEqual(['ramp.yaml', ui]);
  });
});
