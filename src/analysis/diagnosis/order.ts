/** The order in which findings are told: what gave way first before what followed from it, whatever is more severe. */
import type { Finding } from '../../model/finding.ts';

/** What a finding accounts for where it does not say. */
const usualShares: Readonly<Record<Finding['severity'], number>> = { critical: 0.3, warning: 0.15, note: 0 };

/**
 * Causes and full resources that no other finding explains, by the share of the response time that they account for and then by time;
 * then those that another explains, then symptoms, then what is of the measurement, and notes last, those that another explains after it.
 */
export function byCause(findings: readonly Finding[]): Finding[] {
  const told = explainedBy(findings.filter(({ severity }) => severity !== 'note'));
  const noted = explainedBy(findings);
  const place = (finding: Finding) => placeOf(finding, told, noted);
  return findings.toSorted(
    (a, b) =>
      place(a) - place(b) ||
      shareOf(b) - shareOf(a) ||
      (a.sinceUs ?? Number.MAX_VALUE) - (b.sinceUs ?? Number.MAX_VALUE),
  );
}

/** Whether a finding may be the first line of a diagnosis. */
export function namesCause({ role, severity }: Finding): boolean {
  return severity !== 'note' && (role === 'cause' || role === 'limit');
}

/** Ids of what follows from some of these. */
function explainedBy(findings: readonly Finding[]): ReadonlySet<string> {
  return new Set(findings.flatMap(({ id, explains = [] }) => explains.filter((other) => other !== id)));
}

function placeOf(finding: Finding, told: ReadonlySet<string>, noted: ReadonlySet<string>): number {
  if (finding.severity === 'note') return noted.has(finding.id) ? 5 : 4;
  if (namesCause(finding)) return told.has(finding.id) ? 1 : 0;
  return finding.role === 'symptom' ? 2 : 3;
}

function shareOf({ share, severity }: Finding): number {
  return share ?? usualShares[severity];
}
