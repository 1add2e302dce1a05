/** What the client waited for answers of a traced service, in sentences that are the same in every rendering. */
import type { ClientWait, ClientWaitCohort } from '../../model/client-wait.ts';
import type { TracedStep } from '../../model/run-traces.ts';
import { formatCount, formatLatencyUs } from '../../model/units.ts';
import { counted } from './number-format.ts';
import { partText } from './trace-words.ts';

/** What each begins with. */
const clientWaitTitle = 'What the client waited';

/** The four stretches of an exchange, in the order of time; `service` stands for its name. */
export const waitStretches = [
  { key: 'beforeUs', words: () => 'before it was sent' },
  { key: 'thereUs', words: () => 'on the way there' },
  { key: 'serviceUs', words: (service: string) => `in ${service}` },
  { key: 'backUs', words: () => 'on the way back' },
] as const;

/** A part of the time in the service is named from this share of it on. */
const leastPart = 0.3;
/** What is not sure of a sum is told from this share of it on. */
const leastUnsure = 0.01;

/** What slow answers consist of and what ordinary ones do, a sentence each; or why that cannot be told. Nothing where nothing was to be joined. */
export function clientWaitSentences({ clientWait, service }: TracedStep): string[] {
  if (!clientWait) return [];
  const { cannotTell, p50Us = 0, p99Us = 0, maxUs = 0, typical, slow } = clientWait;
  if (cannotTell !== undefined) return [`Cannot tell what the client waited for: ${cannotTell}.`];
  return [
    slow
      ? `${clientWaitTitle}: p99 ${formatLatencyUs(p99Us)}; the slowest 1 % took ${formatLatencyUs(slow.meanUs)} on average = ${sumText(slow, service)}.`
      : `${clientWaitTitle}: the slowest took ${formatLatencyUs(maxUs)}. ${whyNoMean(clientWait)}`,
    ...(typical
      ? [
          `p50 ${formatLatencyUs(p50Us)}: ordinary ones took ${formatLatencyUs(typical.meanUs)} on average = ${sumText(typical, service)}.`,
        ]
      : []),
  ];
}

/** With fewer slow ones there is no mean. */
const leastSlow = 20;

function whyNoMean({ exchanges, slowAmbiguous }: ClientWait): string {
  return Math.ceil(exchanges.joined / 100) < leastSlow
    ? `Of ${counted(exchanges.joined, 'exchange')} the slowest 1 % are too few for a mean.`
    : `Cannot tell what the slowest 1 % waited for: of ${counted(slowAmbiguous, 'exchange')} as slow it is not sure which request they were.`;
}

function sumText(cohort: ClientWaitCohort, service: string): string {
  const [first] = cohort.parts;
  const named =
    first && first.us >= leastPart * cohort.serviceUs && first.us >= leastPart * cohort.meanUs
      ? ` (${formatLatencyUs(first.us)} of it: ${partText(first)})`
      : '';
  return waitStretches
    .map(({ key, words }) => `${formatLatencyUs(cohort[key])} ${words(service)}${key === 'serviceUs' ? named : ''}`)
    .join(' + ')
    .concat(unsureText(cohort));
}

/** ` (each ± 3 ms)`, where that is not hardly anything. */
export function unsureText({
  unsureUs,
  ...of
}: Pick<ClientWaitCohort, 'unsureUs'> & { readonly us?: number; readonly meanUs?: number }): string {
  return unsureUs >= leastUnsure * (of.us ?? of.meanUs ?? 0) && unsureUs > 0
    ? ` (each ± ${formatLatencyUs(unsureUs)})`
    : '';
}

/** How many exchanges these numbers are of, what became of the others, and by which clock. */
export function clientWaitCoverage({ exchanges, requests, clock }: ClientWait): string {
  const { whole, joined, grouped, ambiguous, alone } = exchanges;
  return [
    `Of ${counted(whole, 'answered exchange')} within the traces ${formatCount(joined)} ${joined === 1 ? 'is' : 'are'} joined with the request that the service saw`,
    ...(grouped > 0 ? [`${formatCount(grouped)} of them with one of a group that lies close together`] : []),
    ...(ambiguous > 0 ? [`${formatCount(ambiguous)} may be one of several requests`] : []),
    ...(alone > 0 ? [`${formatCount(alone)} without any`] : []),
    ...(requests.unjoined > 0 ? [`${counted(requests.unjoined, 'request')} of the service without an exchange`] : []),
    ...(clock ? [clockText(clock)] : []),
  ].join('; ');
}

function clockText({ isSame, errorUs }: NonNullable<ClientWait['clock']>): string {
  if (isSame && errorUs === 0) return 'client and service have one clock';
  return `client and service have clocks of their own: each way is known to ± ${formatLatencyUs(errorUs)}, their sum is exact`;
}

/** What is to be known before these numbers are taken for those of the step. */
export function clientWaitCautions({ slowAmbiguous, cannotTell }: ClientWait): string[] {
  if (slowAmbiguous === 0 || cannotTell !== undefined) return [];
  return [
    `Without ${counted(slowAmbiguous, 'exchange')} as slow as the slowest 1 %, of which it is not sure which request they were.`,
  ];
}
