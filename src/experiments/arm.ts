/** One arm of an experiment on its way: as it was asked for, then frozen and ready to run. */
import type { ReadScenario, ScenarioFile } from '../runs/read-scenario.ts';
import type { Override } from '../scenario/load-scenario.ts';

/** What arms are made from: the scenario's file, read once, and what the flags change in it for all of them. */
export interface ScenarioSource {
  readonly file: ScenarioFile;
  readonly overrides: readonly Override[];
}

/** An arm as it was asked for, by what it changes; without `ref` it is made of the files as they are. */
export interface ArmSpec {
  readonly name: string;
  /** A branch, tag or commit. */
  readonly ref?: string | undefined;
  /** A variant of the scenario. */
  readonly variant?: string | undefined;
  readonly overrides: readonly Override[];
}

/** An arm that stays what it is while its rounds last. */
export interface Arm {
  readonly name: string;
  /** What it is called in messages (default: `variant <name>`). */
  readonly title?: string | undefined;
  /** What it sets beyond the scenario, by path: `env.loadbalancer.GOGC`. */
  readonly settings: Readonly<Record<string, string>>;
  readonly read: ReadScenario;
  /** Of the whole scenario and all that it is made of. */
  readonly digest: string;
}
