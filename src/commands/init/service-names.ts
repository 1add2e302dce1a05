/** What names of services and purposes of ports say about who takes load; pure. */
import type { JudgedPort } from '../../topology/survey/port-purpose.ts';

/** Names that people give to what takes the traffic of a system. */
export const frontNames = /gateway|proxy|balancer|^lb$|edge|front|ingress|web|api|server|backend|^app$/i;
/** Names that people give to what a browser loads once. */
export const pageNames = /(?:front-?end|ui|spa|dashboard)$/i;
/** Names that people give to what takes none of it. */
export const besideNames =
  /worker|consumer|migrat|seed|cron|job|init|setup|test|mock|fake|stub|client|generator|loadgen|docs|exporter/i;

/** What a port is for, in words; empty where nothing says it. */
export const purposes: Readonly<Record<JudgedPort['purpose'], string>> = {
  http: 'HTTP',
  https: 'HTTPS',
  grpc: 'gRPC',
  metrics: 'metrics or debugging',
  admin: 'administration',
  none: 'no HTTP',
  unknown: '',
};
