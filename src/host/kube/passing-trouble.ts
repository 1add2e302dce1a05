/** What a kubelet says of containers that it could not make this time, and makes the next. */

const passing = [
  // A Secret or ConfigMap that it has asked the API server for, and has no answer about within a second (kubelet, watch_based_manager.go).
  /failed to sync \w+ cache/,
  // A container runtime that is busy, and the name that its first try still holds (containerd, pkg/registrar).
  /context deadline exceeded/,
  /name \S+ is reserved for/,
];

/** Whether a message beside `CreateContainerConfigError` or `CreateContainerError` tells of trouble that goes by itself. */
export function isPassing(message: string): boolean {
  return passing.some((each) => each.test(message));
}
