/** Faults on containers: what every engine promises of those that it claims. */
import { composeEngine } from '../../../src/topology/compose-engine.ts';
import { hasDocker } from '../../helpers/docker.ts';
import { networkFaults } from '../../helpers/network-faults.ts';
import { topologyFaults } from '../../helpers/topology-faults.ts';

topologyFaults(composeEngine, hasDocker);
networkFaults(composeEngine, hasDocker);
