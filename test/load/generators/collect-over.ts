/** A load over a fleet, to its end. */
import { hrUs } from '../../../src/host/clock.ts';
import type { Fleet } from '../../../src/load/generators/fleet.ts';
import type { LoadContext } from '../../../src/model/contracts.ts';
import type { GeneratorFacts, GeneratorSample } from '../../../src/model/generators.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import { testRun } from '../../helpers/run-context.ts';
import { type LoadReport, reportOf } from '../load-run.ts';

/** What a load said, what became known of its generators, and how it failed, if it did. */
export interface FleetReport extends LoadReport {
  readonly samples: readonly GeneratorSample[];
  readonly facts: readonly GeneratorFacts[];
  readonly failure: unknown;
}

/** `heed` is told of each message as it comes. */
export async function collectOver(
  fleet: Fleet,
  plan: LoadPlan,
  heed: (message: LoadMessage) => void = () => {},
  change: Partial<LoadContext> = {},
): Promise<FleetReport> {
  const { context } = testRun();
  const samples: GeneratorSample[] = [];
  const messages: LoadMessage[] = [];
  const clock = { ...context.clock, originHrUs: plan.originHrUs, nowUs: () => hrUs() - plan.originHrUs };
  const onGenerator = (sample: GeneratorSample) => samples.push(sample);
  let failure: unknown;
  try {
    for await (const message of fleet.engine.run(plan, { ...context, clock, onGenerator, ...change })) {
      messages.push(message);
      heed(message);
    }
  } catch (error) {
    failure = error;
  }
  const facts = samples.filter((sample) => sample.kind === 'generator');
  return { ...reportOf(messages, plan.steps.length), samples, facts, failure };
}
