/** One way to find targets, as a zod schema. */
import { z } from 'zod';
import { withoutCredentials } from '../../host/user-url.ts';
import { refusal, show, text } from '../../scenario/values.ts';
import type { Labels } from '../discovery/discovery.ts';
import type { PodProfileChoice } from '../discovery/pods.ts';
import { readAddress } from '../discovery/pprof-address.ts';
import type { TypeWishes } from '../discovery/type-wishes.ts';
import { labelsSchema, list } from './config-values.ts';
import { typesSchema } from './types-schema.ts';

/** One way to find targets, and what holds for those that it finds. */
export interface DiscoveryChoice {
  readonly from:
    | { readonly compose: string }
    | { readonly containers: readonly string[] }
    | { readonly urls: readonly string[] }
    | { readonly files: readonly string[] }
    | { readonly pods: PodProfileChoice };
  readonly service: string | undefined;
  readonly labels: Labels;
  readonly wishes: TypeWishes;
}

const address = text('an address', 'http://127.0.0.1:6060').transform((given, context) => {
  const read = readAddress(given);
  if ('url' in read) return read.url;
  context.addIssue(`${read.mistake}, got ${show(withoutCredentials(given))}`);
  return z.NEVER;
});

const containerLabel = text('NAME or NAME=VALUE', 'app=shop').regex(/^[^=\s]+(=.*)?$/s, {
  error: (issue) => refusal('NAME or NAME=VALUE', issue.input, 'app=shop'),
});

const namespace = text('the name of a namespace', 'shop').regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, {
  error: (issue) => refusal('the name of a namespace', issue.input, 'shop'),
});

const podsSchema = z
  .strictObject({
    namespaces: list(namespace, 'a list of namespaces', '[shop]')
      .default([])
      .meta({ description: 'Without them all namespaces' }),
    selector: text('a label selector', 'app=shop,tier!=web')
      .optional()
      .meta({ description: 'Pods with these labels, annotated or not; those that show pprof are found by asking' }),
    context: text('a context of the kubeconfig', 'staging').optional(),
    kubeconfig: text('a file', '~/.kube/config').optional(),
  })
  .transform((pods): PodProfileChoice => pods);

const kinds = ['compose', 'containers', 'pods', 'targets', 'files'] as const;

/** Exactly one of the ways; what holds for its targets beside it. */
export const discoverySchema = z
  .strictObject({
    compose: text('the name of a compose project', 'shop')
      .optional()
      .meta({ description: 'Every running container of this compose project that shows pprof' }),
    containers: list(containerLabel, 'a list of labels', '[app=shop]').optional().meta({
      description:
        'Running containers with all these labels; of none those labelled rampart.profile.enable or profefe.com/enable',
    }),
    pods: podsSchema.optional().meta({
      description:
        'Running pods of a Kubernetes cluster that are annotated rampart.profile.enable or profefe.com/enable; {} takes those of all namespaces',
    }),
    targets: list(address, 'a list of addresses', '["http://127.0.0.1:6060"]').optional(),
    files: list(text('a file', 'targets/*.json'), 'a list of files', '[targets/*.json]')
      .optional()
      .meta({ description: 'Lists of targets as Prometheus reads them (file_sd), JSON or YAML; changes are taken up' }),
    service: text('a name', 'api').optional().meta({ description: 'Of targets that do not say it themselves' }),
    labels: labelsSchema.default({}),
    types: typesSchema.default({}),
  })
  .transform(({ compose, containers, pods, targets, files, service, labels, types }, context): DiscoveryChoice => {
    const from = [
      ...(compose === undefined ? [] : [{ compose }]),
      ...(containers === undefined ? [] : [{ containers }]),
      ...(pods === undefined ? [] : [{ pods }]),
      ...(targets === undefined ? [] : [{ urls: targets }]),
      ...(files === undefined ? [] : [{ files }]),
    ];
    const [one] = from;
    if (one && from.length === 1) return { from: one, service, labels, wishes: types };
    context.addIssue(`must have one of ${kinds.join(', ')}, got ${from.length} (example: compose: shop)`);
    return z.NEVER;
  });
