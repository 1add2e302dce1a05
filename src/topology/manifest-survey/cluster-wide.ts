/** Objects that belong to the whole cluster, and not to a namespace; a namespace is that of the run. Pure. */
import type { ManifestObject } from './documents.ts';

/** Kinds of Kubernetes 1.34 and of well-known operators (`kubectl api-resources --namespaced=false`). */
const kinds = new Set(
  'Node PersistentVolume ClusterRole ClusterRoleBinding CustomResourceDefinition APIService StorageClass VolumeAttachment CSIDriver CSINode IngressClass GatewayClass PriorityClass RuntimeClass MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding FlowSchema PriorityLevelConfiguration CertificateSigningRequest ClusterIssuer ClusterSecretStore ClusterPolicy ClusterAnalysisTemplate'.split(
    ' ',
  ),
);

/** Names of what would be made for all, `ClusterRole shop`, in order and each once. */
export function clusterWide(objects: readonly Pick<ManifestObject, 'kind' | 'name'>[]): readonly string[] {
  return [...new Set(objects.filter(({ kind }) => kinds.has(kind)).map(({ kind, name }) => `${kind} ${name}`))];
}
