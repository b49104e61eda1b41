import { chmod, copyFile, cp, mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { HarnessError } from '../errors.ts';
import type { ProxyHost } from '../model/path.ts';
import type { TlsFiles } from './tls.ts';

const FILES_LIMIT = 200;
const BYTES_LIMIT = 64 << 20;

/**
 * Copies a proxy's main config, the files beside it (error pages, maps, lists; no folders) and the certificate into `etc`,
 * which is mounted as /etc/hopscope. Every file may be read by any user inside: proxies run under several.
 */
export async function stageConfig(proxy: ProxyHost, tls: TlsFiles, etc: string): Promise<void> {
  const source = dirname(proxy.config);
  const entries = await readdir(source, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  const sizes = await Promise.all(names.map(async (name) => await stat(join(source, name)).catch(() => null)));
  const files = names.filter((_, index) => sizes[index]?.isFile() ?? false);
  const bytes = sizes.reduce((sum, size) => sum + (size?.isFile() === true ? size.size : 0), 0);
  if (files.length > FILES_LIMIT || bytes > BYTES_LIMIT) {
    const message = `expected at most ${FILES_LIMIT} files and ${BYTES_LIMIT >> 20} MiB beside ${basename(proxy.config)}, all of which the host gets, found ${files.length} files with ${bytes} bytes`;
    throw new HarnessError('SPEC_ERR_CONFIG_MISSING', message, { place: { file: proxy.configLabel } });
  }
  await mkdir(join(etc, 'tls'), { recursive: true });
  for (const name of files) {
    await copyFile(join(source, name), join(etc, name));
    await chmod(join(etc, name), 0o644);
  }
  await cp(dirname(tls.bundle), join(etc, 'tls'), { recursive: true });
  for (const name of await readdir(join(etc, 'tls'))) await chmod(join(etc, 'tls', name), 0o644);
}
