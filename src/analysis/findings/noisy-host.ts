/** The finding about a machine that was busy with something else: with programs that are not of the run, or with other guests. */

import type { StepResult } from '../../model/run-result.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { type CpuOwners, cpuOwners } from '../run/cpu-owners.ts';
import { cpuWaitShare, waitsForCpu } from './cpu-wait.ts';
import { harmedSteps, whatUsersSee } from './harm.ts';
import type { FindingRule } from './rule.ts';
import { hostTarget, machineIsFull, unseenCpu } from './vitals.ts';

const muchPercent = 20;
const stealPercent = 5;
/** Of the CPU that somebody had: from there on it is theirs, and not the services', that is short. */
const mostOfIt = 0.5;

/** Steps in which others had a good part of the machine's CPU; what broke is theirs where they had most of it and none was left. */
export const noisyHost: FindingRule = {
  id: 'noisy-host',
  role: 'measurement',
  find(run) {
    const noisy = run.steps.flatMap((step) => {
      const owners = cpuOwners(step.targets);
      const isNoisy = owners && (owners.others >= muchPercent || owners.steal >= stealPercent);
      return isNoisy ? [{ step, owners }] : [];
    });
    const harmed = harmedSteps(run);
    const hasUnseen = unseenCpu(run);
    const surely = ({ others, steal }: CpuOwners) => steal + (hasUnseen ? 0 : others);
    const breaks = noisy.find(
      ({ step, owners }) =>
        harmed.has(step.name) &&
        machineIsFull(step) &&
        waitsForCpu(step, run.waits) &&
        surely(owners) >= mostOfIt * (100 - owners.idle),
    );
    const worst =
      breaks ?? noisy.toSorted((a, b) => b.owners.others + b.owners.steal - a.owners.others - a.owners.steal)[0];
    if (!worst) return [];
    const { step, owners } = worst;
    return [
      {
        severity: breaks ? 'warning' : 'note',
        ...(breaks
          ? {
              role: 'limit',
              explains: [
                'machine-cpu',
                'run-queue-backlog',
                'goroutine-pile-up',
                'slow-upstream',
                'generator-limit',
                ...whatUsersSee,
              ],
            }
          : {}),
        title: `${whose(owners, hasUnseen)} of the machine's CPU at ${stepText(step)}`,
        evidence: noisy.slice(0, 4).map((at) => evidenceOf(at.step)),
        ...(breaks
          ? {
              share: Math.min(1, (cpuWaitShare(step, run.waits) ?? 1) * (surely(owners) / (100 - owners.idle))),
            }
          : {}),
        advice:
          owners.steal >= stealPercent
            ? 'The hypervisor gives CPU to other guests: use a machine that shares none, or repeat the run and compare.'
            : `${hasUnseen ? 'It may be services of the run: the report says why their CPU is not seen. If not, end' : 'End'} what else runs on this machine, or keep its cores apart (cpuset, taskset); latencies of these steps are theirs too.`,
        steps: noisy.map((at) => at.step.name),
        charts: [
          { target: hostTarget, series: 'host.cpu_percent' },
          { target: hostTarget, series: 'host.steal_percent' },
        ],
        sinceUs: noisy[0]?.step.startUs ?? step.startUs,
      },
    ];
  },
};

function whose({ others, steal }: Pick<CpuOwners, 'others' | 'steal'>, hasUnseen: boolean): string {
  const noise = `${hasUnseen ? 'What is not seen to be of the run' : 'What is not of the run'} takes ${formatNumber(others)} %`;
  if (steal < stealPercent) return noise;
  return others < muchPercent
    ? `The hypervisor takes ${formatNumber(steal)} %`
    : `${noise}, and the hypervisor ${formatNumber(steal)} %,`;
}

function evidenceOf(step: StepResult): string {
  const owners = cpuOwners(step.targets);
  if (!owners) return step.name;
  const services = owners.targets.reduce((sum, { percent }) => sum + percent, 0);
  const unplaced = owners.unplaced > 0 ? `, services that may run elsewhere ${formatNumber(owners.unplaced)} %` : '';
  return `${step.name}: others ${formatNumber(owners.others)} %, hypervisor ${formatNumber(owners.steal)} %, the services ${formatNumber(services)} %${unplaced}, the generator ${formatNumber(owners.generator)} %, idle ${formatNumber(owners.idle)} %`;
}
