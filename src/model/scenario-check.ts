/** What a scenario would do, told without doing any of it. */
import { z } from 'zod';

const stepPlanSchema = z.object({
  name: z.string(),
  shape: z.looseObject({ kind: z.string() }).describe('How its rate moves, or its connections in a closed loop'),
  durationMs: z.number(),
  measure: z.boolean(),
  arrivals: z
    .number()
    .optional()
    .describe(
      'Arrivals that are planned, each a request or a flow; absent in a closed loop, which sends as answers come',
    ),
});

const serviceSchema = z.object({
  name: z.string(),
  replicas: z.number(),
  from: z.string().describe('What it is made of: built here, or the name of an image'),
});

/** One file, read and found good. */
const goodSchema = z.object({
  file: z.string(),
  isGood: z.literal(true),
  name: z.string(),
  scenario: z.looseObject({}).describe('With everything that flags change and defaults fill in, as a result keeps it'),
  plan: z.object({
    steps: z.array(stepPlanSchema),
    idleMs: z.number(),
    durationMs: z.number().describe('Of idle and steps together, without what starting and stopping takes'),
    arrivals: z.number().optional(),
    measuredArrivals: z.number().optional(),
    isExact: z.boolean().describe('False where arrivals are a random process, whose count is this on average'),
  }),
  starts: z.object({
    engine: z
      .string()
      .describe('auto is settled when a run starts: compose where a Docker engine answers, else process'),
    services: z.array(serviceSchema).describe('What would be started; nothing with an engine that attaches'),
    attachesTo: z.array(z.string()).describe('What already runs and would be looked at'),
  }),
  load: z.object({
    mode: z.string(),
    target: z.string(),
    requests: z.array(z.string()),
    flows: z.array(z.string()).optional().describe('Each with its requests; then what is planned counts flows too'),
    recording: z.string().optional().describe('Which part of a recording is sent'),
  }),
  observes: z.array(z.string()),
  rules: z.array(z.string()),
  faults: z.array(z.string()),
  variants: z.array(z.string()),
  warnings: z.array(z.string()),
});

/** One that cannot be run. */
const badSchema = z.object({
  file: z.string(),
  isGood: z.literal(false),
  mistakes: z.array(z.string()).describe('All of them, each with its place'),
});

/** `rampart check --json`. */
export const scenarioCheckSchema = z.object({
  schemaVersion: z.literal(1),
  kind: z.literal('check'),
  scenarios: z.array(z.discriminatedUnion('isGood', [goodSchema, badSchema])),
});

/** A scenario that can be run, and what it would do. */
export type CheckedScenario = z.infer<typeof goodSchema>;

/** Several scenarios, checked. */
export type ScenarioCheck = z.infer<typeof scenarioCheckSchema>;
