/** How the Go program in a file was built. */
import { type BuildInfo, parseBuildInfo } from '../goruntime/build-info.ts';
import { readBuildSection } from './go-executable.ts';

/** Undefined when the file is not a Go program in ELF form; rejects when it cannot be read. */
export async function readGoBuild(path: string): Promise<BuildInfo | undefined> {
  const section = await readBuildSection(path);
  return section && parseBuildInfo(section);
}
