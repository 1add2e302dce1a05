/** The live page over real connections. */
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type LivePage, openLivePage } from '../../src/live/live-page.ts';
import type { LiveUpdate } from '../../src/model/live.ts';
import { healthySamples, scenario } from '../helpers/raw-run.ts';

const html = `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; connect-src 'self'"><h1>live</h1>`;
const open: LivePage[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((page) => page.close()));
});

async function start(port = 0) {
  const watched = { id: 'r1', of: { steps: scenario.load.steps } };
  const page = await openLivePage({ port, flag: '--ui=PORT' }, watched, html);
  open.push(page);
  const { origin, hash } = new URL(page.url);
  return { page, origin, token: hash.slice(1) };
}

/** Server-sent events as they come, from one connection. */
async function* eventsOf(response: Response): AsyncGenerator<{ event: string; id: string; data: string }> {
  let text = '';
  for await (const bytes of response.body ?? []) {
    text += Buffer.from(bytes).toString();
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]),
      );
      text = text.slice(end + 2);
      if (fields['event']) yield { event: fields['event'], id: fields['id'] ?? '', data: fields['data'] ?? '' };
    }
  }
}

async function listen(origin: string, lastEventId?: string) {
  const leave = new AbortController();
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const events = eventsOf(await fetch(`${origin}/events`, { headers, signal: leave.signal }));
  const next = async () => {
    const { value } = await events.next();
    if (!value) throw new Error('the stream ended');
    return { ...value, update: JSON.parse(value.data) as LiveUpdate };
  };
  return { next, leave: () => leave.abort() };
}

