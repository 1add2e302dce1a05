/** What the analysis wants a reader to see of one run: findings, and on top of them the diagnosis. A part of `result.json`. */
import { z } from 'zod';

const atUs = z.number().describe('Microseconds since the origin of the run, monotonic clock');
const fraction = z.number().min(0).max(1);

const chartRef = z.object({ target: z.string(), series: z.string() });

/** One thing that was found, with what shows it. */
export const findingSchema = z.object({
  id: z.string(),
  role: z
    .enum(['cause', 'limit', 'symptom', 'measurement'])
    .optional()
    .describe(
      'cause: what made the service slow, wrong or ever larger. limit: a resource that is full. symptom: what follows from a cause and names none. measurement: what a reader must know of the numbers themselves. Absent in results of older versions',
    ),
  severity: z.enum(['note', 'warning', 'critical']),
  title: z.string().describe('One sentence'),
  evidence: z.array(z.string()).describe('Numbers, with their step and target'),
  ruledOut: z
    .array(z.string())
    .optional()
    .describe('What else it might have been, and the number that speaks against it'),
  advice: z.string().describe('What to try'),
  steps: z.array(z.string()).describe('Measured steps in which it was seen'),
  targets: z.array(z.string()).optional().describe('Where, worst first'),
  site: z.string().optional().describe('The function at which it happens'),
  sinceUs: atUs.optional().describe('When it was seen first'),
  share: fraction
    .optional()
    .describe('How much of the mean response time, in the step where it is worst, it accounts for'),
  explains: z.array(z.string()).optional().describe('Ids of other findings of the run that follow from this one'),
  charts: z.array(chartRef).optional().describe('The series that show it'),
});

const capacity = z
  .object({
    sentence: z.string().describe('What holds, what breaks, and because of what'),
    rates: z.string().describe('The same without why'),
    doubt: z.string().optional().describe('Which of what it rests on is not valid; `validity` says why'),
    holdsRps: z
      .number()
      .optional()
      .describe('Highest planned rate of a measured step below the first that broke in which no rule is open'),
    holdsStep: z.string().optional(),
    untoldRps: z
      .number()
      .optional()
      .describe('A higher one below the first that broke, of which cannot be told whether its rules hold'),
    untoldStep: z.string().optional(),
    breaksRps: z.number().optional().describe('Planned rate of the first measured step that broke'),
    breaksStep: z.string().optional(),
    brokenSteps: z
      .array(z.string())
      .optional()
      .describe(
        'All measured steps that broke, each judged by itself, in their order; absent where none did, and in results of older versions',
      ),
    sign: z
      .enum(['throughput', 'latency', 'errors'])
      .optional()
      .describe('By what it broke: fewer answers than arrivals, a p99 that left its level or its rule, or failures'),
  })
  .describe('The rate that holds, and the first that does not');

const mover = z.object({
  target: z.string(),
  series: z.string(),
  atUs: atUs.describe('When its level changed'),
  uncertaintyUs: z.number().describe('The change lies within so much of that time, with 95 % confidence'),
  from: z.number(),
  to: z.number(),
});

const timeKind = z.enum([
  'network',
  'client',
  'pool',
  'lock',
  'queue',
  'join',
  'syscall',
  'sleep',
  'gc',
  'runnable',
  'generator',
]);

const decomposition = z
  .object({
    step: z.string(),
    responseMeanUs: z.number(),
    parts: z.array(
      z.object({
        what: z.string().describe('What a request does or waits for there'),
        kind: timeKind
          .optional()
          .describe('Of what kind that is: a reader tells parts by it. Absent in results of older versions'),
        target: z.string(),
        site: z.string().optional(),
        us: z.number().describe('Mean time that an answer spends there'),
      }),
    ),
    notExplainedUs: z.number(),
  })
  .describe("Where the mean response time goes, by Little's law: goroutines there over answers per second");

/** The answer to: at which rate did it break, what gave way first, what to try. */
export const diagnosisSchema = z.object({
  outcome: z
    .enum(['healthy', 'cause', 'cannot-tell'])
    .describe('cannot-tell: it broke and no finding names a cause, or the run cannot be judged'),
  sentence: z.string().describe('What gave way first'),
  advice: z.string(),
  caution: z
    .string()
    .optional()
    .describe('What execution traces of the run show, where it speaks against the cause; absent where it does not'),
  capacity,
  cause: z.string().optional().describe('Id of the finding that is the cause; the first of `findings`'),
  chain: z
    .array(
      z.object({
        text: z.string(),
        finding: z.string().optional(),
        target: z.string().optional(),
        series: z.string().optional(),
        atUs: atUs.optional(),
      }),
    )
    .describe(
      'What followed from the cause, up to what users saw, with the numbers of the step that broke; without a cause what moved first',
    ),
  movers: z.array(mover).describe('Series whose level changed, earliest first'),
  decomposition: decomposition.optional(),
});

/** One thing the analysis wants the reader to see. */
export type Finding = z.infer<typeof findingSchema>;
/** The diagnosis of a run. */
export type Diagnosis = z.infer<typeof diagnosisSchema>;
