/** The script of the live page, in a scope that holds nothing but the script. */
import { expect, it } from 'vitest';
import { RunState } from '../../../../src/live/run-state.ts';
import { liveSeries } from '../../../../src/model/live.ts';
import { livePage } from '../../../../src/report/html/live/page.ts';
import { livePlan } from '../../../../src/report/html/live/plan.ts';
import { liveScript } from '../../../../src/report/html/live/script.ts';
import { healthySamples, scenario } from '../../../helpers/raw-run.ts';
import { runScript } from '../client/fake-page.ts';

const title = { name: 'ramp <script>', tool: 'rampart 0', hasLoad: true };
const document = livePage(title, { styles: '', scripts: ['run()'] });
const ids = [...document.matchAll(/ id="([\w-]+)"/g)].map(([, id = '']) => id);

class FakeStream {
  static last: FakeStream | undefined;
  static opened = 0;
  readonly listeners: Record<string, (event: { data?: string }) => void> = {};
  readyState = 1;
  constructor() {
    FakeStream.last = this;
    FakeStream.opened++;
  }
  addEventListener(type: string, listener: (event: { data?: string }) => void): void {
    this.listeners[type] = listener;
  }
  close(): void {
    this.readyState = 2;
  }
  say(type: string, data: object = {}): void {
    this.listeners[type]?.({ data: JSON.stringify(data) });
  }
}

function start({ hash = '#token', answer = { ok: true, text: () => Promise.resolve('') } } = {}) {
  const went: string[] = [];
  const posted: object[] = [];
  const texts = Object.fromEntries(ids.map((id) => [id, id === 'live-plan' ? JSON.stringify(livePlan) : '']));
  const page = runScript(liveScript(), texts, [], {
    EventSource: FakeStream,
    location: { hash, replace: (url: string) => went.push(url), reload: () => went.push('reload') },
    fetch: (url: string, options: object) => {
      posted.push({ url, ...options });
      return Promise.resolve(answer);
    },
    setTimeout: (listener: () => void) => listener(),
  });
  const stream = () => {
    if (!FakeStream.last) throw new Error('the page does not listen');
    return FakeStream.last;
  };
  return { page, stream, went, posted };
}

function ran() {
  const state = new RunState('r1', scenario.load.steps);
  for (const sample of healthySamples()) state.take(sample);
  for (const target of ['api-1', 'api-2'])
    state.take({
      kind: 'reading',
      atUs: 3e6,
      target,
      source: 'x',
      values: { 'sched.runqueue': 3, 'gc.heap_live_mib': 1.5 },
    });
  return state;
}

it('shows step, rates, latency and charts of what it is told', () => {
  const { page, stream } = start();
  stream().say('update', ran().updateAfter(0));
  expect(page.element('live-answered').textContent).toBe('2,000');
  expect(page.element('live-p99').textContent).toMatch(/ms$/);
  expect(page.element('live-steps').children).toHaveLength(3);
  expect(page.plots().length).toBeGreaterThan(4);
  expect(page.plots().every((plot) => plot.painted.includes('low'))).toBe(true);
});

it('goes on with the charts it has, and makes one anew only when lines join it', () => {
  const { page, stream } = start();
  const state = ran();
  stream().say('update', state.updateAfter(0));
  const before = page.plots();
  const { seq } = state;
  state.take({ kind: 'reading', atUs: 9e6, target: 'api-1', source: 'x', values: { 'sched.runqueue': 8 } });
  stream().say('update', state.updateAfter(seq));
  expect(page.plots()).toEqual(before);
  expect(before.some(({ data }) => data.flat().includes(8))).toBe(true);
  expect(new Set(before.map(({ scales }) => scales['x']?.max))).toEqual(new Set([10]));
  const again = state.seq;
  state.take({ kind: 'reading', atUs: 9e6, target: 'api-3', source: 'x', values: { 'sched.runqueue': 8 } });
  stream().say('update', state.updateAfter(again));
  expect(page.plots().filter((plot) => !before.includes(plot))).toHaveLength(1);
});

it('follows the run until somebody looks closer, and again when asked to', () => {
  const { page, stream } = start();
  const state = ran();
  stream().say('update', state.updateAfter(0));
  const ends = () => new Set(page.plots().map(({ scales }) => scales['x']?.max));
  page.plots()[0]?.setScale('x', { min: 2, max: 4 });
  expect(ends()).toEqual(new Set([4]));
  state.take({ kind: 'reading', atUs: 60e6, target: 'api-1', source: 'x', values: { 'sched.runqueue': 8 } });
  stream().say('update', state.updateAfter(0));
  expect(page.element('follow').hidden).toBe(false);
  page.element('follow').fire('click');
  expect(ends()).toEqual(new Set([60]));
});

it('asks to stop with the token of its address, once', async () => {
  const { page, posted } = start();
  page.element('stop').fire('click');
  await Promise.resolve();
  expect(posted).toEqual([{ url: 'stop', method: 'POST', headers: { 'x-rampart-token': 'token' } }]);
  expect(page.element('stop').attributes['disabled']).toBe('');
});

it('says why the run was not stopped, and lets one try again', async () => {
  const { page } = start({ answer: { ok: false, text: () => Promise.resolve('not yours') } });
  page.element('stop').fire('click');
  await expect.poll(() => page.element('live-connection').textContent).toBe('not yours');
  expect(page.element('stop').attributes['disabled']).toBeUndefined();
});

it('has no stop button without a token', () => {
  expect(start({ hash: '' }).page.element('stop').hidden).toBe(true);
  expect(start().page.element('stop').hidden).toBe(false);
});

it('goes on to the report at the end, or says why there is none', () => {
  const { stream, went } = start();
  stream().say('end', { run: 'r1', report: true, message: '' });
  expect(went).toEqual(['report.html']);
  const other = start();
  other.stream().say('end', { run: 'r1', report: false, message: 'the disk is full' });
  expect(other.page.element('live-sentence').textContent).toBe('the disk is full');
  expect(other.page.element('stop').hidden).toBe(true);
});

it('says that the run does not answer, and listens again where the browser does not', () => {
  const { page, stream } = start();
  const opened = FakeStream.opened;
  stream().say('error');
  expect(page.element('live-connection').textContent).toMatch(/does not answer/);
  expect(FakeStream.opened).toBe(opened);
  stream().readyState = 2;
  stream().say('error');
  expect(FakeStream.opened).toBe(opened + 1);
  stream().say('open');
  expect(page.element('live-connection').textContent).toBe('');
});

it('begins anew when another run has its address', () => {
  const { stream, went } = start();
  stream().say('update', ran().updateAfter(0));
  stream().say('update', new RunState('r2', []).updateAfter(0));
  expect(went).toEqual(['reload']);
});

it('loads nothing, asks its own server only, and escapes names', () => {
  expect(document).not.toMatch(/ (?:src|href)=/);
  expect(document).toMatch(/default-src 'none';[^"]*script-src 'sha256-[^"]*connect-src 'self'"/);
  expect(document).toContain('ramp &lt;script&gt;');
});

it('draws no series that is not kept live, except what waits for the report', () => {
  const drawn = livePlan.groups.flatMap(({ charts }) =>
    charts.flatMap((chart) => ('strokes' in chart ? chart.strokes.map(([name]) => name) : chart.names)),
  );
  expect(Object.keys(liveSeries).filter((name) => !drawn.includes(name))).toEqual([]);
  expect(drawn.filter((name) => !Object.hasOwn(liveSeries, name))).toEqual([
    'load.response_p90_us',
    'load.response_max_us',
    'load.service_p99_us',
  ]);
});
