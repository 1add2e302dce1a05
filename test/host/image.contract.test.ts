/** Images that are made without an engine: what is in them, and that registries and `docker save` mean the same by it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Image, makeImage, writeImageArchive } from '../../src/host/image-archive.ts';
import { pushImage } from '../../src/host/image-push.ts';

let dir: string;
let image: Image;
const longPath = `/srv/${'a'.repeat(90)}/${'b'.repeat(60)}`;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rampart-image-'));
  await writeFile(join(dir, 'program'), '#!/bin/sh\n');
  await writeFile(join(dir, 'page.html'), 'x'.repeat(700));
  image = await make();
});
afterAll(() => rm(dir, { recursive: true }));

async function make(): Promise<Image> {
  const files = [
    { path: '/service', from: join(dir, 'program'), isProgram: true },
    { path: longPath, from: join(dir, 'page.html'), isProgram: false },
  ];
  const settings = {
    env: { A: 'b=c' },
    entrypoint: ['/service'],
    workingDir: '/srv',
    user: '7:8',
    stopSignal: 'SIGINT',
  };
  return await makeImage(files, { folders: ['/srv'], shared: ['/tmp'] }, settings, 'amd64');
}

describe('an image', () => {
  it('holds the files with their modes, and is the same each time', async () => {
    await writeFile(join(dir, 'layer.tar'), image.layer);
    const listed = execFileSync('tar', ['-tvf', join(dir, 'layer.tar')], { encoding: 'utf8' });
    const lines = listed
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/));
    expect(lines.map((words) => [words[0], words[1], words.at(-1)])).toEqual([
      ['drwxrwxrwt', '0/0', 'tmp/'],
      ['drwxr-xr-x', '0/0', 'srv/'],
      ['-rwxr-xr-x', '0/0', 'service'],
      ['drwxr-xr-x', '0/0', `${longPath.split('/').slice(1, -1).join('/')}/`],
      ['-rw-r--r--', '0/0', longPath.slice(1)],
    ]);
    expect((await make()).id).toBe(image.id);
  });

  it('says what it starts with, in the words of the image specification', () => {
    expect(JSON.parse(image.config.toString())).toMatchObject({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: ['A=b=c'], Entrypoint: ['/service'], WorkingDir: '/srv', User: '7:8', StopSignal: 'SIGINT' },
      rootfs: { type: 'layers', diff_ids: [`sha256:${createHash('sha256').update(image.layer).digest('hex')}`] },
    });
  });

  it('lies in an archive as docker save writes it', async () => {
    const archive = join(dir, 'image.tar');
    await writeImageArchive(image, 'rampart.local/a:1', archive);
    const cat = (name: string) => execFileSync('tar', ['-xOf', archive, name]);
    const [{ Config, RepoTags, Layers }] = JSON.parse(cat('manifest.json').toString());
    expect(RepoTags).toEqual(['rampart.local/a:1']);
    expect(cat(Config)).toEqual(image.config);
    expect(cat(Layers[0])).toEqual(image.layer);
  });
});

/** A registry as far as pushes need one; it wants a token, which a password can be changed for. */
async function startRegistry(): Promise<{
  server: Server;
  host: string;
  stored: Map<string, Buffer>;
  asked: string[];
}> {
  const stored = new Map<string, Buffer>();
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    const answer = (status: number, headers: Record<string, string> = {}, body = '') =>
      response.writeHead(status, headers).end(body);
    if (url.pathname === '/token') {
      const isKnown = request.headers.authorization === `Basic ${Buffer.from('u:p').toString('base64')}`;
      return isKnown ? answer(200, {}, JSON.stringify({ token: `for ${url.searchParams.get('scope')}` })) : answer(401);
    }
    const scope = 'repository:team/api:push';
    if (request.headers.authorization !== `Bearer for ${scope}`)
      return answer(401, {
        'www-authenticate': `Bearer realm="http://${request.headers.host}/token",service="r",scope="${scope}"`,
      });
    asked.push(`${request.method} ${url.pathname}`);
    const digest = url.searchParams.get('digest') ?? url.pathname.split('/').at(-1) ?? '';
    if (request.method === 'HEAD') return answer(stored.has(digest) ? 200 : 404);
    if (request.method === 'POST') return answer(202, { location: '/v2/team/api/blobs/uploads/7?state=s' });
    stored.set(digest, Buffer.concat(chunks));
    return answer(201);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, host: `127.0.0.1:${(server.address() as AddressInfo).port}`, stored, asked };
}

describe('a push', () => {
  it('uploads what is not there, and gives the reference by digest', async () => {
    const { server, host, stored, asked } = await startRegistry();
    try {
      await writeFile(
        join(dir, 'config.json'),
        JSON.stringify({ auths: { [host]: { auth: Buffer.from('u:p').toString('base64') } } }),
      );
      const push = () =>
        pushImage(
          image,
          { repository: `${host}/team/api`, tag: 't1' },
          { DOCKER_CONFIG: dir },
          new AbortController().signal,
        );
      const ref = await push();
      const manifest = stored.get('t1') ?? Buffer.alloc(0);
      expect(ref).toBe(`${host}/team/api@sha256:${createHash('sha256').update(manifest).digest('hex')}`);
      const { config, layers } = JSON.parse(manifest.toString());
      expect(stored.get(config.digest)).toEqual(image.config);
      expect(gunzipSync(stored.get(layers[0].digest) ?? Buffer.alloc(0))).toEqual(image.layer);
      const before = asked.length;
      expect(await push()).toBe(ref);
      expect(asked.slice(before).filter((line) => line.startsWith('POST'))).toEqual([]);
    } finally {
      server.close();
    }
  });

  it('says what the registry said, and what to do', async () => {
    const server = createServer((_, response) => response.writeHead(507).end('disk full'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const place = { repository: `127.0.0.1:${(server.address() as AddressInfo).port}/a`, tag: 't' };
    try {
      await expect(pushImage(image, place, {}, new AbortController().signal)).rejects.toMatchObject({
        code: 'image-push',
        message: expect.stringMatching(/HEAD \/v2\/a\/blobs\/sha256:\w+ was answered 507/),
        hint: expect.stringContaining('docker login'),
      });
    } finally {
      server.close();
    }
  });
});
