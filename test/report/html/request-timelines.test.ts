import { describe, expect, it } from 'vitest';
import type { SlowRequest } from '../../../src/model/inspected-trace.ts';
import { slowestTable } from '../../../src/report/html/request-timelines.ts';

const lock = { what: 'lock' as const, site: 'sync.(*Mutex).Lock in example.com/shop/work.hold' };
const running = { what: 'running' as const, site: '' };
const long: SlowRequest = {
  atS: 1.5,
  us: 100_000,
  goroutine: 7,
  route: 'main.handle',
  parts: [
    { ...lock, us: 80_000 },
    { ...running, us: 20_000 },
  ],
  order: [
    { ...running, fromUs: 0, us: 10_000 },
    { ...lock, fromUs: 10_000, us: 80_000 },
    { ...running, fromUs: 90_000, us: 10_000 },
  ],
};
const short: SlowRequest = {
  ...long,
  us: 50_000,
  parts: [{ ...lock, us: 50_000 }],
  order: [{ ...lock, fromUs: 0, us: 50_000 }],
};

function tableOf(...slowest: readonly SlowRequest[]): string {
  return slowestTable(slowest, { at: ({ atS }) => `${atS} s` }).markup;
}

/** Class, left edge and width of the stretches of each bar, in percent. */
function barsOf(markup: string): string[][] {
  return [...markup.matchAll(/<div class="time-bar[^>]*>(.*?)<\/div>/g)].map(([, bar = '']) =>
    [...bar.matchAll(/<i class="([\w-]+)" style="([^"]*)"/g)].map(([, look, style]) => `${look} ${style}`),
  );
}

describe('the slowest requests', () => {
  it('are drawn in their order, to the scale of the slowest, in the colours of the bars above', () => {
    expect(barsOf(tableOf(long, short))).toEqual([
      ['k-running left:0%;width:10%', 'k-lock left:10%;width:80%', 'k-running left:90%;width:10%'],
      ['k-lock left:0%;width:50%'],
    ]);
  });

  it('say of each stretch what, where and when, and which colour is what', () => {
    const markup = tableOf(long);
    expect(markup).toContain('title="at 10 ms: 80 ms waits for a lock at sync.(*Mutex).Lock in work.hold"');
    expect(markup).toContain('<span class="swatch k-lock" aria-hidden="true"></span>waits for a lock</li>');
    expect(markup).toContain('in the order in which things happened');
  });

  it('say what could not be drawn by itself', () => {
    expect(tableOf(long)).not.toContain('short stay');
    expect(tableOf({ ...long, merged: { count: 12, us: 900 } })).toContain(
      '12 short stays, 900 us in all, are drawn as parts of their neighbours',
    );
  });

  it('are sums where a result does not have the order', () => {
    const { order: _, ...old } = long;
    const markup = tableOf(old);
    expect(barsOf(markup)).toEqual([['k-lock width:80%', 'k-running width:20%']]);
    expect(markup).toContain('not the order in which they were');
  });

  it('put no name of a function into the page as markup', () => {
    const evil = '"><script>alert(1)<';
    const markup = tableOf({ ...long, order: [{ what: 'lock', site: evil, fromUs: 0, us: 1 }] });
    expect(markup).not.toContain('<script');
    expect(markup).toContain('&gt;&lt;script&gt;alert(1)&lt;');
  });
});
