/** Presets of a gate for the two places where it is usually run, and what was settled in words. */
import type { GateSettings } from '../../model/gate-input.ts';
import { formatDurationMs, formatShare } from '../../model/units.ts';
import type { CommandArgs } from '../command.ts';

/** What a preset sets unless a flag says otherwise. */
interface GatePreset {
  readonly settings: Pick<GateSettings, 'tolerance' | 'detect' | 'looks' | 'minWindows'>;
  readonly budgetMs: number;
}

const minuteMs = 60_000;

const presets: Readonly<Record<string, GatePreset>> = {
  pr: { settings: { tolerance: 0.05, detect: 0.2, looks: [8, 12, 16], minWindows: 12 }, budgetMs: 30 * minuteMs },
  release: {
    settings: { tolerance: 0.025, detect: 0.1, looks: [8, 12, 16], minWindows: 20 },
    budgetMs: 60 * minuteMs,
  },
};

/** The values of `--profile`. */
export const presetNames = Object.keys(presets);

/** The presets that `--profile` asks for; undefined without it. */
export function presetOf(args: CommandArgs): GatePreset | undefined {
  return presets[args.string('profile') ?? ''];
}

/** `profile pr: tolerance 5 %, detect 20 %, looks after 8, 12, 16 rounds, budget 30m, ...`: what holds after all flags. */
export function settingsText(
  { tolerance, detect, looks, minWindows, metrics, steps, seed }: GateSettings,
  { preset, budgetMs }: { readonly preset: string | undefined; readonly budgetMs: number | undefined },
): string {
  const values = [
    `tolerance ${formatShare(tolerance)}`,
    `detect ${formatShare(detect)}`,
    `${looks.length > 1 ? 'looks' : 'one look'} after ${looks.join(', ')} rounds`,
    budgetMs === undefined ? 'no budget' : `budget ${formatDurationMs(budgetMs)}`,
    `at least ${minWindows} windows in each step`,
    `${metrics.join(', ')} of ${steps ? `steps ${steps.join(', ')}` : 'every measured step'}`,
    `seed ${seed}`,
  ];
  return `${preset === undefined ? '' : `profile ${preset}: `}${values.join('; ')}`;
}
