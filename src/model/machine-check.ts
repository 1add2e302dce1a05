/** The contract: what `rampart doctor --json` prints. */
import { z } from 'zod';

const check = z.object({
  name: z.string(),
  state: z.enum(['ok', 'limited', 'missing']).describe('limited: runs work, with a restriction'),
  found: z.string(),
  advice: z.string().optional(),
});

/** The whole of it. */
export const checksSchema = z
  .object({
    checks: z.array(check),
    role: z.string().optional().describe('Manifests of the least role that works, with --kubernetes'),
  })
  .describe('What one machine or cluster has for a run of rampart, and what is missing');

/** One thing that was looked at. */
export type MachineCheck = z.infer<typeof check>;
