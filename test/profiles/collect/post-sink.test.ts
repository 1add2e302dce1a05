import { describe, expect, it } from 'vitest';
import type { SentAnswer } from '../../../src/host/http-send.ts';
import type { NewProfile } from '../../../src/model/profile-store.ts';
import { postSink } from '../../../src/profiles/collect/post-sink.ts';

const profile: NewProfile = {
  service: 'shop & co',
  type: 'cpu',
  labels: [
    { key: 'a', value: 'x,y=z' },
    { key: 'env', value: 'a b+c%' },
  ],
  createdNs: 1_559_216_940_500_000_000n,
  durationNs: 0n,
  content: Buffer.from('bytes'),
};

/** A sink whose server answers these, one after the other; an Error is no answer. */
function sinkOf(answers: readonly (SentAnswer | Error)[], server = 'http://127.0.0.1:10100') {
  const posted: string[] = [];
  const pauses: number[] = [];
  const left = [...answers];
  const sink = postSink(server, {
    post: async (url) => {
      posted.push(url);
      const answer = left.shift() ?? new Error('no more answers');
      if (answer instanceof Error) throw answer;
      return answer;
    },
    pause: async (ms) => {
      pauses.push(ms);
    },
  });
  return { keep: () => sink.keep(profile, new AbortController().signal), posted, pauses, name: sink.name };
}

const ok = { status: 200, text: '{"code":200,"body":{}}' };

describe('a profile that is sent', () => {
  it('has its labels encoded twice, as profefe decodes them', async () => {
    const { keep, posted } = sinkOf([ok]);
    await keep();
    const url = new URL(posted[0] ?? '');
    expect(url.pathname).toBe('/api/0/profiles');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      service: 'shop & co',
      type: 'cpu',
      labels: 'a=x%2Cy%3Dz,env=a%20b%2Bc%25',
      created_at: '2019-05-30T11:49:00',
    });
  });

  it('is sent again where no answer comes or the server failed', async () => {
    const { keep, posted, pauses } = sinkOf([new Error('ECONNREFUSED'), { status: 500, text: 'oops' }, ok]);
    await keep();
    expect(posted).toHaveLength(3);
    expect(pauses).toEqual([1000, 3000]);
  });

  it('is given up after some tries, and where it is refused, in the words of the server', async () => {
    const down = sinkOf(
      Array.from({ length: 9 }, () => new Error('ECONNREFUSED')),
      'http://anna:secret@127.0.0.1:1',
    );
    await expect(down.keep()).rejects.toThrow(/^http:\/\/127\.0\.0\.1:1\/?: ECONNREFUSED$/);
    expect(down.posted).toHaveLength(4);
    const refused = sinkOf([{ status: 400, text: '{"code":400,"error":"bad request: unknown profile type"}' }]);
    await expect(refused.keep()).rejects.toThrow('answered 400: bad request: unknown profile type');
    expect(refused.posted).toHaveLength(1);
    await expect(sinkOf([{ status: 302, text: '' }]).keep()).rejects.toThrow('answered 302');
    expect(down.name).not.toContain('secret');
  });
});
