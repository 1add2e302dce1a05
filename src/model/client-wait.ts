/** What the client waited for answers of a traced service: its exchanges joined with the requests that the service saw. */
import { z } from 'zod';
import { inspectedPartSchema } from './inspected-trace.ts';

const count = z.number().int().nonnegative();
const us = z.number().nonnegative();

const way = {
  beforeUs: us.describe('From due to written: it waited in the client, such as for a connection'),
  thereUs: us.describe(
    'From written to the moment at which the service could read it: the way, and its place in the queues of the system',
  ),
  serviceUs: us.describe('In the service, to the end of the last write of its answer'),
  backUs: us.describe('From there until the client had read all of the answer'),
  parts: z.array(inspectedPartSchema).readonly().describe('Of its time in the service; the greatest first'),
};

const cohort = z.object({
  count,
  meanUs: us.describe('The mean response, which the four stretches add up to'),
  unsureUs: us.describe(
    'How far each stretch may be from the truth because of exchanges that are only sure in a group',
  ),
  ...way,
});

const slowest = z.object({
  dueUs: z.number().describe('Microseconds since the origin of the run'),
  us: us.describe('Its response: from due to the end of the answer'),
  unsureUs: us.describe('How far each stretch may be from the truth: its request is one of several that fit'),
  ...way,
  target: z.string(),
  route: z.string().optional(),
  file: z.string().describe('The trace that it is in, relative to the run directory'),
});

/** What is said of one service in one step. */
export const clientWaitSchema = z.object({
  cannotTell: z.string().optional().describe('Why nothing was joined, where nothing could be'),
  clock: z
    .object({
      isSame: z.boolean().describe('Whether the service and the client have one clock, as on one machine'),
      offsetUs: z.number().describe('Added to the time of the service to have that of the run'),
      errorUs: us.describe('How far it may be from the truth, and with it the ways there and back; 0 for one clock'),
    })
    .optional()
    .describe('That of the target with the greatest error; absent where nothing says it'),
  exchanges: z.object({
    whole: count.describe('Answered exchanges of the client that the traces cover'),
    joined: count.describe('Those whose request was found, or one of a group of them that lie close together'),
    grouped: count.describe(
      'Of those, the ones in a group: which request is whose is not sure, and does not matter much',
    ),
    ambiguous: count.describe('Those that several requests may belong to'),
    alone: count.describe('Those without any request in the traces'),
  }),
  requests: z.object({
    found: count.describe('Whole requests in the traces'),
    unjoined: count.describe(
      'Those without an exchange: cut off by the edge of a window, ambiguous, or asked by others',
    ),
  }),
  slowAmbiguous: count.describe('Of the ambiguous, those with a response of p99Us or more'),
  p50Us: us.optional().describe('Responses of those that were joined'),
  p99Us: us.optional(),
  maxUs: us.optional(),
  typical: cohort.optional().describe('Those between the 40th and the 60th percentile of the response'),
  slow: cohort
    .optional()
    .describe('The slowest 1 %; only where those are 20 or more, and no more than they are ambiguous'),
  slowest: z.array(slowest).readonly().describe('Slowest first'),
});

/** What the client waited for answers of a traced service. */
export type ClientWait = z.infer<typeof clientWaitSchema>;
/** Some of its exchanges, on average. */
export type ClientWaitCohort = z.infer<typeof cohort>;
/** One of the slowest. */
export type SlowestWait = z.infer<typeof slowest>;
