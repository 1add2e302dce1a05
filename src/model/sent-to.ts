/** Where the load of a run went, and who allowed it. */
import { z } from 'zod';

/** Part of the result of a run. */
export const sentToSchema = z
  .object({
    host: z.string().describe('The host of target.url, the service, or the Unix socket'),
    addresses: z
      .array(z.string())
      .describe(
        'What it stood for when the load began, with ports; empty for a Unix socket. Connections are opened to these only, unless allowedBy says more',
      ),
    isRemote: z
      .boolean()
      .describe(
        'Whether one of them is of another machine: then the network is part of every response time, and no bound of the generator covers it',
      ),
    allowedBy: z
      .array(z.object({ host: z.string(), reason: z.string().optional() }))
      .optional()
      .describe(
        'The entries of target.allow by which load may go there; absent where it needs none: loopback, and ports of the topology',
      ),
  })
  .describe('Where the load went; absent in results of older versions, and of observations');

/** Where the load of a run went. */
export type SentTo = z.infer<typeof sentToSchema>;
