/** Where the folders lie that come with rampart. */
import { fileURLToPath } from 'node:url';

/** The absolute path of a folder of the package, seen alike from src/ and from dist/. */
export function packageFolder(name: 'scenarios'): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}
