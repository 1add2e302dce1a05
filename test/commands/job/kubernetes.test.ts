/** What a cluster is told of a command that runs in it. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  announceBegin,
  announceToCluster,
  begunConfigMap,
  configMapOf,
  lastWordsOf,
} from '../../../src/commands/job/kubernetes.ts';
import type { JobNews } from '../../../src/commands/job/news.ts';
import { contextOf } from '../../helpers/command-context.ts';

const news: JobNews = {
  title: 'rampart run api',
  exitCode: 1,
  summary: '## api\n',
  outputs: { verdict: 'fail', report: '/runs/a/report.html' },
  problems: ['p99 < 50ms: fails', 'and more'],
};

it('a ConfigMap holds verdict, exit code, what is wrong and the summary, and is marked as made by rampart', () => {
  expect(configMapOf(news, 'load', 'rampart')).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      namespace: 'load',
      name: 'rampart',
      labels: { 'app.kubernetes.io/managed-by': 'rampart', 'rampart.dev/verdict': 'fail' },
    },
    data: {
      verdict: 'fail',
      'exit-code': '1',
      title: 'rampart run api',
      reason: '',
      report: '/runs/a/report.html',
      problems: 'p99 < 50ms: fails\nand more',
      'summary.md': '## api\n',
    },
  });
});

it('a ConfigMap of a command that goes on has every key of one that ended, and no verdict', () => {
  const begun = begunConfigMap('rampart run api', 'load', 'rampart');
  const ended = configMapOf(news, 'load', 'rampart');
  expect(begun.metadata.labels).toEqual({ ...ended.metadata.labels, 'rampart.dev/verdict': 'begun' });
  const data = (object: typeof begun) => object['data'] as Record<string, string>;
  expect(Object.keys(data(begun)).sort()).toEqual(Object.keys(data(ended)).sort());
  expect(data(begun)).toMatchObject({ verdict: 'begun', 'exit-code': '', title: 'rampart run api', reason: '' });
});

it.each([
  [0, 'pass'],
  [1, 'fail'],
  [2, 'invalid'],
  [3, 'invalid'],
  [4, 'invalid'],
  [5, 'cannot-tell'],
] as const)('without a verdict of its own exit code %i says %s', (exitCode, verdict) => {
  expect(configMapOf({ ...news, exitCode, outputs: {} }, 'a', 'b')['data']).toMatchObject({ verdict });
});

it('of whatever is told a ConfigMap stays within 1 MiB, and last words within 4 KiB, whole characters only', () => {
  const text = fc.string({ unit: 'grapheme' }).map((part) => part.repeat(200_000 / Math.max(1, part.length)));
  fc.assert(
    fc.property(text, text, (summary, problem) => {
      const told = { ...news, summary: `${summary}\n${summary}`, problems: [problem, problem] };
      expect(Buffer.byteLength(JSON.stringify(configMapOf(told, 'a', 'b')['data']))).toBeLessThan(2 ** 20);
      const words = lastWordsOf(told);
      expect(Buffer.byteLength(words)).toBeLessThanOrEqual(4096);
      expect(words).not.toContain('\uFFFD');
    }),
    { numRuns: 20 },
  );
});

it('last words begin with the verdict', () => {
  expect(lastWordsOf(news)).toBe('fail: rampart run api\np99 < 50ms: fails\nand more');
});

it('nobody is told where nobody asks, and a name that is none is warned of', async () => {
  const quiet = contextOf({});
  await announceToCluster(news, quiet.context);
  await announceBegin('run', quiet.context);
  expect(quiet.told.warnings).toEqual([]);
  for (const name of ['a/b/c', 'Upper', 'a b', '-a', '/a']) {
    const { context, told } = contextOf({ RAMPART_CONFIG_MAP: name });
    await announceToCluster(news, context);
    expect(told.warnings).toEqual([expect.stringContaining('RAMPART_CONFIG_MAP must be the name of a ConfigMap')]);
  }
});
