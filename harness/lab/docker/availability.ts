import { hasImage } from './build-image.ts';
import { engineClient } from './docker-client.ts';
import { DEFAULT_DOCKER_HOST, engineAnswers } from './engine-socket.ts';
import { toolsImage } from './images.ts';

/**
 * Whether docker-lab can be used without any preparation, for a choice between the labs; a private engine is not started for
 * that. Never throws.
 */
export async function dockerAvailability(packageRoot: string): Promise<{ readonly available: boolean; readonly because: string }> {
  const host = process.env['DOCKER_HOST'] ?? DEFAULT_DOCKER_HOST;
  if (process.platform !== 'linux')
    return { available: false, because: 'docker-lab mounts its own Node into Linux containers, and this is not Linux' };
  const { answers, because } = await engineAnswers(host);
  if (!answers) return { available: false, because };
  try {
    const image = toolsImage(packageRoot);
    const has = await hasImage((await engineClient()).container.dockerode, image);
    return has
      ? { available: true, because: `${because} and has ${image}` }
      : { available: false, because: `${because}, but ${image} is missing: run \`hopscope setup --docker\`` };
  } catch (error) {
    return { available: false, because: error instanceof Error ? error.message : String(error) };
  }
}
