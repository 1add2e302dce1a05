/** What a machine is, in everything that was measured on it. */
import { z } from 'zod';

/** See `MachineFacts`. */
export const machineSchema = z.object({
  os: z.string(),
  cpuModel: z.string(),
  cpus: z.number(),
  memoryBytes: z.number(),
  node: z.string(),
});

/** Operating system, processors, memory and version of Node. */
export type MachineFacts = z.infer<typeof machineSchema>;
