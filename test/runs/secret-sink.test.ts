import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { maxLineBytes, splitLines } from '../../src/host/lines.ts';
import type { Sink } from '../../src/model/contracts.ts';
import type { Sample } from '../../src/model/sample.ts';
import { createSecrets } from '../../src/model/secrets.ts';
import { withoutSecrets } from '../../src/runs/secret-sink.ts';

const token = 'tok-4711-x';

function keeping(known: readonly string[]) {
  const samples: Sample[] = [];
  const lines: string[] = [];
  const sink: Sink = {
    kind: 'kept',
    accept: (sample) => void samples.push(sample),
    log: ({ text }) => void lines.push(text),
    close: async () => {},
  };
  const secrets = createSecrets();
  secrets.learn(known.map((value) => ({ value, label: 'env.X', isSought: true, isWritten: false })));
  return { sink: withoutSecrets(sink, secrets), samples, lines };
}

it('a sink sees no secret in samples, profiles and lines', () => {
  const { sink, samples, lines } = keeping([token]);
  const at = { atUs: 1, target: 'api-1' } as const;
  sink.accept({ kind: 'event', ...at, event: 'exit', message: `ended with ${token}` });
  sink.accept({ kind: 'reading', ...at, source: 'metrics', values: { [`a{t="${token}"}`]: 1 } });
  const content = gzipSync(`name ${token}`);
  sink.accept({ kind: 'profile', ...at, untilUs: 2, type: 'cpu', step: 0, outcome: 'ok', content });
  sink.log?.({ ...at, stream: 'stdout', text: `Bearer ${token}` });
  const [event, reading, profile] = samples;
  expect(event).toMatchObject({ kind: 'event', message: 'ended with ***' });
  expect(reading).toMatchObject({ values: { 'a{t="***"}': 1 } });
  expect(profile?.kind === 'profile' && gunzipSync(profile.content ?? new Uint8Array()).toString()).toBe(
    'name **********',
  );
  expect(lines).toEqual(['Bearer ***']);
});

it('a sink sees nothing of a secret across the place where a line was cut for its length', () => {
  const { sink, lines } = keeping([token]);
  const said = (name: string) => (text: string) => void sink.log?.({ atUs: 1, target: name, stream: 'stdout', text });
  const [splitter, other] = [splitLines(said('api-1')), splitLines(said('api-2'))];
  splitter.write(Buffer.from(`${'é'.repeat(maxLineBytes / 2 - 4)} ${token} and more of it\n`));
  other.write(Buffer.from('another line\n'));
  splitter.write(Buffer.from('4711-x is said by the next line\n'));
  expect(lines[0]?.slice(-7)).toBe('ééé ***');
  expect(lines.slice(1)).toEqual(['*** and more of it', 'another line', '4711-x is said by the next line']);
});

it('counts and histograms of the load stay what they are, also where a secret stands in one by chance', () => {
  const { sink, samples } = keeping(['HISTFAAA']);
  const response = 'HISTFAAAACB4nJNpmSzMwMDAxAABzFCaEUoz';
  const counts = { planned: 1, completed: 1, failed: 0, timedOut: 0, dropped: 0, unfinished: 0 };
  const window: Sample = {
    kind: 'window',
    step: 0,
    dueUs: 0,
    ...counts,
    response,
    service: response,
    lag: response,
    errors: {},
  };
  sink.accept(window);
  expect(samples).toEqual([window]);
});

it('a sink of a run without secrets is the sink itself', () => {
  const content = gzipSync('x');
  const { sink, samples } = keeping([]);
  sink.accept({ kind: 'profile', atUs: 1, untilUs: 2, target: 'a', type: 'cpu', step: 0, outcome: 'ok', content });
  expect(samples[0]?.kind === 'profile' && samples[0].content).toBe(content);
});
