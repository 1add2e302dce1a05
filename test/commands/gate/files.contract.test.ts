import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { writeGateFiles } from '../../../src/commands/gate/files.ts';
import { gateOutputOf, publishVerdict } from '../../../src/commands/gate/output.ts';
import { exitCodes } from '../../../src/model/errors.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';
import { keptGate } from '../../helpers/gate.ts';
import { gateRounds } from '../../helpers/trial-rounds.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

/** A folder for a gate, and a file in which nothing can be made. */
async function places() {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-gate-files-'));
  made.push(folder);
  const file = join(folder, 'file');
  await writeFile(file, '');
  return { folder, gate: join(folder, 'gate'), nowhere: join(file, 'junit.xml') };
}

const texts = { markdown: 'passed', junit: '<testsuites/>', page: '<!doctype html>' };

it('writes what can be written, and warns of the rest', async () => {
  const { gate, nowhere } = await places();
  const warnings: string[] = [];
  const paths = await writeGateFiles(texts, gate, nowhere, { warn: (message) => warnings.push(message) });
  expect((await readdir(gate)).sort()).toEqual(['junit.xml', 'report.html', 'summary.md']);
  expect(paths.junit).toBe(join(gate, 'junit.xml'));
  expect(warnings).toEqual([expect.stringContaining(`${nowhere}: cannot be written`)]);
});

it('gives a verdict whose files cannot be written, and its exit code', async () => {
  const { nowhere } = await places();
  const { context, told } = contextOf({});
  const output = gateOutputOf(argsOf({ junit: nowhere }), context);
  const place = { file: join(nowhere, 'gate.json'), directory: nowhere };
  const exitCode = await publishVerdict(keptGate(gateRounds(8)), place, output, context);
  expect(exitCode).toBe(exitCodes.ok);
  expect(told.stdout).toMatch(/^PASSED {2}/);
  expect(told.warnings).toHaveLength(4);
});

it('refuses a folder as the second place of junit.xml before rounds are spent', async () => {
  const { folder } = await places();
  expect(() => gateOutputOf(argsOf({ junit: folder }), contextOf({}).context)).toThrow(
    `--junit must be a file, and ${folder} is a folder (example: --junit ${join(folder, 'junit.xml')})`,
  );
});
