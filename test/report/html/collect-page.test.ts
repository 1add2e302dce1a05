import { describe, expect, it } from 'vitest';
import { collectPage } from '../../../src/report/html/collect/page.ts';
import { collectTable } from '../../../src/report/words/collect-table.ts';
import { collectStatus } from '../../helpers/collect-status.ts';

describe('what a collector has done', () => {
  it('is a row for each type of each target, and sums', () => {
    const lines = collectTable(collectStatus()).split('\n');
    const row = (id: string, type: string) =>
      lines.map((line) => line.split(/ {2,}/)).find(([one, other]) => one === id && other === type);
    expect(row('shop/web-1', 'cpu')).toEqual([
      'shop/web-1',
      'cpu',
      'ok',
      '30',
      '12s ago',
      'under way',
      'published port 6060',
    ]);
    expect(row('shop/web-1', 'mutex')?.slice(2, 6)).toEqual(['empty', '0', '11s ago', 'in 49s']);
    expect(row('shop/web-1', 'mutex')?.at(-1)).toMatch(/rate is probably not enabled/);
    expect(row('shop/web-2', 'goroutineleak')?.slice(2, 6)).toEqual(['absent', '0', '15m ago', 'in 45m']);
    expect(row('shop/worker-1', 'heap')?.slice(2, 6)).toEqual(['not tried yet', '0', '–', 'in 3m20s']);
    expect(lines.at(-2)).toBe(
      '60 profiles kept (120 KiB) in 30m, 30 empty, 1 absent, 4 busy, 6 unreachable, 2 not kept; 2 of 4 targets answering; 3 targets waiting for others to end; kept in /var/lib/rampart/profiles',
    );
  });

  it('is a page that says first what is wrong', () => {
    const page = collectPage(collectStatus(), 'rampart 0.1.0');
    expect(page).toContain('Profiles were not kept');
    expect(page.indexOf('no space left on device')).toBeGreaterThan(0);
    expect(page.indexOf('no space left on device')).toBeLessThan(page.indexOf('its rate is probably'));
    expect(page).not.toContain('<script');
  });

  it('does not say that all answer before each was asked', () => {
    const status = collectStatus();
    const quiet = { ...status, totals: { ...status.totals, tries: { ...status.totals.tries, 'not kept': 0 } } };
    const calm = { ...quiet, discoveries: quiet.discoveries.map(({ stale: _, ...rest }) => rest) };
    const targets = status.targets.filter(({ answers }) => answers !== false);
    const page = collectPage({ ...calm, targets }, 'rampart');
    expect(page).toContain('1 target not tried yet');
    expect(page).not.toContain('All targets answer');
    const asked = targets.filter(({ answers }) => answers === true);
    expect(collectPage({ ...calm, targets: asked }, 'rampart')).toContain('All targets answer');
  });

  it('says what the store is held to, and why that failed', () => {
    const prune = { olderThanMs: 720 * 3_600_000, maxBytes: 20 * 1024 ** 3, removed: 12 };
    const begun = { ...collectStatus(), prune };
    expect(collectTable(begun)).toContain('\nheld to an age of 720h and 20 GiB: not looked through yet\n');
    const lastAt = new Date(Date.parse(begun.at) - 180_000).toISOString();
    const status = { ...begun, prune: { ...prune, lastAt, kept: 340, keptBytes: 1024, failed: 'read-only' } };
    const text =
      'held to an age of 720h and 20 GiB: 12 profiles removed, 340 (1 KiB) stayed 3m ago; the last try failed: read-only';
    expect(collectTable(status)).toContain(`\n${text}\n`);
    expect(collectPage(status, 'rampart')).toContain(`</b> is ${text}`);
    expect(collectPage(collectStatus(), 'rampart')).not.toContain('held to');
  });

  it('of nothing says that there is nothing', () => {
    const status = { ...collectStatus(), targets: [] };
    expect(collectPage(status, 'rampart')).toContain('Nothing to collect from');
    expect(collectTable(status)).toMatch(/0 targets answering/);
  });
});
