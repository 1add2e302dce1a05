/** The finding about a process that has as many files and connections open as it may. */
import { stepText } from '../../model/step-text.ts';
import { formatCount } from '../../model/units.ts';
import { harmedSteps, severityWhere } from './harm.ts';
import { foundAt, nameOf, placesOf } from './places.ts';
import type { FindingRule } from './rule.ts';

const nearlyAll = 0.9;

/** Steps in which the open files of a process came near its limit (RLIMIT_NOFILE); beyond it accept, dial and open fail with EMFILE. */
export const fdLimit: FindingRule = {
  id: 'fd-limit',
  role: 'limit',
  explains: [
    'failures',
    'throughput-ceiling',
    'latency-knee',
    'response-leaves-service',
    'accept-queue-full',
    'goroutine-pile-up',
  ],
  find(run) {
    const places = placesOf(run, ({ table }) => {
      const [open, limit] = [table['proc.open_fds']?.max, table['proc.fd_limit']?.last];
      return open !== undefined && limit !== undefined && open >= nearlyAll * limit ? open / limit : undefined;
    });
    const worst = places[0];
    if (!worst) return [];
    const harmed = harmedSteps(run);
    const open = formatCount(worst.table['proc.open_fds']?.max ?? 0);
    const limit = worst.table['proc.fd_limit']?.last ?? 0;
    return [
      foundAt(
        run,
        places,
        ['proc.open_fds', 'sock.established', 'sock.close_wait'],
        ({ table }) => {
          const [sockets, closing] = [table['sock.established']?.max, table['sock.close_wait']?.max];
          const more = [
            sockets === undefined ? '' : `, ${formatCount(sockets)} of them established connections`,
            closing === undefined || closing < 1 ? '' : `, ${formatCount(closing)} that the peer closed and it did not`,
          ];
          return `${formatCount(table['proc.open_fds']?.max ?? 0)} of ${formatCount(table['proc.fd_limit']?.last ?? 0)} files open${more.join('')}`;
        },
        {
          severity: severityWhere(
            ({ name }) => harmed.has(name),
            places.map(({ step }) => step),
            'critical',
          ),
          title: `${nameOf(run, [worst.target])} has ${open} of the ${formatCount(limit)} files open that it may, at ${stepText(worst.step)}`,
          advice: `Beyond the limit it can neither accept, nor dial, nor open. Raise it (ulimit -n, LimitNOFILE, ulimits: nofile) to ${formatCount(Math.max(65_536, 4 * limit))}, and close what is open for nothing: answers whose bodies are not closed, files, idle connections.`,
        },
      ),
    ];
  },
};
