/** What profile-guided optimisation came to, for a terminal. */
import type { Pgo, PgoPackage } from '../../model/pgo.ts';
import { formatCount, formatShare } from '../../model/units.ts';
import { counted } from '../words/number-format.ts';
import { signs } from '../words/state-words.ts';
import { painter } from './text.ts';

const words = {
  better: ['good', 'Better with the profile'],
  worse: ['bad', 'Worse with the profile'],
  'not shown': ['warn', 'No difference shown'],
  'cannot tell': ['warn', 'Cannot tell'],
  invalid: ['bad', 'Invalid'],
} as const;

/** The text; `isDryRun` says that nothing was meant to be written. */
export function pgoText(
  pgo: Pgo,
  { color, isDryRun }: { readonly color: boolean; readonly isDryRun: boolean },
): string {
  const paint = painter(color);
  const [tone, word] = words[pgo.outcome];
  return [
    `${paint('bold', pgo.scenario)}  ${paint('dim', `${pgo.engine} engine, ${pgo.id}`)}`,
    paint(tone, `${signs[tone]} ${word}, ${counted(pgo.rounds, 'whole round')}: ${pgo.message}`),
    '',
    ...pgo.packages.flatMap((each) => packageLines(each, pgo, isDryRun)),
    '',
  ].join('\n');
}

function packageLines(told: PgoPackage, { outcome }: Pgo, isDryRun: boolean): string[] {
  const { importPath, directory, services, samples, knownShare, written, profile, note } = told;
  const known = knownShare === undefined ? '' : `, ${formatShare(knownShare)} of them in functions of its binary`;
  const end =
    written !== undefined
      ? `written: ${written}`
      : outcome === 'better' && profile !== undefined && isDryRun
        ? `would be written: ${directory}/default.pgo`
        : 'nothing was written';
  return [
    `${importPath} (${services.join(', ')})  ${formatCount(samples)} samples${known}; ${end}`,
    ...(note === undefined ? [] : [`  ${note}`]),
  ];
}
