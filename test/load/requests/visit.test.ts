// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are what this is about
/** A visit of several requests, answered by the test itself. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../src/load/answers/answer.ts';
import { openRequestSource } from '../../../src/load/requests/source.ts';
import type { Move, WireRequest } from '../../../src/load/requests/wire-request.ts';
import type { LoadPlan } from '../../../src/model/load.ts';
import type { FlowRequestSpec, FlowSpec, RequestSpec } from '../../../src/model/scenario.ts';
import { plainRequest, planFor } from '../load-run.ts';

const request = (path: string, more: Partial<FlowRequestSpec> = {}): FlowRequestSpec => ({
  ...plainRequest,
  name: path.replace(/\W/g, ''),
  path,
  extract: {},
  ...more,
});
const flow = (requests: readonly FlowRequestSpec[], more: Partial<FlowSpec> = {}): FlowSpec => ({
  ...{ name: 'buy', weight: 1, cookies: false },
  requests,
  ...more,
});
const answer = (status: number, body = '', fields: Answer['fields'] = []): Answer => ({
  ...{ status, fields, hasWantedBody: false },
  body: Buffer.from(body),
});

async function firstOf(plan: Partial<LoadPlan>): Promise<WireRequest> {
  return (await openRequestSource(planFor(80, { requests: [], ...plan }), () => 0))();
}

/** What a flow sends, as first lines and cookies, when it is answered so; a failure as it is. */
async function walked(own: FlowSpec, answers: readonly Answer[]): Promise<string[]> {
  return walkedFrom(await firstOf({ flows: [own] }), answers);
}

function walkedFrom(first: WireRequest, answers: readonly Answer[]): string[] {
  const seen = [shown(first)];
  for (const each of answers) {
    const move: Move = first.visit!.after(each);
    if (move.kind === 'over') return [...seen, move.failure ?? 'over'];
    seen.push(`${move.kind}: ${shown(move.request)}`);
  }
  return seen;
}

function shown({ bytes }: WireRequest): string {
  const text = bytes.toString();
  const cookies = /^Cookie: .*$/im.exec(text)?.[0];
  return [text.slice(0, text.indexOf(' HTTP')), ...(cookies ? [cookies] : [])].join(', ');
}

describe('a flow', () => {
  it('sends its requests one after the other, with what it has extracted', async () => {
    const requests = [
      request('/login', {
        extract: { token: { from: 'json', path: '$.token' }, id: { from: 'header', name: 'X-Id' } },
      }),
      request('/cart/${token}', { extract: { n: { from: 'regex', pattern: 'n=(\\d+)' } } }),
      request('/pay', { method: 'POST', headers: { 'X-Id': '${id}' }, body: '{"n":"${n}","t":"${token}"}' }),
    ];
    const first = await firstOf({ flows: [flow(requests)] });
    first.visit!.after(answer(200, '{"token":"a b/c"}', [['x-id', 'i1']]));
    const pay = first.visit!.after(answer(200, 'n=7'));
    expect(pay.kind).toBe('next');
    const text = pay.kind === 'next' ? pay.request.bytes.toString() : '';
    expect(text).toContain('POST /pay HTTP/1.1');
    expect(text).toContain('\r\nX-Id: i1\r\n');
    expect(text.endsWith('\r\n\r\n{"n":"7","t":"a b/c"}')).toBe(true);
    expect(first.visit!.after(answer(201))).toEqual({ kind: 'over', failure: undefined });
    expect(await walked(flow(requests), [answer(200, '{"token":"a b/c"}', [['x-id', '1']])])).toEqual([
      'GET /login',
      'next: GET /cart/a%20b/c',
    ]);
  });

  it.each([
    [answer(500), 'buy/login: status 500'],
    [answer(200, '{}'), 'buy/login: extract token: $.token is not there'],
    [answer(200, 'oops'), 'buy/login: extract token: $.token is not there, for the body is no JSON'],
    [answer(200, '{"token":"x"}'), 'buy/login: extract token: the value is to begin a path, but does not begin with /'],
    [answer(200, '{"token":"/é"}'), 'buy/login: extract token: the value cannot stand in a header'],
    [answer(200, '{"token":"/\\r\\nX: 1"}'), 'buy/login: extract token: the value cannot stand in a header'],
    [{ ...answer(200), body: undefined }, 'buy/login: extract token: body is longer than 1 MiB'],
  ])('ends where something is not there (%#)', async (given, failure) => {
    const extract = { token: { from: 'json', path: '$.token' } as const };
    const requests = [
      request('/login', { extract }),
      request('${token}', { name: 'next', headers: { A: '${token}' } }),
    ];
    expect((await walked(flow(requests), [given])).at(-1)).toBe(failure);
  });

  it('looks for text in a body that it unpacks, and counts how long that was', async () => {
    const expected = { status: [], bodyContains: 'inside' };
    const own = flow([request('/', { headers: { 'Accept-Encoding': 'gzip' }, expect: expected }), request('/b')]);
    const first = await firstOf({ flows: [own] });
    expect([first.wantedBody, first.visit!.keepsBody]).toEqual([undefined, true]);
    const packed = gzipSync('it is inside');
    const move = first.visit!.after({ ...answer(200, '', [['content-encoding', 'gzip']]), body: packed });
    expect([move.kind, first.visit!.decodedBytes, first.visit!.keepsBody]).toEqual(['next', 12, false]);
    expect(await walked(own, [answer(200, 'outside')])).toContain('buy/: body does not contain "inside"');
    const broken = { ...answer(200, '', [['content-encoding', 'gzip']]), body: packed.subarray(0, 9) };
    expect((await walked(own, [broken])).at(-1)).toBe('buy/: body is no gzip, although it says so');
  });

  it('draws a pause between two lengths', async () => {
    const own = flow([request('/a'), request('/b', { think: { fromMs: 100, toMs: 300 } }), request('/c')]);
    const next = await openRequestSource(planFor(80, { requests: [], flows: [own] }), () => 0);
    const pauses = Array.from({ length: 200 }, () => {
      const move = next().visit!.after(answer(200));
      return move.kind === 'next' ? move.thinkMs : -1;
    });
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(300);
    expect(new Set(pauses).size).toBeGreaterThan(150);
  });
});

