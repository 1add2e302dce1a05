/** Which steps broke, and how that looks wherever steps are shown: the first one strongest. */
import type { RunResult, StepResult } from '../../model/run-result.ts';
import { html, type Markup } from './markup.ts';

/** Names of the steps that broke; none where nothing broke, and of a result of an older version at most the first. */
export interface Broken {
  readonly first: string | undefined;
  readonly all: readonly string[];
}

/** As the diagnosis has them. */
export function brokenOf({ diagnosis }: Pick<RunResult, 'diagnosis'>): Broken {
  const { breaksStep, brokenSteps = [] } = diagnosis?.capacity ?? {};
  return { first: breaksStep, all: brokenSteps };
}

/** The look of a step that broke, which is a class as well: `broke` of the first, `broke-too` of the others. */
export type BrokenLook = 'broke' | 'broke-too';

/** That of a step; undefined of one that held. */
export function brokenLook({ name }: Pick<StepResult, 'name'>, { first, all }: Broken): BrokenLook | undefined {
  if (name === first) return 'broke';
  return all.includes(name) ? 'broke-too' : undefined;
}

/** What the tints mean; undefined where no step has one. */
export function brokenKeys(result: Pick<RunResult, 'diagnosis'>): Markup | undefined {
  const { first, all } = brokenOf(result);
  if (first === undefined) return undefined;
  const others = all.some((name) => name !== first);
  return html` <span class="key-ground broke">first step that broke</span>${others ? html` <span class="key-ground broke-too">broke too</span>` : undefined}`;
}
