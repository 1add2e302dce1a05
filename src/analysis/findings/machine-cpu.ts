/** The finding about a machine whose CPU is used up, with whose it was. */

import type { StepResult } from '../../model/run-result.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { type CpuOwners, cpuOwners } from '../run/cpu-owners.ts';
import { cpuWaitShare, waitsForCpu } from './cpu-wait.ts';
import { harmedSteps, severityWhere, whatUsersSee } from './harm.ts';
import { nameOf } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { hostTarget, machineIsFull, startedCores, unseenCpu, usedCores } from './vitals.ts';

/** Below it services share the machine with nobody worth a word. */
const worthAWord = 3;

/** Steps in which next to none of the machine's CPU was idle: whoever has most of it is what to change, or to move. */
export const machineCpu: FindingRule = {
  id: 'machine-cpu',
  role: 'limit',
  explains: [
    'run-queue-backlog',
    'goroutine-pile-up',
    'lock-convoy',
    'pool-too-small',
    'thread-growth',
    'blocking-syscalls',
    'accept-queue-full',
    'slow-upstream',
    'connection-churn',
    'gc-pauses',
    'generator-limit',
    ...whatUsersSee,
  ],
  find(run) {
    const full = run.steps.flatMap((step) => {
      const owners = cpuOwners(step.targets);
      return owners && machineIsFull(step) ? [{ step, owners }] : [];
    });
    const harmed = harmedSteps(run);
    const worst =
      full.find(({ step }) => harmed.has(step.name) && waitsForCpu(step, run.waits)) ??
      full.toSorted((a, b) => a.owners.idle - b.owners.idle)[0];
    return worst
      ? [
          foundOf(
            run,
            worst,
            full.map(({ step }) => step),
            harmed,
          ),
        ]
      : [];
  },
};

interface FullStep {
  readonly step: StepResult;
  readonly owners: CpuOwners;
}

function foundOf(run: RunEvidence, worst: FullStep, steps: readonly StepResult[], harmed: ReadonlySet<string>): Found {
  const { step, owners } = worst;
  const most = mostOf(owners);
  const share = cpuWaitShare(step, run.waits);
  return {
    severity: severityWhere((each) => harmed.has(each.name) && waitsForCpu(each, run.waits), steps),
    title: `The machine's CPU is used up at ${stepText(step)}: of ${formatNumber(owners.cores)} cores, ${ownersText(run, owners)}`,
    evidence: steps.slice(0, 4).map((each) => evidenceOf(run, each)),
    ruledOut: ruledOut(step),
    advice: `Do less work per request${most === undefined ? '' : workWords(step, most, nameOf(run, [most]))}, or give the services cores of their own: ${generatorWords(owners, unseenCpu(run))}.`,
    steps: steps.map(({ name }) => name),
    targets: owners.targets.filter(({ percent }) => percent >= worthAWord).map(({ target }) => target),
    sinceUs: steps[0]?.startUs ?? step.startUs,
    ...(share === undefined ? {} : { share }),
    charts: [
      { target: hostTarget, series: 'host.cpu_percent' },
      ...owners.targets.slice(0, 3).map(({ target }) => ({ target, series: 'container.cpu_percent' })),
      { target: 'generator', series: 'load.cpu_percent' },
    ],
  };
}

/** The target that used most of it, also one that may run elsewhere, where the machine was busy with as much. */
function mostOf({ targets, elsewhere, unplaced }: CpuOwners): string | undefined {
  const [here, away] = [targets[0], elsewhere[0]];
  return away && unplaced >= away.percent && away.percent > (here?.percent ?? 0) ? away.target : here?.target;
}

/** Where most of its CPU is of processes that it starts, its own profile does not show it. */
function workWords({ targets }: StepResult, target: string, name: string): string {
  const [own, started] = [usedCores(targets[target] ?? {}) ?? 0, startedCores(targets[target] ?? {})];
  return started > own
    ? ` in the processes that ${name} starts, ${formatNumber(started)} cores, which its CPU profile does not show`
    : ` in ${name} (its CPU profile says where)`;
}

/** Each owner in cores, services added up over their replicas. */
function ownersText(run: RunEvidence, owners: CpuOwners): string {
  const cores = (percent: number) => formatNumber((percent / 100) * owners.cores);
  const services = new Map<string, number>();
  for (const { target, percent } of owners.targets) {
    const name = nameOf(run, [target]);
    services.set(name, (services.get(name) ?? 0) + percent);
  }
  const away = [...new Set(owners.elsewhere.map(({ target }) => nameOf(run, [target])))];
  const all: [string, number][] = [
    ...[...services].sort((a, b) => b[1] - a[1]),
    [`${away.join(' and ')}, if on this machine`, owners.unplaced],
    ['the generator', owners.generator],
    [unseenCpu(run) ? 'others or services that are not seen' : 'others', owners.others],
    ['the hypervisor', owners.steal],
  ];
  const told = all.filter(([, percent]) => percent >= worthAWord);
  return told.map(([name, percent]) => `${cores(percent)} by ${name}`).join(', ');
}

function evidenceOf(run: RunEvidence, step: StepResult): string {
  const owners = cpuOwners(step.targets);
  if (!owners) return step.name;
  const pressure = step.targets[hostTarget]?.['host.cpu_pressure_some_percent']?.mean;
  const waited = pressure === undefined ? '' : `; something waited for a CPU ${formatNumber(pressure)} % of the time`;
  return `${step.name}: ${formatNumber(owners.idle)} % of ${formatNumber(owners.cores)} cores idle; ${ownersText(run, owners)}${waited}`;
}

function generatorWords({ generator, others }: CpuOwners, hasUnseen: boolean): string {
  if (!hasUnseen && others > 2 * generator && others > 20) return 'end what else runs on this machine';
  return generator > 15 ? 'the generator takes a good part of these' : 'a larger machine holds more';
}

function ruledOut(step: StepResult): string[] {
  const memory = step.targets[hostTarget]?.['host.memory_pressure_some_percent']?.mean;
  const io = step.targets[hostTarget]?.['host.io_pressure_some_percent']?.mean;
  return [
    ...(memory === undefined ? [] : [`Memory: something waited for it ${formatNumber(memory)} % of the time`]),
    ...(io === undefined ? [] : [`Storage: something waited for it ${formatNumber(io)} % of the time`]),
  ];
}
