import { expect, it } from 'vitest';
import {
  clientWaitCautions,
  clientWaitCoverage,
  clientWaitSentences,
} from '../../../src/report/words/client-wait-words.ts';
import { clientWait } from '../../helpers/client-wait.ts';
import { tracedStep } from '../../helpers/run-traces.ts';

it('splits what the client waited into four terms, with what the service mostly did', () => {
  expect(clientWaitSentences(tracedStep({ clientWait: clientWait() }))).toEqual([
    'What the client waited: p99 41 ms; the slowest 1 % took 52 ms on average = 500 us before it was sent + 30 ms on the way there + 21 ms in downstream (20 ms of it: waits for a lock at sync.(*Mutex).Lock in api.count) + 500 us on the way back (each ± 900 us).',
    'p50 3.9 ms: ordinary ones took 3.9 ms on average = 100 us before it was sent + 300 us on the way there + 3 ms in downstream + 500 us on the way back.',
  ]);
});

it('has no mean of too few, cannot tell where nothing was joined, and says nothing where nothing was to be', () => {
  const { slow: _, ...few } = clientWait({
    exchanges: { whole: 300, joined: 300, grouped: 0, ambiguous: 0, alone: 0 },
  });
  expect(clientWaitSentences(tracedStep({ clientWait: few }))[0]).toBe(
    'What the client waited: the slowest took 100 ms. Of 300 exchanges the slowest 1 % are too few for a mean.',
  );
  const { slow: __, ...unsure } = clientWait({ slowAmbiguous: 70 });
  expect(clientWaitSentences(tracedStep({ clientWait: unsure }))[0]).toBe(
    'What the client waited: the slowest took 100 ms. Cannot tell what the slowest 1 % waited for: of 70 exchanges as slow it is not sure which request they were.',
  );
  const none = clientWait({ cannotTell: 'no answered exchange of the client lies within its traces' });
  expect(clientWaitSentences(tracedStep({ clientWait: none }))).toEqual([
    'Cannot tell what the client waited for: no answered exchange of the client lies within its traces.',
  ]);
  expect(clientWaitSentences(tracedStep())).toEqual([]);
});

it('counts what was not joined, and says by which clock', () => {
  expect(clientWaitCoverage(clientWait())).toBe(
    'Of 6,050 answered exchanges within the traces 6,000 are joined with the request that the service saw; 30 of them with one of a group that lies close together; 40 may be one of several requests; 10 without any; 400 requests of the service without an exchange; client and service have one clock',
  );
  expect(clientWaitCoverage(clientWait({ clock: { isSame: false, offsetUs: 7e8, errorUs: 400 } }))).toContain(
    'client and service have clocks of their own: each way is known to ± 400 us, their sum is exact',
  );
});

it('warns of slow ones that are not in the mean', () => {
  expect(clientWaitCautions(clientWait())).toEqual([
    'Without 1 exchange as slow as the slowest 1 %, of which it is not sure which request they were.',
  ]);
  expect(clientWaitCautions(clientWait({ slowAmbiguous: 0 }))).toEqual([]);
});
