/** What limits a service that gets its failures again: it stands before what is sent again where it was there first, behind it where it was not. */
import type { Finding } from '../../model/finding.ts';
import { amplifications, isShort } from './retry-amplification.ts';
import type { RunEvidence } from './rule.ts';

const amplifying = 'retry-amplification';
/** What may hold a service at a rate. */
const limiting: ReadonlySet<string> = new Set([
  'pool-too-small',
  'lock-convoy',
  'blocking-syscalls',
  'disk-waits',
  'slow-upstream',
  'cpu-throttled',
  'gomaxprocs-above-limit',
  'gomaxprocs-below',
  'hot-function',
  'run-queue-backlog',
  'gc-pressure',
  'gc-small-heap',
  'memory-limit',
  'fd-limit',
]);

/** The same findings; which of a limit and of retries explains the other follows from what the service answered well at most. */
export function tiedToRetries(findings: readonly Finding[], run: RunEvidence): Finding[] {
  if (!findings.some(({ id }) => id === amplifying)) return [...findings];
  return amplifications(run).reduce<Finding[]>(
    (tied, each) => {
      const own = run.targets.filter(({ service }) => service === each.service).map(({ id }) => id);
      const isLimit = ({ id, severity, targets = [], steps }: Finding) =>
        limiting.has(id) &&
        severity !== 'note' &&
        own.includes(targets[0] ?? '') &&
        each.seen.some(({ step }) => steps.includes(step.name));
      const limits = tied.filter(isLimit).map(({ id }) => id);
      const isOwn = ({ id, targets = [] }: Finding) => id === amplifying && own.includes(targets[0] ?? '');
      return tied.map((finding) => {
        const { explains = [] } = finding;
        if (isShort(each)) {
          if (isLimit(finding)) return { ...finding, explains: [...explains, amplifying] };
          return isOwn(finding) ? { ...finding, explains: explains.filter((id) => !limits.includes(id)) } : finding;
        }
        return isOwn(finding) ? { ...finding, explains: [...new Set([...explains, ...limits])] } : finding;
      });
    },
    [...findings],
  );
}
