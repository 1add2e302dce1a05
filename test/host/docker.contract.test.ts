/** Which engine the environment points at, and what a person is told when it does not answer. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDocker } from '../../src/host/docker.ts';
import { dockerEndpoint } from '../../src/host/docker-endpoint.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rampart-docker-'));
  // The SHA-256 of "foo", as the docker CLI names the folder.
  const meta = join(dir, 'contexts/meta/2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae');
  await mkdir(meta, { recursive: true });
  const content = { Name: 'foo', Metadata: {}, Endpoints: { docker: { Host: 'unix:///tmp/foo.sock' } } };
  await writeFile(join(meta, 'meta.json'), JSON.stringify(content));
});
afterAll(() => rm(dir, { recursive: true }));

describe('dockerEndpoint', () => {
  it('takes DOCKER_HOST before the context', () => {
    expect(
      dockerEndpoint({ DOCKER_HOST: 'tcp://127.0.0.1:2375', DOCKER_CONTEXT: 'foo', DOCKER_CONFIG: dir }).host,
    ).toBe('tcp://127.0.0.1:2375');
  });

  it('follows DOCKER_CONTEXT to the address in the store of the docker CLI', () => {
    expect(dockerEndpoint({ DOCKER_CONTEXT: 'foo', DOCKER_CONFIG: dir }).host).toBe('unix:///tmp/foo.sock');
  });

  it('follows the current context of config.json', async () => {
    await writeFile(join(dir, 'config.json'), JSON.stringify({ currentContext: 'foo' }));
    expect(dockerEndpoint({ DOCKER_CONFIG: dir }).host).toBe('unix:///tmp/foo.sock');
    await rm(join(dir, 'config.json'));
    expect(dockerEndpoint({ DOCKER_CONFIG: dir }).host).not.toBe('unix:///tmp/foo.sock');
  });

  it('names a context that does not exist', () => {
    expect(() => dockerEndpoint({ DOCKER_CONTEXT: 'nowhere', DOCKER_CONFIG: dir })).toThrow(/context "nowhere"/);
  });
});

describe('connectDocker', () => {
  it('refuses an address that it cannot use, with an example', () => {
    expect(() => connectDocker({ DOCKER_HOST: 'ssh://me@far' })).toThrow(/ssh:\/\/me@far.*example/);
  });
});

describe('ping', () => {
  it('says that nothing listens', async () => {
    const docker = connectDocker({ DOCKER_HOST: `unix://${join(dir, 'none.sock')}` });
    await expect(docker.ping(1000)).rejects.toMatchObject({
      code: 'docker-unreachable',
      exitCode: 3,
      hint: expect.stringContaining('--engine process'),
    });
  });

  it('gives up on an engine that takes the connection and never answers', async () => {
    const path = join(dir, 'mute.sock');
    const server = createServer().listen(path);
    const docker = connectDocker({ DOCKER_HOST: `unix://${path}` });
    await expect(docker.ping(100)).rejects.toThrow('did not answer within 100ms');
    server.close();
  });

  it('reads who answered', async () => {
    const path = join(dir, 'engine.sock');
    const body = JSON.stringify({ Version: '27.1', ApiVersion: '1.46', Os: 'linux', Arch: 'arm64' });
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
    const server = createServer((socket) => socket.end(answer)).listen(path);
    const facts = await connectDocker({ DOCKER_HOST: `unix://${path}` }).ping(1000);
    expect(facts).toEqual({ version: '27.1', apiVersion: '1.46', os: 'linux', arch: 'arm64' });
    server.close();
  });
});
