import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CommandContext } from '../../src/commands/context.ts';
import { readScenario } from '../../src/commands/read-scenario.ts';
import { messageOf } from '../../src/model/errors.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-scenario-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(loadLines: string) {
  const text = `name: ramp
topology: { engine: external }
target: { url: http://127.0.0.1:1/ }
load:
  steps: [{ rate: 200/s, for: 5s }]
${loadLines}`;
  await writeFile(join(folder, 'ramp.yaml'), text);
  return await readScenario('ramp.yaml', [], { cwd: folder, env: {} } as CommandContext);
}

const refused = (loadLines: string) => read(loadLines).then(() => expect.unreachable('accepted'), messageOf);

it('finds body files beside the scenario, and writes down where they are', async () => {
  await writeFile(join(folder, 'item.json'), '{}');
  const { scenario, text } = await read('  request: { method: POST, bodyFile: item.json }');
  expect(scenario.load.requests[0]?.bodyFile).toBe(join(folder, 'item.json'));
  expect(text).toContain(join(folder, 'item.json'));
});

it('names all files that are not there, each with its place', async () => {
  const message = await refused(`  requests:
    - { name: a, bodyFile: a.json }
    - { name: b, bodyFile: . }`);
  expect(message.split('\n')).toEqual([
    `ramp.yaml:7:28 load.requests[0].bodyFile names a file that is not there: ${join(folder, 'a.json')}`,
    expect.stringContaining('ramp.yaml:8:28 load.requests[1].bodyFile names a file that cannot be read: EISDIR'),
  ]);
});
