/** What `rampart observe` is asked to look at, what was found of it, and how targets get their names. */
import type { Target } from '../../model/topology.ts';
import type { ProjectContainer } from '../docker/containers.ts';
import type { LookedPod, PodChoice } from './find-pods.ts';
import type { GoProcess } from './local-process.ts';

/** One thing to look at besides containers; `flag` is how the user named it. */
export interface TargetRequest {
  readonly flag: string;
  readonly name?: string | undefined;
  readonly pid?: number | undefined;
  /** Host undefined: whatever address the port is bound to. */
  readonly port?: { readonly host?: string | undefined; readonly number: number } | undefined;
  readonly url?: string | undefined;
  /** Absolute path. */
  readonly log?: string | undefined;
}

/** Everything to look at; containers must carry all of `labels`, and belong to `project` if it is given. */
export interface ObserveRequest {
  readonly project?: string | undefined;
  readonly labels: readonly string[];
  readonly targets: readonly TargetRequest[];
  /** Pods of one namespace of a cluster. */
  readonly pods?: PodChoice | undefined;
}

/** Something that can be looked at. */
export interface Sighting {
  /** The wanted or likely name; `web-2` is the second of service `web`. */
  readonly name: string;
  readonly pprofUrl?: string | undefined;
  readonly metricsUrl?: string | undefined;
  /** Whether its MemStats can be had where it has no metrics. */
  readonly hasVars?: boolean | undefined;
  /** A file with the lines of its runtime. */
  readonly log?: string | undefined;
  readonly process?: GoProcess | undefined;
  readonly container?: ProjectContainer | undefined;
  readonly pod?: LookedPod['pod'] | undefined;
}

/** What was found, everything that was not as asked, and what the user should know. */
export interface Discovery {
  readonly found: readonly Sighting[];
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** A target whose addresses may change; the run sees it as a `Target`. */
export type LiveTarget = { -readonly [Key in keyof Target]: Target[Key] };

/** `web` is the next free of `web-1`, `web-2`, …; `web-2` is itself where it is free; safe as file names. */
export function nameTargets(names: readonly string[]): { readonly id: string; readonly service: string }[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const safe = name.replace(/[^\w.-]/g, '_');
    const service = /^(.+)-\d+$/.exec(safe)?.[1] ?? safe;
    let id = service === safe || taken.has(safe) ? '' : safe;
    for (let number = 1; id === '' || taken.has(id); number += 1) id = `${service}-${number}`;
    taken.add(id);
    return { id, service };
  });
}
