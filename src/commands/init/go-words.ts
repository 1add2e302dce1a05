/** What is told of a program that was tried, or not; pure. */
import { hostPortText } from '../../host/host-port.ts';
import type { MainFolder } from '../../topology/go-repository/packages.ts';
import { nameOf, type ServicePlan } from '../../topology/go-repository/plan.ts';
import type { SeenPort } from '../../topology/go-trial/ask-ports.ts';
import { type FailedStart, shownStart, type Trial } from '../../topology/go-trial/try-starts.ts';
import type { FoundService } from './go-service.ts';

/** Of each start and each port; without a trial of what the source says. */
export function trialWords(
  trial: Trial | undefined,
  plan: ServicePlan,
  found: FoundService | undefined,
  main: MainFolder,
): string[] {
  const wanted = plan.wanted.map(nameOf);
  const lacking = wanted.length > 0 ? [`its source says that it needs ${wanted.join(', ')}: set them under env`] : [];
  if (trial === undefined) return ['not started; this is what its source says:', ...readWords(plan), ...lacking];
  if (trial.kind === 'unbuilt') {
    const advice = trial.advice === undefined ? [] : [`  ${trial.advice}`];
    const lines = trial.lines.slice(0, 12).map((line) => `  ${line}`);
    return [
      'it could not be built:',
      ...lines,
      ...advice,
      ...(found ? ['the scenario holds what its source says, which nobody has tried:', ...readWords(plan)] : []),
    ];
  }
  if (trial.kind === 'failed') {
    return [
      ...trial.failed.flatMap((one, index) => failedWords(one, main, trial.failed[index + 1])),
      ...lacking,
      ...(found
        ? ['the scenario holds what its source says, and runs when it has what it needs:', ...readWords(plan)]
        : []),
    ];
  }
  const { start, ports } = trial.served;
  return [
    ...trial.failed.map((one) => `started ${shownStart(main, one.start)}: it ${one.how}`),
    `started ${shownStart(main, start)} for a few seconds, and ended it:`,
    ...ports.map((port) => `  ${portWords(port)}`),
    ...(found?.pprof === undefined
      ? ['no pprof: import _ "net/http/pprof" on a port of its own shows goroutines and profiles']
      : []),
    ...(ports.every(({ address }) => address === '::1' || address === '(IPv6)')
      ? ['that is IPv6 alone, where no replica is reached; the scenario holds what its source says']
      : []),
    ...(found?.address === undefined ? [] : [`it listens on ${found.address} alone, so it can have one replica`]),
  ];
}

/** What a program says is told once where it says the same after the next start. */
function failedWords(
  { start, how, advice, lines }: FailedStart,
  main: MainFolder,
  next: FailedStart | undefined,
): string[] {
  const isSaidAgain = next !== undefined && next.how === how && next.advice === advice;
  return [
    `started ${shownStart(main, start)}: it ${how}${advice === undefined ? '' : `: ${advice}`}`,
    ...(isSaidAgain ? [] : lines.map((line) => `    | ${line.slice(0, 300)}`)),
  ];
}

function portWords({ port, address, speaks, pprof, metrics, paths }: SeenPort): string {
  const place = hostPortText({ host: address, port });
  if (speaks === 'other') return `${place}: no HTTP`;
  const health = paths.filter(({ purpose, status }) => purpose === 'health' && status < 300).map(({ path }) => path);
  const parts = [
    speaks === 'https' ? 'HTTPS' : 'HTTP',
    ...(pprof === undefined ? [] : [`pprof at ${pprof}`]),
    ...(metrics === undefined ? [] : [`metrics at ${metrics}`]),
    ...(health.length > 0 ? [`health at ${health.join(', ')}`] : []),
  ];
  return `${place}: ${parts.join('; ')}`;
}

function readWords({ ports }: ServicePlan): string[] {
  return ports.map(
    ({ port, purpose, from }) => `  port ${port}${purpose === 'unknown' ? '' : `, ${purpose}`} (${from})`,
  );
}
