/**
 * Every code of a known failure, with the exit codes it can come with. Codes are API: `docs/errors.md` explains each, and none changes its
 * meaning.
 */
export const errorCodes = {
  // Command line, scenario and files
  usage: [2],
  'flag-invalid': [2],
  'scenario-missing': [2],
  'scenario-invalid': [2],
  'input-unreadable': [2],
  'input-no-text': [2],
  'unreadable-input': [2],
  'waivers-missing': [2],
  'waivers-invalid': [2],
  'init-exists': [2],
  'init-no-port': [2],
  'nothing-to-merge': [2],
  'no-profiles': [2],
  'profile-damaged': [3],
  'profile-refused': [2],
  'collect-invalid': [2],
  'nothing-collected': [3],
  'store-failed': [3],
  'not-a-run': [2],
  'run-damaged': [3],
  'result-damaged': [3],
  'out-not-empty': [2],
  'out-not-writable': [3],
  'disk-refused': [4],
  'format-missing': [3],
  // Compose files
  'compose-missing': [2, 3],
  'compose-many': [2],
  'compose-unreadable': [2],
  'compose-invalid': [2],
  'compose-failed': [3],
  'env-file-invalid': [2],
  'unknown-service': [2],
  'dependency-cycle': [2],
  'label-invalid': [2],
  'build-args': [2],
  // Docker
  'docker-unreachable': [3],
  'docker-permission': [3],
  'docker-address': [3],
  'docker-context': [3],
  'docker-config': [3],
  'docker-remote': [3],
  'disk-full': [3],
  'image-build': [3],
  'image-missing': [3],
  'image-pull': [3],
  'not-published': [3],
  // Local processes
  'not-linux': [3],
  'needs-docker': [2],
  'no-go-package': [2],
  'go-missing': [3],
  'go-build': [3],
  'go-toolchain': [3],
  'go-settings': [2],
  'start-failed': [3],
  'port-shared': [3],
  'port-taken': [3],
  'not-ready': [3],
  'target-died': [3, 4],
  // What is observed
  'external-target': [2],
  'not-local': [2],
  'not-observable': [3],
  'pid-missing': [3],
  'log-missing': [3],
  'project-missing': [3],
  'unknown-name': [2],
  // Load
  'target-host': [3],
  'target-port': [3],
  'not-h2': [3],
  'open-files': [3],
  priority: [3],
  'load-worker-failed': [4],
  'calibration-not-kept': [3],
  // Comparisons and gates
  'another-comparison': [2],
  'another-gate': [2],
  'comparison-damaged': [3],
  'gate-damaged': [3],
  'gate-refused': [2],
  'too-few-variants': [2],
  'too-many-variants': [2],
  'two-kinds-of-variants': [2],
  'same-variants': [2],
  'pgo-refused': [2],
  'capture-invalid': [4],
  'external-variants': [2],
  'budget-too-short': [2],
  'arm-unfit': [2],
  'unknown-state': [2],
  'no-commit': [2],
  'not-in-git': [2],
  'git-missing': [3],
  'git-failed': [3],
  'baseline-unreadable': [2],
  'baseline-not-kept': [3],
  'engine-mismatch': [2],
  'reason-missing': [2],
  'nothing-measured': [2],
  'nothing-valid': [2],
  unlike: [5],
  'self-check-failed': [5],
  // The end of a run
  interrupted: [129, 130, 131, 143],
  environment: [3],
  bug: [70],
} as const satisfies Readonly<Record<string, readonly number[]>>;

/** A code of the table. */
export type ErrorCode = keyof typeof errorCodes;

/** The codes that can come with an exit code. */
export type ErrorCodeOf<Exit extends number> = {
  [Code in ErrorCode]: Exit extends (typeof errorCodes)[Code][number] ? Code : never;
}[ErrorCode];

/** Whether a text is a code of the table, such as one that a result or another process brings back. */
export function isErrorCode(text: unknown): text is ErrorCode {
  return typeof text === 'string' && Object.hasOwn(errorCodes, text);
}