describe('the page', () => {
  it('is served with its own policy, in no frame, and is not kept', async () => {
    const { origin } = await start();
    const answer = await fetch(origin);
    expect(await answer.text()).toBe(html);
    const policy = "default-src 'none'; connect-src 'self'; frame-ancestors 'none'";
    expect(answer.headers.get('content-security-policy')).toBe(policy);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it.each(['/nothing', '//', '/../etc/passwd', '/report.html', '/%00'])('is all there is: not %s', async (path) => {
    const { origin } = await start();
    expect((await fetch(`${origin}${path}`)).status).toBe(404);
  });

  it('is still there after a request that is nonsense', async () => {
    const { page, origin } = await start();
    const socket = connect(Number(new URL(page.url).port), '127.0.0.1');
    socket.end('GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\nnonsense\r\n\r\n');
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect((await fetch(origin)).status).toBe(200);
  });
});

it('says who holds a port that is taken, and what to do', async () => {
  const { page } = await start();
  const port = Number(new URL(page.url).port);
  await expect(start(port)).rejects.toMatchObject({
    code: 'port-taken',
    exitCode: 3,
    message: expect.stringMatching(new RegExp(`^port ${port} on 127.0.0.1 cannot be listened on: pid ${process.pid} `)),
    hint: 'Choose another with --ui=PORT; 0 takes any free one.',
  });
});

describe('a page that listens', () => {
  it('is told all there is, then what is new', async () => {
    const { page, origin } = await start();
    const [first, ...rest] = healthySamples();
    if (first) page.sink.accept(first);
    const { next, leave } = await listen(origin);
    expect((await next()).update).toMatchObject({ since: 0, run: 'r1' });
    for (const sample of rest) page.sink.accept(sample);
    const { update } = await next();
    expect(update.since).toBeGreaterThan(0);
    expect(update.now.completedRps).toBe(2000);
    leave();
  });

  it('that comes again is told what it missed', async () => {
    const { page, origin } = await start();
    for (const sample of healthySamples()) page.sink.accept(sample);
    const before = await listen(origin);
    const { id, update } = await before.next();
    before.leave();
    page.warn('mind the gap');
    const after = await listen(origin, id);
    const { update: missed } = await after.next();
    expect(missed).toMatchObject({ since: update.seq, series: [], news: [{ kind: 'warning', text: 'mind the gap' }] });
    after.leave();
  });

  it.each(['r0:3', 'r1:999999', 'r1:x', 'nonsense', ''])(
    'that was told last of %j, which is not of this run, is told all',
    async (id) => {
      const { page, origin } = await start();
      page.warn('one');
      const { next, leave } = await listen(origin, id);
      expect((await next()).update.since).toBe(0);
      leave();
    },
  );

  it('but does not read is told nothing meanwhile, and all that it needs once it reads again', async () => {
    const { page } = await start();
    const rounds = 120;
    const socket = connect(Number(new URL(page.url).port), '127.0.0.1').setEncoding('latin1');
    socket.pause();
    socket.write('GET /events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    // Each round brings a hundred warnings of 3 KB: all rounds are more than any socket holds in the end.
    for (let round = 0; round < rounds; round++) {
      for (let at = 0; at < 100; at++) page.warn(`${round}.${at} ${'word '.repeat(600)}`);
      page.tell(`round ${round}`);
      await new Promise(setImmediate);
    }
    let text = '';
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.resume();
    const heard = expect.poll(() => {
      page.tell('the end');
      return text.includes('"phase":"the end"');
    });
    await heard.toBe(true);
    expect(text.split('event: update').length).toBeLessThan(rounds / 2);
    socket.destroy();
  });

  it('is one of at most 32', async () => {
    const { origin } = await start();
    const all = await Promise.all(Array.from({ length: 32 }, () => listen(origin)));
    expect((await fetch(`${origin}/events`)).status).toBe(503);
    for (const { leave } of all) leave();
  });
});

describe('the stop button', () => {
  it('ends the run as Ctrl-C does, for who has the token', async () => {
    const { page, origin, token } = await start();
    const { next, leave } = await listen(origin);
    await next();
    const answer = await fetch(`${origin}/stop`, { method: 'POST', headers: { 'x-rampart-token': token } });
    expect(answer.status).toBe(202);
    expect(page.stopped.reason).toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect((await next()).update.now.isStopping).toBe(true);
    leave();
  });

  it.each([
    ['without the token', {}],
    ['with a wrong one', { 'x-rampart-token': 'AAAAAAAAAAAAAAAAAAAAAAAA' }],
    ['from another site', { origin: 'http://evil.example' }],
  ])('does nothing %s', async (_, headers) => {
    const { page, origin, token } = await start();
    const own = 'origin' in headers ? { 'x-rampart-token': token } : {};
    expect((await fetch(`${origin}/stop`, { method: 'POST', headers: { ...own, ...headers } })).status).toBe(403);
    expect(page.stopped.aborted).toBe(false);
  });
});

describe('when the run is over', () => {
  const report = () => Promise.resolve('<h1>report</h1>');

  it('pages that watch are told, and are waited for until they have the report', async () => {
    const { page, origin } = await start();
    const { next, leave } = await listen(origin);
    await next();
    page.finish('The run is over.', report);
    let isDone = false;
    const done = page.handedOver().then(() => {
      isDone = true;
    });
    let told = await next();
    while (told.event !== 'end') told = await next();
    expect(JSON.parse(told.data)).toEqual({ run: 'r1', report: true, message: 'The run is over.' });
    expect(isDone).toBe(false);
    expect(await (await fetch(`${origin}/report.html`)).text()).toBe('<h1>report</h1>');
    await done;
    leave();
  });

  it('nobody is waited for when nobody watched', async () => {
    const { page } = await start();
    page.finish('The run is over.', report);
    await page.handedOver();
  });

  it('a page that does not take the report is not waited for once somebody wants to go', async () => {
    const { page, origin } = await start();
    const { next, leave } = await listen(origin);
    await next();
    page.finish('The run is over.', report);
    const wish = new AbortController();
    const done = page.handedOver(wish.signal);
    wish.abort();
    await done;
    leave();
  });

  it('whoever comes late gets the report, or hears why there is none', async () => {
    const { page, origin } = await start();
    page.finish('The run is over.', report);
    expect(await (await fetch(origin)).text()).toBe('<h1>report</h1>');
    const other = await start();
    other.page.finish('The run has no report: the disk is full');
    const { next, leave } = await listen(other.origin);
    let told = await next();
    while (told.event !== 'end') told = await next();
    expect(JSON.parse(told.data)).toMatchObject({ report: false, message: 'The run has no report: the disk is full' });
    leave();
  });

  it('it can no longer be stopped', async () => {
    const { page, origin, token } = await start();
    page.finish('The run is over.', report);
    expect((await fetch(`${origin}/stop`, { method: 'POST', headers: { 'x-rampart-token': token } })).status).toBe(409);
  });
});
