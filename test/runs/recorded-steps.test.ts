import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { readIn } from '../helpers/read-scenario.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-recorded-'));
  await writeFile(join(folder, 'a.txt'), '0 list\n0.5 list\n3 add\n');
  await writeFile(join(folder, 'bad.txt'), '0\nsoon\n');
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function read(arrivals: string, steps: string) {
  const text = `name: replay
topology: { engine: external }
target: { url: "http://127.0.0.1:1/" }
load:
  requests: [{ name: list, path: /l }, { name: add, path: /a }]
  arrivals: ${arrivals}
  steps: ${steps}
`;
  await writeFile(join(folder, 'r.yaml'), text);
  return await readIn(folder, 'r.yaml');
}

const refused = async (...given: Parameters<typeof read>) => await read(...given).then(() => 'accepted', messageOf);

describe('a scenario that follows a recording', () => {
  it('has the rates of the recording in its steps', async () => {
    const { scenario } = await read('{ file: a.txt, speed: 2 }', '[{ for: 1s }, { for: 1s }]');
    expect(scenario.load.steps.map(({ shape }) => shape)).toEqual([
      { kind: 'recorded', rps: 2, peakRps: 2 },
      { kind: 'recorded', rps: 1, peakRps: 1 },
    ]);
  });

  it('is refused where a step begins after the last arrival', async () => {
    expect(await refused('{ file: a.txt }', '[{ for: 2s }, { for: 2s }, { name: late, for: 2s }]')).toContain(
      'r.yaml:7:10 load.steps must end with the recording: "late" would begin after 4s, and at this speed there are arrivals for 3s',
    );
  });

  it('is refused where it would begin after the last arrival', async () => {
    expect(await refused('{ file: a.txt, from: 1m }', '[{ for: 2s }]')).toContain(
      'load.arrivals.from must be before the end of the recording, which is 3s long, got 1m',
    );
  });

  it('is refused with the places of what cannot be used', async () => {
    expect(await refused('{ file: none.txt }', '[{ for: 2s }]')).toContain(
      'load.arrivals.file names a file that is not there',
    );
    expect(await refused('{ file: bad.txt }', '[{ for: 2s }]')).toContain('line 2, "soon": must be a time in seconds');
    await writeFile(join(folder, 'other.txt'), '0 remove\n1 list\n');
    expect(await refused('{ file: other.txt }', '[{ for: 1s }]')).toContain(
      'load.arrivals.file names what is no request and no flow: "remove" (there are list, add)',
    );
  });
});
