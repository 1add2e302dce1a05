/** Every report format, ready to render. */
import type { Reporter } from '../model/contracts.ts';
import { reporters } from '../registry.ts';
import { readHtmlAssets } from './html-assets.ts';

/** Every report format. */
export async function allReporters(terminal: {
  readonly color: boolean;
  readonly width: number;
}): Promise<readonly Reporter[]> {
  return await reporters(await readHtmlAssets(), terminal);
}
