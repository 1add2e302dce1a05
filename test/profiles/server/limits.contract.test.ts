/** What the server bears: bodies of any size and form, who has no token, names that are pointed at it, many at once, and its end. */
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeProfile } from '../../../src/goruntime/profile/encode.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { always, answered, gzipped, testServer } from './server.ts';

const small = gzipped(profileOf([sampleOf(['main.work'], [1n, 10n])]));

/** What a server answers to these bytes, as they come over the wire. */
function raw(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
    });
    socket.on('error', reject).on('close', () => resolve(answer));
  });
}

describe('a body', () => {
  it('of more than 64 MiB is refused, whether it says so or not', async () => {
    const server = await testServer();
    const large = new Uint8Array(64 * 2 ** 20 + 1).fill(0x1f);
    const announced = await server.post('service=a&type=cpu', large);
    expect([announced.status, announced.error]).toEqual([413, 'too large: a profile may have 64 MiB as it is sent']);
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < large.length; at += 2 ** 20) controller.enqueue(large.subarray(at, at + 2 ** 20));
        controller.close();
      },
    });
    const chunked = await fetch(`${server.url}/api/0/profiles?service=a&type=cpu`, {
      method: 'POST',
      body: stream,
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    expect((await server.post('service=a&type=cpu', small)).status).toBe(200);
  });

  it('of more than 512 MiB once it is inflated is refused', async () => {
    const server = await testServer();
    const part = gzipSync(new Uint8Array(32 * 2 ** 20));
    const { status, error } = await server.post(
      'service=a&type=cpu',
      Uint8Array.from(Buffer.concat(Array.from({ length: 17 }, () => part))),
    );
    expect([status, error]).toEqual([413, expect.stringContaining('too large')]);
  });

  it('of a profile of very many samples is refused before they are objects', { timeout: 180_000 }, async () => {
    const server = await testServer();
    const whole = encodeProfile(profileOf([sampleOf(['main.work'], [1n, 10n])]));
    // A sample without a stack and with two values, in six bytes.
    const sample = Uint8Array.of(0x12, 4, 0x12, 2, 1, 1);
    const many = Buffer.concat([whole, Buffer.alloc(9_000_000 * sample.length, sample)]);
    const { status, error } = await server.post('service=a&type=cpu', Uint8Array.from(gzipSync(many)));
    expect([status, error]).toEqual([413, expect.stringMatching(/too large: it has 90\d+ parts/)]);
    expect((await server.post('service=a&type=cpu', small)).status).toBe(200);
  });

  it('is not waited for where its parameters are wrong already', async () => {
    const server = await testServer();
    const answer = await raw(
      server.url,
      `POST /api/0/profiles?type=cpu HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1000000\r\n\r\nfirst bytes`,
    );
    expect(answer).toContain('400 Bad Request');
    expect(answer).toContain('missing \\"service\\"');
  });
});

describe('who may ask', () => {
  const ask = (url: string, headers: Record<string, string>, method = 'GET') =>
    raw(
      url,
      `${method} /api/0/services HTTP/1.1\r\nConnection: close\r\n${Object.entries(headers)
        .map(([name, value]) => `${name}: ${value}\r\n`)
        .join('')}\r\n`,
    );

  it('is this machine by its own name, and no page of another site', async () => {
    const server = await testServer();
    await server.post('service=a&type=cpu', small);
    const { port } = new URL(server.url);
    expect(await ask(server.url, { host: `127.0.0.1:${port}` })).toContain('200 OK');
    expect(await ask(server.url, { host: `localhost:${port}` })).toContain('200 OK');
    expect(await ask(server.url, { host: `profiles.evil.example:${port}` })).toContain('403 Forbidden');
    expect(await ask(server.url, { host: `127.0.0.1:${port}`, origin: 'http://evil.example' })).toContain(
      '403 Forbidden',
    );
    expect(await ask(server.url, { host: `127.0.0.1:${port}`, 'sec-fetch-site': 'cross-site' })).toContain(
      '403 Forbidden',
    );
    const form = await server.post('service=b&type=cpu', small, {
      method: 'POST',
      body: small,
      headers: { origin: 'http://evil.example' },
    });
    expect(form.status).toBe(403);
    expect((await server.get('services')).body).toEqual(['a']);
  });

  it('has the token, where there is one: as a bearer, or as a password', async () => {
    const token = 'a-token-of-many-characters';
    const server = await testServer({ token });
    const status = async (authorization?: string) =>
      (await fetch(`${server.url}/api/0/version`, { headers: authorization === undefined ? {} : { authorization } }))
        .status;
    const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
    expect(await status(`Bearer ${token}`)).toBe(200);
    expect(await status(`bearer  ${token}`)).toBe(200);
    expect(await status(basic(`anyone:${token}`))).toBe(200);
    expect(await status(basic(`:${token}`))).toBe(200);
    for (const wrong of [
      undefined,
      '',
      `Bearer ${token}x`,
      'Bearer',
      token,
      basic(token),
      basic(`${token}:`),
      `Digest ${token}`,
    ])
      expect(await status(wrong)).toBe(401);
    const refused = await fetch(`${server.url}/api/0/profiles/merge`);
    expect(refused.headers.get('www-authenticate')).toContain('Basic realm=');
    expect((await answered(refused)).error).toContain('this server wants its token');
  });

  it('on other addresses is anybody with the token, by whatever name', async () => {
    const server = await testServer({ token: 'secret', place: { port: 0, host: '0.0.0.0', flag: '--port' } });
    const authorization = 'Bearer secret';
    expect(await ask(server.url, { host: 'profiles.example', authorization })).toContain('404 Not Found');
    expect(
      await ask(server.url, { host: 'profiles.example', authorization, origin: 'https://profiles.example' }),
    ).toContain('404 Not Found');
    expect(
      await ask(server.url, { host: 'profiles.example', authorization, origin: 'https://evil.example' }),
    ).toContain('403 Forbidden');
    expect(await ask(server.url, { host: 'profiles.example' })).toContain('401 Unauthorized');
  });
});

