/** What Docker Compose complains of, in our words. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { composeVersion, translateCompose } from '../../../src/topology/compose/cli.ts';

it.each([
  [
    'port-taken',
    'Error response from daemon: driver failed programming external connectivity on endpoint x: Bind for 127.0.0.1:8080 failed: port is already allocated',
  ],
  [
    'port-taken',
    'Error response from daemon: Ports are not available: listen tcp 0.0.0.0:80: bind: address already in use',
  ],
  [
    'image-missing',
    "Error response from daemon: pull access denied for nothere, repository does not exist or may require 'docker login'",
  ],
  ['image-missing', 'manifest for redis:99 not found: manifest unknown'],
  [
    'image-pull',
    'Error response from daemon: Get "https://registry.example/v2/": dial tcp: lookup registry.example: no such host',
  ],
  [
    'image-pull',
    'Error response from daemon: Get "http://127.0.0.1:9/v2/": dial tcp 127.0.0.1:9: connect: connection refused',
  ],
  [
    'docker-permission',
    'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock',
  ],
  ['docker-unreachable', 'Cannot connect to the Docker daemon at unix:///nowhere.sock. Is the docker daemon running?'],
  ['disk-full', 'write /x: no space left on device'],
])('%s: %s', (code, output) => {
  expect(translateCompose(`some step\n${output}`, ['--project-name', 'x', 'up'])).toMatchObject({
    code,
    exitCode: 3,
    message: expect.stringContaining(`(docker compose up)\n    | some step\n    | ${output}`),
    hint: expect.stringMatching(/.+/),
  });
});

it('anything else keeps its last lines', () => {
  const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`).join('\n');
  const error = translateCompose(lines, ['build']);
  expect(error.code).toBe('compose-failed');
  expect(error.message.split('\n')).toHaveLength(26);
  expect(error.message).toMatch(/^docker compose build failed\n.*line 75\n(.*\n)*.*line 99$/);
});

it('a machine without the docker command gets a way out', async () => {
  const empty = await mkdtemp(`${tmpdir()}/rampart-test-`);
  await expect(composeVersion({ PATH: empty })).rejects.toMatchObject({
    code: 'compose-missing',
    exitCode: 3,
    hint: expect.stringContaining('--engine process'),
  });
  await rm(empty, { recursive: true });
});
