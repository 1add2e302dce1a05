/** The sampler that docs/contributing.md shows is a sampler: it is compiled as the code is, and reads its number of a live process. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sampler } from '../src/model/contracts.ts';
import type { Sample } from '../src/model/sample.ts';
import { readPages, root } from './helpers/markdown-page.ts';
import { testRun } from './helpers/run-context.ts';

const shown = readPages()
  .find(({ file }) => file === 'docs/contributing.md')
  ?.blocks.find(({ language }) => language === 'ts')?.lines;

const cache = join(root, 'node_modules', '.cache');
let folder: string;
let file: string;

beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  folder = mkdtempSync(join(cache, 'docs-example-'));
  file = join(folder, 'thread-sampler.ts');
  const samplers = join(root, 'src', 'samplers');
  const text = (shown ?? [])
    .join('\n')
    .replace(/from '(\.\.?\/)/g, (_, from: string) => `from '${join(samplers, from)}`);
  writeFileSync(file, text);
});

afterAll(() => rmSync(folder, { recursive: true }));

it('is compiled as the code is', () => {
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: true,
      rootDir: '/',
      rewriteRelativeImportExtensions: false,
      allowImportingTsExtensions: true,
    },
    include: [],
    files: [file],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  expect(execFileSync(tsc, ['-p', folder], { encoding: 'utf8' })).toBe('');
});

it('reads its number of a live process', async () => {
  const { threadSampler } = (await import(file)) as { threadSampler: Sampler };
  const { context } = testRun();
  const samples: Sample[] = [];
  const seen = new Promise<void>((resolve) => {
    const emit = (sample: Sample) => {
      samples.push(sample);
      resolve();
    };
    const targets = [{ id: 'self', service: 'self', ports: {}, pid: process.pid }];
    const live = { ...context, targets, steps: [], onLog: () => () => undefined, emit };
    void threadSampler.open(threadSampler.options.parse('100ms'), live).then(async (open) => {
      await seen;
      await open.close();
    });
  });
  await seen;
  expect(samples[0]).toMatchObject({ kind: 'reading', target: 'self', source: threadSampler.kind });
  const [sample] = samples;
  expect(sample?.kind === 'reading' && sample.values['process.threads']).toBeGreaterThan(1);
});