describe('cookies', () => {
  const set = (value: string): Answer => answer(200, '', [['set-cookie', value]]);

  it('are kept by each arrival for itself, and only on request', async () => {
    const requests = [request('/a'), request('/b', { headers: { Cookie: 'own=1' } }), request('/c')];
    const kept = await walked(flow(requests, { cookies: true }), [
      set('s=1; Path=/'),
      set('s=; Max-Age=0; Path=/'),
      set('x=1'),
    ]);
    expect(kept).toEqual(['GET /a', 'next: GET /b, Cookie: own=1; s=1', 'next: GET /c', 'over']);
    expect((await walked(flow(requests), [set('s=1; Path=/')]))[1]).toBe('next: GET /b, Cookie: own=1');
    const next = await openRequestSource(
      planFor(80, { requests: [], flows: [flow(requests, { cookies: true })] }),
      () => 0,
    );
    expect(walkedFrom(next(), [set('s=1; Path=/')])[1]).toContain('s=1');
    expect(walkedFrom(next(), [answer(200)])[1]).not.toContain('s=1');
  });
});

describe('redirects', () => {
  const to = (place: string, status = 302, fields: Answer['fields'] = []) =>
    answer(status, '', [['location', place], ...fields]);
  const alone = (more: Partial<RequestSpec>) => firstOf({ requests: [{ ...plainRequest, ...more }] });

  it('are answers where nobody asks for more', async () => {
    expect((await alone({})).visit).toBeUndefined();
    expect(await walked(flow([request('/a'), request('/b')]), [to('/x')])).toEqual(['GET /a', 'next: GET /b']);
  });

  it('lead on, and the flow goes on after them', async () => {
    const own = flow([request('/a', { method: 'POST', body: 'x', redirects: 3 }), request('/b')], { cookies: true });
    const answers = [to('/x', 302, [['set-cookie', 's=1; Path=/']]), to('y?q'), answer(200)];
    expect(await walked(own, answers)).toEqual([
      'POST /a',
      'redirect: GET /x, Cookie: s=1',
      'redirect: GET /y?q, Cookie: s=1',
      'next: GET /b, Cookie: s=1',
    ]);
  });

  it('keep method and body at 307', async () => {
    const first = await alone({ method: 'PUT', body: 'mine', redirects: 1 });
    const move = first.visit!.after(to('/x', 307));
    const text = move.kind === 'redirect' ? move.request.bytes.toString() : '';
    expect([text.startsWith('PUT /x HTTP/1.1\r\n'), text.endsWith('\r\n\r\nmine')]).toEqual([true, true]);
  });

  it.each([
    [[to('/1'), to('/2'), to('/3')], 'more than 2 redirects'],
    [[to('/1'), to('/')], 'redirects in a circle'],
    [[to('/')], 'redirects in a circle'],
    [[to('http://127.0.0.1:81/')], 'redirect to another host, http://127.0.0.1:81, is not followed'],
    [[to('http://else.test/a')], 'redirect to another host, http://else.test, is not followed'],
    [[to('ftp://127.0.0.1/')], 'redirect to what is no place of HTTP'],
    [[answer(302)], 'over'],
    [[to('/1'), answer(404)], 'status 404'],
    [[to('/1'), answer(200)], 'over'],
  ])('end (%#)', async (answers, end) => {
    expect(walkedFrom(await alone({ redirects: 2 }), answers).at(-1)).toBe(end);
  });

  it('may come by the same place again with other cookies', async () => {
    const first = await alone({ redirects: 3, cookies: true });
    const answers = [to('/', 302, [['set-cookie', 'seen=1']]), answer(200)];
    expect(walkedFrom(first, answers)).toEqual(['GET /', 'redirect: GET /, Cookie: seen=1', 'over']);
  });

  it('are the answer that was hoped for where their status is', async () => {
    const first = await alone({ redirects: 3, expect: { status: [302], bodyContains: '' } });
    expect(walkedFrom(first, [to('/x')])).toEqual(['GET /', 'over']);
  });

  it('stay on the host that the request names', async () => {
    const first = await alone({ redirects: 3, headers: { Host: 'shop.test' } });
    expect(walkedFrom(first, [to('http://shop.test/x'), to('http://127.0.0.1/')])).toEqual([
      'GET /',
      'redirect: GET /x',
      'redirect to another host, http://127.0.0.1, is not followed',
    ]);
  });
});
