import { acquireEngine } from '../lab/docker/private-engine.ts';
import { packageRoot } from './package-root.ts';
import { services } from './services.ts';

/**
 * Makes the images that the docker lab needs, with the engine that answers or a private one: `tools` alone, which may be built on
 * an image that is pulled, or `debian`, every proxy and version from Debian packages, without a registry; or only those of `list`.
 * Throws LAB_ERR_NO_ENGINE, LAB_ERR_NO_IMAGE, SETUP_ERR_FAILED.
 */
export async function buildImages(
  kind: 'tools' | 'debian',
  list: readonly string[] | null,
  onProgress: (what: string) => void,
): Promise<void> {
  await using engine = await acquireEngine(onProgress);
  onProgress(engine.because);
  // testcontainers takes a while to load and decides once which engine it talks to: after there is one, and only when needed.
  const [{ engineClient }, { buildDebianImages, ensureToolsImage }] = await Promise.all([
    import('../lab/docker/docker-client.ts'),
    import('../lab/docker/images.ts'),
  ]);
  const { dockerode } = (await engineClient()).container;
  const building = { packageRoot: packageRoot(), onProgress };
  if (kind === 'debian') await buildDebianImages(dockerode, services, building, list);
  else await ensureToolsImage(dockerode, building);
}
