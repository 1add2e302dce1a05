/** Every rule asked, and what they found in order of cause. */
import type { Finding } from '../../model/finding.ts';
import { findingRules } from '../findings/all.ts';
import { tiedToFaults } from '../findings/fault-ties.ts';
import { tiedToRetries } from '../findings/retry-ties.ts';
import type { FindingRule, RunEvidence } from '../findings/rule.ts';
import { withTracedEvidence } from '../findings/traced-evidence.ts';
import { byCause, namesCause } from './order.ts';

/** The findings of a run; the first that names a cause has what execution traces show of it. */
export function findingsOf(run: RunEvidence): Finding[] {
  const usual = foundBy(
    findingRules.filter(({ onlyUnexplained }) => onlyUnexplained !== true),
    run,
  );
  const tied = tiedToRetries(tiedToFaults(usual, run), run);
  const others = tied.some(namesCause) ? [] : findingRules.filter(({ onlyUnexplained }) => onlyUnexplained === true);
  const ordered = byCause([...tied, ...foundBy(others, run)]);
  const cause = ordered.find(namesCause);
  return ordered.map((finding) => (finding === cause ? withTracedEvidence(finding, run) : finding));
}

function foundBy(rules: readonly FindingRule[], run: RunEvidence): Finding[] {
  return rules.flatMap(({ id, role, explains, find }) =>
    find(run).map((each) => ({ id, role, ...(explains ? { explains: [...explains] } : {}), ...each })),
  );
}
