/** The least role that works, as manifests for `kubectl apply`, with the reason of each right beside it. */
import type { ClusterRight } from './rights.ts';

/** Whom a role is bound to. */
export type RoleHolder =
  | { readonly kind: 'User'; readonly name: string }
  | { readonly kind: 'ServiceAccount'; readonly namespace: string; readonly name: string };

/** A user as the API server calls it; service accounts are users of a certain form. */
export function roleHolder(username: string): RoleHolder {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username) ?? [];
  if (namespace === undefined || name === undefined) return { kind: 'User', name: username };
  return { kind: 'ServiceAccount', namespace, name };
}

interface Part {
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly about: readonly string[];
  readonly rights: readonly ClusterRight[];
}

/**
 * Roles with these rights and their bindings, as YAML; rights within namespaces hold in the one that is given, else in all, because those of
 * runs do not exist yet.
 */
export function roleYaml(rights: readonly ClusterRight[], holder: RoleHolder, namespace?: string): string {
  const optional = rights.filter(({ isOptional }) => isOptional);
  const inNamespaces = (name: string): Pick<Part, 'kind' | 'name' | 'namespace'> =>
    namespace === undefined ? { kind: 'ClusterRole', name } : { kind: 'Role', name, namespace };
  const parts: Part[] = [
    {
      ...inNamespaces('rampart'),
      about:
        namespace === undefined
          ? ['In all namespaces, because nobody can be given rights in that of a run before it exists.']
          : [],
      rights: rights.filter(({ isOptional }) => !isOptional),
    },
    {
      kind: 'ClusterRole',
      name: 'rampart-nodes',
      about: [
        'Leave this one out where it may be too much: nodes/proxy reaches every pod of a node through its kubelet.',
        'Without it results have no facts of nodes and no CPU, throttling and memory of containers.',
      ],
      rights: optional.filter(({ isClusterWide }) => isClusterWide),
    },
    {
      ...inNamespaces('rampart-result'),
      about: ['Leave this one out where no RAMPART_CONFIG_MAP is set; a Role in the namespace of that one does, too.'],
      rights: optional.filter(({ isClusterWide }) => !isClusterWide),
    },
  ];
  const documents = parts
    .filter((part) => part.rights.length > 0)
    .flatMap((part) => [role(part), binding(part, holder)]);
  return documents.join('---\n');
}

/** The account itself, for those that do not exist yet. */
export function accountYaml({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `apiVersion: v1\nkind: ServiceAccount\nmetadata: ${metadata(name, namespace)}\n`;
}

function role({ kind, name, namespace, about, rights }: Part): string {
  const lines = [
    ...about.map((line) => `# ${line}`),
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind}`,
    `metadata: ${metadata(name, namespace)}`,
    'rules:',
    ...rules(rights).flatMap(({ why, group, resources, verbs }) => [
      `  # ${why}`,
      `  - { apiGroups: [${JSON.stringify(group)}], resources: [${resources.join(', ')}], verbs: [${verbs.join(', ')}] }`,
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

function binding({ kind, name, namespace }: Part, holder: RoleHolder): string {
  const subject =
    holder.kind === 'User'
      ? `{ apiGroup: rbac.authorization.k8s.io, kind: User, name: ${JSON.stringify(holder.name)} }`
      : `{ kind: ServiceAccount, namespace: ${JSON.stringify(holder.namespace)}, name: ${JSON.stringify(holder.name)} }`;
  return [
    'apiVersion: rbac.authorization.k8s.io/v1',
    `kind: ${kind}Binding`,
    // Each holder has a binding of its own, so that applying one takes nothing from another.
    `metadata: ${metadata(`${name}-${nameOf(holder)}`, namespace)}`,
    `roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: ${name} }`,
    'subjects:',
    `  - ${subject}`,
    '',
  ].join('\n');
}

/** Names of bindings may be any path segment; what is usual is what DNS takes. */
function nameOf(holder: RoleHolder): string {
  const text = holder.kind === 'User' ? holder.name : `${holder.namespace}-${holder.name}`;
  return (
    text
      .toLowerCase()
      .replace(/[^a-z\d.-]+/g, '-')
      .replace(/^[-.]+|[-.]+$/g, '') || 'user'
  );
}

function metadata(name: string, namespace: string | undefined): string {
  return `{ name: ${JSON.stringify(name)}${namespace === undefined ? '' : `, namespace: ${JSON.stringify(namespace)}`} }`;
}

interface Rule {
  readonly why: string;
  readonly group: string;
  readonly resources: string[];
  readonly verbs: string[];
}

/** One rule for the resources that are needed for one reason, with the same verbs. */
function rules(rights: readonly ClusterRight[]): Rule[] {
  const byResource = new Map<string, Rule>();
  for (const { why, group, resource, verb } of rights) {
    const key = JSON.stringify([why, group, resource]);
    const rule = byResource.get(key) ?? { why, group, resources: [resource], verbs: [] };
    rule.verbs.push(verb);
    byResource.set(key, rule);
  }
  const joined = new Map<string, Rule>();
  for (const rule of byResource.values()) {
    const key = JSON.stringify([rule.why, rule.group, rule.verbs]);
    const other = joined.get(key);
    if (other) other.resources.push(...rule.resources);
    else joined.set(key, rule);
  }
  return [...joined.values()];
}