describe('many at once', () => {
  it('are all answered: 200 merges while profiles are sent', async () => {
    const server = await testServer();
    const at = (seconds: number) =>
      gzipped(
        profileOf([sampleOf([`main.f${seconds}`], [1n, 10n])], {
          timeNanos: BigInt(1_559_216_940 + seconds) * 1_000_000_000n,
        }),
      );
    for (let index = 0; index < 5; index += 1) await server.put('service=a&type=cpu', at(index));
    const merges = Array.from({ length: 200 }, () => server.bytes(`profiles/merge?service=a&type=cpu&${always}`));
    const posts = Array.from({ length: 50 }, (_, index) => server.post('service=a&type=cpu', at(100 + index)));
    const statuses = [
      ...(await Promise.all(merges)).map(({ status }) => status),
      ...(await Promise.all(posts)).map(({ status }) => status),
    ];
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(server.warnings).toEqual([]);
  });

  it('who go away before their answer do no harm', async () => {
    const server = await testServer();
    for (let index = 0; index < 3; index += 1) await server.put('service=a&type=cpu', small);
    const leave = new AbortController();
    const left = Array.from({ length: 20 }, () =>
      fetch(`${server.url}/api/0/profiles/merge?service=a&type=cpu&${always}`, { signal: leave.signal }).catch(
        () => 'left',
      ),
    );
    leave.abort();
    expect(new Set(await Promise.all(left))).toEqual(new Set(['left']));
    expect((await server.bytes(`profiles/merge?service=a&type=cpu&${always}`)).status).toBe(200);
    expect(server.warnings).toEqual([]);
  });
});

describe('the server', () => {
  it('says what went wrong on its side, and goes on', async () => {
    const failing = {
      find: async () => {
        throw new Error('the disk has gone');
      },
      get: async () => undefined,
      read: async () => new Uint8Array(),
      services: async () => [],
      close: async () => undefined,
    };
    const server = await testServer({
      source: failing,
      store: {
        put: async () => {
          throw new Error('no space left');
        },
      },
    });
    const merged = await server.get(`profiles/merge?service=a&type=cpu&${always}`);
    expect([merged.status, merged.error]).toEqual([500, 'internal server error']);
    expect(merged.headers.get('x-go-pprof')).toBe('1');
    const posted = await server.post('service=a&type=cpu', small);
    expect([posted.status, posted.error]).toEqual([500, 'failed to collect profile']);
    expect(server.warnings).toEqual([
      expect.stringContaining('the disk has gone'),
      'a cpu profile of "a" was not kept: no space left',
    ]);
  });

  it('says that an address is none of this machine', async () => {
    const place = { port: 0, host: '192.0.2.1', flag: '--port PORT' };
    await expect(testServer({ place })).rejects.toMatchObject({
      code: 'port-taken',
      hint: '192.0.2.1 is no address of this machine; 127.0.0.1 is, and 0.0.0.0 stands for all that it has.',
    });
  });

  it('ends although somebody keeps a connection, or sends and does not stop', async () => {
    const server = await testServer();
    await server.post('service=a&type=cpu', small);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await new Promise<void>((resolve) => {
      socket.once('connect', () => {
        socket.write(
          'POST /api/0/profiles?service=a&type=cpu HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\npart',
        );
        resolve();
      });
    });
    await server.close();
    await expect(fetch(`${server.url}/api/0/version`)).rejects.toThrow();
  });
});
