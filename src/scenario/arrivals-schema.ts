/** `load.arrivals`: how arrivals are spaced, or the file in which they were recorded. */
import { z } from 'zod';
import type { Arrivals } from '../model/scenario.ts';
import { pause, refusal, text } from './values.ts';

const [slowest, fastest] = [0.1, 100];
const wanted = 'uniform, poisson or a recording';
const example = '{ file: arrivals.txt, speed: 2 }';

const speedError = (issue: { input?: unknown }) => refusal(`a number from ${slowest} to ${fastest}`, issue.input, '2');

const recording = z
  .strictObject({
    file: text('a file', 'arrivals.txt').meta({
      description:
        'A line for each arrival, gzipped or not: its time in seconds and perhaps, after a blank, the name of the request that it sends. Path relative to the scenario file',
    }),
    speed: z
      .number({ error: speedError })
      .min(slowest, { error: speedError })
      .max(fastest, { error: speedError })
      .default(1)
      .meta({ description: 'How many times as fast as it was recorded' }),
    from: pause.prefault('0s').meta({ description: 'Where in the recording the first step begins' }),
  })
  .transform(({ file, speed, from }): Arrivals => ({ file, speed, fromMs: from }));

/** `uniform`, `poisson`, or a recording. */
export const arrivalsSchema = z.union([z.enum(['uniform', 'poisson']), recording], {
  error: (issue) => refusal(wanted, issue.input, example),
});
